"""Sharing and unsharing as part of a ticket's update: by a person, the API or a rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.kernel.languages import said
from adjoin.kernel.wording import say
from adjoin.rules import facts
from adjoin.sharing import addresses
from adjoin.sharing.crossing import gathering
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.terms import ProofKind, ShareRole, ShareState, WhoShares

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

FIELD = "sharing_agreement_ids"
MORE_FIELD = "additional_sharing_agreement_ids"


@dataclass(frozen=True)
class Wish:
    """Agreements to share a ticket under, to take it back from, and to follow it no more."""

    share: tuple[int, ...] = ()
    unshare: tuple[int, ...] = ()
    leave: tuple[int, ...] = ()


def write_agreement_ids(change: Change, value: Any) -> None:
    """The field `sharing_agreement_ids`: a list replaces the agreements it is shared under, a `Wish` names the steps.

    Raises `Invalid`, or `NotAllowed` for who may not share."""
    _require_right(change)
    wish = value if isinstance(value, Wish) else _wish(change, value)
    named = {*wish.share, *wish.unshare, *wish.leave}
    agreements = SharingAgreement.objects.in_bulk(named)
    if missing := named - set(agreements):
        raise Invalid.field(FIELD, say("Sharing: there is no agreement %(missing)s") % {"missing": min(missing)})
    for agreement in agreements.values():
        require_sharer(change.actor, agreement)
    for agreement_id in wish.unshare:
        unshare(change, agreements[agreement_id])
    for agreement_id in wish.share:
        share(change, agreements[agreement_id])
    for agreement_id in wish.leave:
        leave(change, agreements[agreement_id])


def require_sharer(actor: Actor, agreement: SharingAgreement) -> None:
    """Raises `NotAllowed` for people whom the agreement does not let share. Rules do not ask."""
    if may_share(actor, agreement):
        return
    is_for_admins = agreement.who_shares == WhoShares.ADMINS
    told = (
        say("Only admins share tickets with %(name)s.")
        if is_for_admins
        else say("Only rules share tickets with %(name)s.")
    )
    raise NotAllowed(told % {"name": agreement.partner_name})


def may_share(actor: Actor, agreement: SharingAgreement) -> bool:
    """Whether `actor` is among those who may share under the agreement, whatever their role says besides."""
    allowed = {WhoShares.AGENTS: True, WhoShares.ADMINS: actor.is_admin, WhoShares.RULES: False}
    return actor.is_system or allowed[WhoShares(agreement.who_shares)]


def write_more_agreement_ids(change: Change, value: Any) -> None:
    """The field `additional_sharing_agreement_ids`: agreements to share under as well. Raises as the other does."""
    if not isinstance(value, Iterable) or isinstance(value, str | dict):
        raise Invalid.field(MORE_FIELD, say("Sharing: must be a list of agreement ids"))
    write_agreement_ids(change, Wish(share=tuple(sorted({_id(one) for one in value}))))


def share(change: Change, agreement: SharingAgreement, *, rule: dict[str, Any] | None = None) -> None:
    """Share the ticket when this update is written. Raises `Invalid` when it cannot be; again changes nothing."""
    if is_shared(change, agreement.pk):
        return
    _check(change, agreement)
    change.record("TicketSharingEvent", rule=rule, agreement_id=agreement.pk, action="shared")
    change.then(lambda change: _start(change, agreement))


def unshare(change: Change, agreement: SharingAgreement, *, rule: dict[str, Any] | None = None) -> None:
    """Take the ticket back from the partner when this update is written. Nothing changes if they do not have it, or the
    agreement is over: its end takes all of its tickets back."""
    if change.is_create or not agreement.is_accepted or not _active_sent(change).filter(agreement=agreement).exists():
        return
    change.record("TicketSharingEvent", rule=rule, agreement_id=agreement.pk, action="unshared")
    change.then(lambda change: _stop(change, agreement))


def leave(change: Change, agreement: SharingAgreement) -> None:
    """Follow a partner's ticket no more: our copy stays and is ours alone. Nothing changes if we do not follow it, or
    the agreement is over: its end says what becomes of the copy."""
    if not agreement.is_accepted or not _active_received(change).filter(agreement=agreement).exists():
        return
    change.record("TicketSharingEvent", agreement_id=agreement.pk, action="unshared")
    change.then(lambda change: _leave(change, agreement))


def is_shared(change: Change, agreement_id: int) -> bool:
    """Whether the ticket is shared under that agreement, or will be once this update is written."""
    planned = [event.data for event in change.events if event.type == "TicketSharingEvent"]
    actions = [data["action"] for data in planned if data["agreement_id"] == agreement_id]
    if actions:
        return bool(actions[-1] == "shared")
    return not change.is_create and agreement_id in facts.once(change, _sent_under)


def came_by(change: Change, agreement_id: int) -> bool:
    """Whether the ticket came, or comes with this update, by that agreement."""
    if change.is_create:
        return change.actor.agreement_id == agreement_id
    return agreement_id in facts.once(change, _came_under)


def _sent_under(change: Change) -> set[int]:
    return set(_active_sent(change).values_list("agreement_id", flat=True))


def _came_under(change: Change) -> set[int]:
    received = SharedTicket.objects.received().filter(ticket_id=change.ticket.pk)
    return set(received.values_list("agreement_id", flat=True))


def _require_right(change: Change) -> None:
    if not change.is_create:
        permissions.require(change.actor, Permission.SHARE_TICKET, change.ticket)
    elif not (change.actor.is_system or (change.actor.is_agent and not change.actor.only_private_comments)):
        raise NotAllowed(said(permissions.REFUSALS[Permission.SHARE_TICKET]))


def _wish(change: Change, value: Any) -> Wish:
    """The steps from the agreements a ticket is shared under to exactly those in the list."""
    if not isinstance(value, Iterable) or isinstance(value, str | dict):
        raise Invalid.field(FIELD, say("Sharing: must be a list of agreement ids"))
    wanted = {_id(one) for one in value}
    sent, received = set(), set()
    if not change.is_create:
        sent, received = facts.once(change, _sent_under), facts.once(change, _came_under)
    return Wish(share=tuple(sorted(wanted - sent - received)), unshare=tuple(sorted(sent - wanted)))


def _id(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise Invalid.field(FIELD, say("Sharing: must be a list of agreement ids"))
    return int(text)


def _check(change: Change, agreement: SharingAgreement) -> None:
    ticket, partner = change.ticket, agreement.partner_name
    if not agreement.is_outbound:
        raise Invalid.field(
            FIELD,
            say("Sharing: %(partner)s shares with us under this agreement, not we with them") % {"partner": partner},
        )
    if not agreement.is_accepted:
        raise Invalid.field(
            FIELD, say("Sharing: the agreement with %(partner)s is not in force") % {"partner": partner}
        )
    if ticket.is_closed:
        raise Invalid.field(FIELD, say("Sharing: a closed ticket cannot be shared"))
    if _came_from(change, agreement.partner_url):
        raise Invalid.field(
            FIELD, say("Sharing: this ticket came from %(partner)s, who has the original") % {"partner": partner}
        )


def _came_from(change: Change, partner_url: str) -> bool:
    """Whether the partner shared the ticket with us, or does with this update; also once they share it no more."""
    if change.is_create:
        coming = SharingAgreement.objects.filter(pk=change.actor.agreement_id or 0)
        return coming.filter(partner_url=partner_url).exists()
    theirs = SharedTicket.objects.received().filter(ticket_id=change.ticket.pk)
    return theirs.filter(agreement__partner_url=partner_url).exists()


def _start(change: Change, agreement: SharingAgreement) -> None:
    ticket, now = change.ticket, change.now
    named = SharedTicket.objects.filter(ticket_id=ticket.pk).values_list("uuid", flat=True).first()
    shared, _ = SharedTicket.objects.get_or_create(
        agreement=agreement,
        ticket=ticket,
        defaults={
            "uuid": named or addresses.uuid_for(agreement.naming_url, "tickets", ticket.pk),
            "role": ShareRole.SENT,
            "created_at": now,
            "updated_at": now,
        },
    )
    shared.state, shared.problem, shared.is_delivered = ShareState.ACTIVE, "", False
    shared.save(update_fields=["state", "problem", "is_delivered"])
    shared.agreement = agreement
    queueing.queue_share(shared, ticket, now, gathering.acting(agreement, change.author_id))


def _stop(change: Change, agreement: SharingAgreement) -> None:
    shared = _active_sent(change).select_for_update().filter(agreement=agreement).first()
    if shared is not None:
        shared.agreement = agreement
        by = gathering.acting(agreement, change.author_id)
        queueing.queue_unshare(shared, change.now, by_name=change.actor.name, by=by)


def _leave(change: Change, agreement: SharingAgreement) -> None:
    shared = _active_received(change).select_for_update().filter(agreement=agreement).first()
    if shared is not None:
        shared.agreement = agreement
        by = gathering.acting(agreement, change.author_id)
        queueing.queue_unshare(shared, change.now, kind=ProofKind.LEFT, by_name=change.actor.name, by=by)


def _active_received(change: Change) -> Any:
    return SharedTicket.objects.active().received().filter(ticket_id=change.ticket.pk)


def _active_sent(change: Change) -> Any:
    return SharedTicket.objects.active().sent().filter(ticket_id=change.ticket.pk)
