"""A copy that was left behind is taken up again when its sharer shares the ticket anew."""

from __future__ import annotations

from adjoin.sharing.crossing.reading import TicketNews
from adjoin.sharing.crossing.retractions import Retraction
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.terms import DeliveryState, ShareRole, ShareState
from adjoin.tickets import redacting


def found(agreement: SharingAgreement, uuid: str) -> SharedTicket | None:
    """The copy that came by an agreement with the same partner that is over, under this one from now on.

    None where there is none. In a transaction."""
    rows = SharedTicket.objects.select_for_update(of=("self",)).filter(uuid=uuid).select_related("agreement")
    if len(rows) != 1:
        return None
    [shared] = rows
    before = shared.agreement
    if shared.role != ShareRole.RECEIVED or not before.is_over or before.partner_url != agreement.partner_url:
        return None
    shared.agreement = agreement
    if shared.state == ShareState.ACTIVE:
        shared.state = ShareState.ORPHAN  # its end was still to come
    shared.save(update_fields=["agreement", "state"])
    return shared


def forget_what_was_under_way(shared: SharedTicket) -> None:
    """What we said and the partner may never have got, since the share ended under way, is news again.

    Where they have it after all, they know it by its uuid."""
    lost = (DeliveryState.CANCELLED, DeliveryState.FAILED)
    shared.shared_comments.filter(is_ours=True, delivery__state__in=lost).delete()


def redacted_meanwhile(shared: SharedTicket, news: TicketNews) -> list[Retraction]:
    """What the sharer took out of comments we have while it could not tell us."""
    rows = shared.shared_comments.filter(is_ours=False, uuid__in=[said.uuid for said in news.comments])
    bodies = dict(rows.values_list("uuid", "comment__body"))
    wishes: list[Retraction] = []
    for said in news.comments:
        before = bodies.get(said.uuid, "")
        if redacting.MARK in said.body and len(said.body) == len(before) and said.body != before:
            wishes.append(Retraction(said.uuid, len(before), redacting.spans_of(said.body, before)))
    return wishes
