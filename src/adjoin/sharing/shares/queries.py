"""What pages say about the sharing of a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.accounts import current
from adjoin.sharing.models import Delivery, PartnerFile, SharedTicket, SharingAgreement
from adjoin.sharing.shares import writing
from adjoin.sharing.terms import AgreementStatus, DeliveryState, FileState, ShareState
from adjoin.tickets.hooks import Listener, Mark

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket

DELIVERIES_SHOWN = 8


@dataclass(frozen=True)
class Waiting:
    """Something that has not reached the partner yet."""

    partner: str
    since: datetime
    is_silent: bool  # the partner does not answer at all; otherwise it is on its way, or tried again
    reason: str  # what the partner said last time; empty before the first try
    count: int


@dataclass(frozen=True)
class ShareRow:
    """One agreement a ticket is, or was, shared under."""

    shared: SharedTicket
    agreement: SharingAgreement
    badge: str
    sentences: list[str]
    waiting: Waiting | None
    may_unshare: bool
    failed: list[Delivery] = field(default_factory=list)


@dataclass(frozen=True)
class Panel:
    """The sharing part of a ticket's page."""

    rows: list[ShareRow]
    choices: list[tuple[SharingAgreement, list[str]]]  # to share under, with the terms in words
    missing_files: list[PartnerFile]
    may_share: bool


def panel(actor: Actor, ticket: Ticket) -> Panel:
    """What the sharing panel of a readable ticket shows to `actor`."""
    own_name = current.account().name
    may_share = permissions.allows(actor, Permission.SHARE_TICKET, ticket)
    shared = SharedTicket.objects.filter(ticket_id=ticket.pk).select_related("agreement").order_by("pk")
    rows = [_share_row(row, own_name, may_share and writing.may_share(actor, row.agreement)) for row in shared]
    taken = [row.agreement.pk for row in rows if row.shared.is_active]
    partners = [row.agreement.partner_url for row in rows if row.shared.is_active and not row.shared.is_sent]
    open_to = SharingAgreement.objects.accepted().outbound().exclude(pk__in=taken).exclude(partner_url__in=partners)
    files = PartnerFile.objects.filter(comment__in=readable.comments(actor), shared_ticket__ticket_id=ticket.pk)
    return Panel(
        rows=rows,
        choices=[
            (agreement, agreement.sentences(own_name))
            for agreement in (open_to.order_by("partner_name", "pk") if may_share and not ticket.is_closed else ())
            if writing.may_share(actor, agreement)
        ],
        missing_files=list(files.filter(state=FileState.FAILED).order_by("pk")),
        may_share=may_share,
    )


def waiting(shared: SharedTicket) -> Waiting | None:
    """What waits to be sent for a shared ticket, and why; None when the partner has everything."""
    rows = Delivery.objects.filter(shared_ticket=shared, state=DeliveryState.WAITING).order_by("pk")
    first = rows.first()
    if first is None:
        return None
    silent_since = shared.agreement.unanswered_since
    return Waiting(
        partner=shared.agreement.partner_name,
        since=silent_since or first.created_at,
        is_silent=silent_since is not None,
        reason=first.last_answer,
        count=rows.count(),
    )


def why_not_merged(tickets: Sequence[Ticket]) -> str:
    """A sentence when one of the tickets is shared with a partner, who could not follow a merge; "" when none is."""
    rows = SharedTicket.objects.active().filter(ticket_id__in=[ticket.pk for ticket in tickets])
    found = rows.select_related("agreement").order_by("ticket_id").first()
    if found is None:
        return ""
    partner = found.agreement.partner_name
    return f"#{found.ticket_id} is shared with {partner}. Shared tickets cannot be merged; unshare it first."


def marks(actor: Actor, tickets: Sequence[Ticket]) -> dict[int, list[Mark]]:
    """Badges for tickets in lists and under their titles: by ticket id. One query for all of them."""
    waiting = Delivery.objects.filter(shared_ticket=OuterRef("pk"), state=DeliveryState.WAITING)
    # What is being sent for the first time is not late; what was never tried because the partner is silent is.
    late = waiting.filter(~Q(last_answer="") | Q(agreement__unanswered_since__isnull=False))
    rows = (
        SharedTicket.objects.filter(ticket_id__in=[ticket.pk for ticket in tickets])
        .exclude(state=ShareState.UNSHARED)
        .select_related("agreement")
        .annotate(is_late=Exists(late))
        .order_by("pk")
    )
    found: dict[int, list[Mark]] = {}
    for shared in rows:
        found.setdefault(shared.ticket_id, []).extend(_marks(shared))
    return found


def listeners(actor: Actor, ticket: Ticket) -> list[Listener]:
    """The partners who get what is said on a ticket."""
    rows = SharedTicket.objects.active().filter(ticket_id=ticket.pk, agreement__status=AgreementStatus.ACCEPTED)
    return [
        Listener(
            name=shared.agreement.partner_name,
            hears_notes=shared.agreement.terms.lets_notes_cross,
            passes_on_to_requester=not shared.is_sent and shared.agreement.terms.allows_public_comments,
        )
        for shared in rows.select_related("agreement").order_by("pk")
    ]


def _share_row(shared: SharedTicket, own_name: str, may_share: bool) -> ShareRow:
    failed = Delivery.objects.filter(shared_ticket=shared, state=DeliveryState.FAILED).order_by("-pk")
    return ShareRow(
        shared=shared,
        agreement=shared.agreement,
        badge=_badge(shared),
        sentences=shared.agreement.sentences(own_name),
        waiting=waiting(shared),
        may_unshare=may_share and shared.is_sent and shared.is_active,
        failed=list(failed[:DELIVERIES_SHOWN]) if shared.is_active else [],
    )


def _badge(shared: SharedTicket) -> str:
    name = shared.agreement.partner_name
    if shared.state == ShareState.ORPHAN:
        return f"Left by {name}"
    if shared.state == ShareState.UNSHARED:
        return f"Was shared with {name}" if shared.is_sent else f"Was from {name}"
    return f"Shared with {name}" if shared.is_sent else f"From {name}"


def _marks(shared: SharedTicket) -> Iterable[Mark]:
    name = shared.agreement.partner_name
    if shared.state == ShareState.ORPHAN:
        title = f"{name} no longer shares this ticket. What you write stays here."
        yield Mark(_badge(shared), kind="warning", title=title, icon="unlink", partner=name)
        return
    icon = "arrow-up-right" if shared.is_sent else "arrow-down-left"
    title = f"{name} reads and answers this ticket too." if shared.is_sent else f"{name} shares this ticket with you."
    yield Mark(_badge(shared), title=title, icon=icon, partner=name)
    if getattr(shared, "is_late", False):
        since = shared.agreement.unanswered_since
        title = f"{name} has not answered since {since:%H:%M}. " if since else ""
        yield Mark(
            f"Waiting for {name}",
            kind="warning",
            title=f"{title}Your update is kept and will be sent when it does.",
            icon="clock",
            partner=name,
        )
