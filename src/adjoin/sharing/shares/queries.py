"""What pages say about the sharing of a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.accounts import current
from adjoin.sharing import proofs
from adjoin.sharing.models import Delivery, PartnerFile, SharedTicket, SharingAgreement, SharingProof
from adjoin.sharing.shares import writing
from adjoin.sharing.terms import AgreementStatus, DeliveryState, FileState, OnUnshare, ProofKind, ShareState
from adjoin.tickets.hooks import Listener, Mark, Remark

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Comment, Ticket

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
    may_leave: bool
    leaving: str  # what unsharing, or leaving, will mean
    failed: list[Delivery] = field(default_factory=list)


@dataclass(frozen=True)
class Panel:
    """The sharing part of a ticket's page."""

    rows: list[ShareRow]
    choices: list[tuple[SharingAgreement, list[str]]]  # to share under, with the terms in words
    missing_files: list[PartnerFile]
    may_share: bool
    proofs: list[str]  # sentences: who took back what, and when

    @property
    def has_orphan(self) -> bool:
        return any(row.shared.state in ShareState.left_behind() for row in self.rows)


def panel(actor: Actor, ticket: Ticket) -> Panel:
    """What the sharing panel of a readable ticket shows to `actor`."""
    own_name = current.account().name
    may_share = permissions.allows(actor, Permission.SHARE_TICKET, ticket)
    shared = SharedTicket.objects.filter(ticket_id=ticket.pk).select_related("agreement").order_by("pk")
    rows = [_share_row(row, own_name, may_share and writing.may_share(actor, row.agreement)) for row in shared]
    taken = [row.agreement.pk for row in rows if row.shared.is_active]
    partners = [row.agreement.partner_url for row in rows if row.shared.is_active and not row.shared.is_sent]
    open_to = SharingAgreement.objects.accepted().outbound().exclude(pk__in=taken).exclude(partner_url__in=partners)
    is_open = may_share and not ticket.is_closed and not ticket.frozen_by
    files = PartnerFile.objects.filter(comment__in=readable.comments(actor), shared_ticket__ticket_id=ticket.pk)
    return Panel(
        rows=rows,
        choices=[
            (agreement, agreement.sentences(own_name))
            for agreement in (open_to.order_by("partner_name", "pk") if is_open else ())
            if writing.may_share(actor, agreement)
        ],
        missing_files=list(files.filter(state=FileState.FAILED).order_by("pk")),
        may_share=may_share,
        proofs=[_proved(proof) for proof in proofs.of_ticket(ticket.pk)],
    )


def remarks(actor: Actor, ticket: Ticket, comments: Sequence[Comment]) -> dict[int, list[Remark]]:
    """Under each comment of a partner's the files that could not be fetched. One query, two when there are any."""
    ids = [comment.pk for comment in comments]
    missing = PartnerFile.objects.filter(comment_id__in=ids, shared_ticket__ticket_id=ticket.pk, state=FileState.FAILED)
    rows = list(missing.order_by("pk"))
    may_try = bool(rows) and permissions.allows(actor, Permission.SHARE_TICKET, ticket)
    again = reverse("sharing:fetch_again", args=[ticket.pk]) if may_try else ""
    found: dict[int, list[Remark]] = {}
    for row in rows:
        words = f"{row.file_name} could not be fetched. {row.failure}"
        line = Remark(words, "file-x", again, "Try again", ("file", str(row.pk)))
        found.setdefault(row.comment_id, []).append(line)
    return found


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
        may_leave=may_share and not shared.is_sent and shared.is_active,
        leaving=_leaving(shared),
        failed=list(failed[:DELIVERIES_SHOWN]) if shared.is_active else [],
    )


def _leaving(shared: SharedTicket) -> str:
    """What becomes of both copies once the sharing of an active one ends from here."""
    agreement, name = shared.agreement, shared.agreement.partner_name
    if not shared.is_sent:
        return f"Your copy stays and is yours alone. {name} keeps the ticket and hears no more of it from you."
    if agreement.on_unshare != OnUnshare.LEAVE and not agreement.is_adjoin:
        return f"{name} keeps its copy: its desk cannot be asked to freeze or blank it. It gets no more news."
    return {
        OnUnshare.LEAVE: f"{name} keeps its copy and may go on working on it. It gets no more news.",
        OnUnshare.FREEZE: f"{name} keeps its copy to read. Nobody there can change it.",
        OnUnshare.RECALL: f"All that crossed is blanked at {name}: subject, comments and files, also what {name} said.",
    }[OnUnshare(agreement.on_unshare)]


def _proved(proof: SharingProof) -> str:
    """ "Ana Example unshared it on 4 Mar 2026, 10:00 UTC. Maker has blanked 3 comments and 1 files." """
    partner, at = proof.agreement.partner_name, f"{proof.created_at.day} {proof.created_at:%b %Y, %H:%M} UTC"
    who = proof.by_name if proof.is_ours else f"{proof.by_name} of {partner}"
    begin = f"{who} {_DID.get(ProofKind(proof.kind), 'unshared it')} on {at}."
    if proof.is_ours and proof.delivery_id and proof.confirmed_at is None:
        return f"{begin} {partner} has not confirmed yet."
    if proof.comments is not None and proof.kind not in (ProofKind.REDACTED, ProofKind.WITHDRAWN):
        where = f"{partner} has" if proof.is_ours else "This desk has"
        return f"{begin} {where} blanked {proof.comments} comments and {proof.files or 0} files."
    return begin


_DID = {
    ProofKind.DELETED: "deleted it",
    ProofKind.LEFT: "left it",
    ProofKind.REDACTED: "redacted something said",
    ProofKind.WITHDRAWN: "took back something said",
}


def _badge(shared: SharedTicket) -> str:
    name = shared.agreement.partner_name
    if shared.state in ShareState.left_behind():
        return f"{_LEFT[ShareState(shared.state)][0]} {name}"
    if shared.state == ShareState.UNSHARED:
        return f"Was shared with {name}" if shared.is_sent else f"Was from {name}"
    return f"Shared with {name}" if shared.is_sent else f"From {name}"


_LEFT = {
    ShareState.ORPHAN: ("Left by", "no longer shares this ticket. What you write stays here.", "unlink"),
    ShareState.FROZEN: (
        "Frozen by",
        "no longer shares this ticket. Your copy can be read, but not changed.",
        "snowflake",
    ),
    ShareState.RECALLED: ("Recalled by", "took this ticket back. What crossed is no longer here.", "undo-2"),
}


def _marks(shared: SharedTicket) -> Iterable[Mark]:
    name = shared.agreement.partner_name
    if shared.state in ShareState.left_behind():
        _, title, icon = _LEFT[ShareState(shared.state)]
        yield Mark(_badge(shared), kind="warning", title=f"{name} {title}", icon=icon, partner=name)
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
