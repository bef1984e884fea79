"""What pages say about the sharing of a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.accounts import current
from adjoin.kernel import languages, statements
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
    is_closed: bool = False

    @property
    def has_orphan(self) -> bool:
        """Whether there is something to decide about a copy that was left behind."""
        return not self.is_closed and any(row.shared.state in ShareState.left_behind() for row in self.rows)


def panel(actor: Actor, ticket: Ticket) -> Panel:
    """What the sharing panel of a readable ticket shows to `actor`."""
    own_name = current.account().name
    may_share = permissions.allows(actor, Permission.SHARE_TICKET, ticket)
    shared = SharedTicket.objects.filter(ticket_id=ticket.pk).select_related("agreement").order_by("pk")
    rows = [_share_row(row, own_name, may_share and writing.may_share(actor, row.agreement)) for row in shared]
    taken = [row.agreement.pk for row in rows if row.shared.is_active]
    # Whoever shared it with us has the original, also once they share it no more: theirs cannot be sent back to them.
    partners = [row.agreement.partner_url for row in rows if not row.shared.is_sent]
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
        is_closed=ticket.is_closed,
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
        words = gettext("%(file_name)s could not be fetched. %(failure)s") % {
            "file_name": row.file_name,
            "failure": row.failure,
        }
        line = Remark(words, "file-x", again, gettext("Try again"), ("file", str(row.pk)))
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
    return gettext("#%(ticket_id)s is shared with %(partner)s. Shared tickets cannot be merged; unshare it first.") % {
        "ticket_id": found.ticket_id,
        "partner": partner,
    }


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
    return [
        Listener(
            name=shared.agreement.partner_name,
            hears_notes=shared.agreement.terms.lets_notes_cross,
            passes_on_to_requester=not shared.is_sent and shared.agreement.terms.allows_public_comments,
        )
        for shared in _heard_by(ticket.pk)
    ]


@statements.kept(is_prepared=True)
def _heard_by(ticket_id: int) -> QuerySet[SharedTicket]:
    rows = SharedTicket.objects.active().filter(ticket_id=ticket_id, agreement__status=AgreementStatus.ACCEPTED)
    return rows.select_related("agreement").order_by("pk")


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
        return gettext(
            "Your copy stays and is yours alone. %(name)s keeps the ticket and hears no more of it from you."
        ) % {"name": name}
    if agreement.on_unshare != OnUnshare.LEAVE and not agreement.is_adjoin:
        return gettext(
            "%(name)s keeps its copy: its desk cannot be asked to freeze or blank it. It gets no more news."
        ) % {"name": name}
    return {
        OnUnshare.LEAVE: gettext("%(name)s keeps its copy and may go on working on it. It gets no more news.")
        % {"name": name},
        OnUnshare.FREEZE: gettext("%(name)s keeps its copy to read. Nobody there can change it.") % {"name": name},
        OnUnshare.RECALL: gettext(
            "All that crossed is blanked at %(name)s: subject, comments and files, also what %(name)s said."
        )
        % {"name": name},
    }[OnUnshare(agreement.on_unshare)]


def _proved(proof: SharingProof) -> str:
    """ "Ana Example ended sharing it with Maker on 4 Mar 2026, 10:00 UTC. Maker has blanked 3 comments and 1 file." """
    partner, at = proof.agreement.partner_name, f"{languages.moment(proof.created_at)} UTC"
    ended = gettext("ended sharing it with %(partner)s") % {"partner": partner}
    who = (
        proof.by_name
        if proof.is_ours
        else gettext("%(by_name)s of %(partner)s") % {"by_name": proof.by_name, "partner": partner}
    )
    begin = gettext("%(who)s %(deed)s on %(at)s.") % {
        "who": who,
        "deed": _DID.get(ProofKind(proof.kind), ended if proof.is_ours else gettext("ended sharing it")),
        "at": at,
    }
    if proof.is_ours and proof.delivery_id and proof.confirmed_at is None:
        return gettext("%(begin)s %(partner)s has not confirmed yet.") % {"begin": begin, "partner": partner}
    if proof.comments is not None and proof.kind not in (ProofKind.REDACTED, ProofKind.WITHDRAWN):
        where = gettext("%(partner)s has") % {"partner": partner} if proof.is_ours else gettext("This desk has")
        return gettext("%(begin)s %(where)s blanked %(comments)s and %(files)s.") % {
            "begin": begin,
            "where": where,
            "comments": ngettext("%(count)s comment", "%(count)s comments", proof.comments) % {"count": proof.comments},
            "files": ngettext("%(count)s file", "%(count)s files", proof.files or 0) % {"count": proof.files or 0},
        }
    return begin


_DID = {
    ProofKind.DELETED: _("deleted it"),
    ProofKind.LEFT: _("left it"),
    ProofKind.REDACTED: _("redacted something said"),
    ProofKind.WITHDRAWN: _("took back something said"),
}


def _badge(shared: SharedTicket) -> str:
    name = shared.agreement.partner_name
    if shared.state in ShareState.left_behind():
        return f"{_LEFT[ShareState(shared.state)][0]} {name}"
    if shared.state == ShareState.UNSHARED:
        return (
            gettext("Was shared with %(name)s") % {"name": name}
            if shared.is_sent
            else gettext("Was from %(name)s") % {"name": name}
        )
    return (
        gettext("Shared with %(name)s") % {"name": name}
        if shared.is_sent
        else gettext("From %(name)s") % {"name": name}
    )


_LEFT = {
    ShareState.ORPHAN: (_("Left by"), _("no longer shares this ticket. What you write stays here."), "unlink"),
    ShareState.FROZEN: (
        _("Frozen by"),
        _("no longer shares this ticket. Your copy can be read, but not changed."),
        "snowflake",
    ),
    ShareState.RECALLED: (_("Recalled by"), _("took this ticket back. What crossed is no longer here."), "undo-2"),
}


def _marks(shared: SharedTicket) -> Iterable[Mark]:
    name = shared.agreement.partner_name
    if shared.state in ShareState.left_behind():
        _by, then, icon = _LEFT[ShareState(shared.state)]
        yield Mark(_badge(shared), kind="warning", title=f"{name} {then}", icon=icon, partner=name)
        return
    icon = "arrow-up-right" if shared.is_sent else "arrow-down-left"
    title = (
        gettext("%(name)s reads and answers this ticket too.") % {"name": name}
        if shared.is_sent
        else gettext("%(name)s shares this ticket with you.") % {"name": name}
    )
    yield Mark(_badge(shared), title=title, icon=icon, partner=name)
    if getattr(shared, "is_late", False):
        since = shared.agreement.unanswered_since
        title = (
            gettext("%(name)s has not answered since %(since)s. ") % {"name": name, "since": f"{since:%H:%M}"}
            if since
            else ""
        )
        yield Mark(
            gettext("Waiting for %(name)s") % {"name": name},
            kind="warning",
            title=gettext("%(title)sYour update is kept and will be sent when it does.") % {"title": title},
            icon="clock",
            partner=name,
        )
