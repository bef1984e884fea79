"""What a partner sees of a ticket beside what we see: computed by the very function that writes what is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.fields import statuses
from adjoin.kernel.errors import NotFound
from adjoin.sharing.crossing import gathering, mapping, outgoing
from adjoin.sharing.crossing.outgoing import Facts, File, Kept, Payload, Said
from adjoin.sharing.models import HeldBack, SharedComment, SharedTicket, SharingAgreement
from adjoin.sharing.shares import holds, writing
from adjoin.sharing.terms import NAMESPACE, DeliveryState, Terms
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Attachment, Comment, Ticket

PAIRS_SHOWN = 50

WHY = {
    Kept.LOCAL: _("A local note: it never leaves."),
    Kept.HELD: _("Held back, until you release it."),
    Kept.NOTE: _("A private note: the agreement keeps those here."),
    Kept.FILES: _("The agreement keeps files here."),
    Kept.TOO_LARGE: _("Larger than the agreement lets through."),
}
IN_DOUBT = _("Held back, but sending it was tried, without an answer: %(partner)s may have it all the same.")


@dataclass(frozen=True)
class FilePair:
    """A file of a comment, and what becomes of it."""

    ours: Attachment
    crosses: bool
    why: str  # it stays; "" when it crosses
    is_held: bool
    may_be_there: bool  # though it is held back: it was sent once, and nobody answered
    may_hold: bool


@dataclass(frozen=True)
class Pair:
    """One comment as we have it, and as it will stand over there."""

    ours: Comment
    theirs: Mapping[str, Any] | None  # as the payload has it; None: it stays
    why: str  # it stays; "" when it crosses
    state: str  # "there", "waiting" or "came" from them; "" when it has not crossed
    is_held: bool
    may_hold: bool
    may_recall: bool
    files: list[FilePair]


@dataclass(frozen=True)
class Value:
    """One property on both sides. `theirs` is empty where `why` says that it stays."""

    label: str
    ours: str
    theirs: str
    why: str = ""


@dataclass(frozen=True)
class Preview:
    """A ticket on both sides of an agreement."""

    ticket: Ticket
    agreement: SharingAgreement
    shared: SharedTicket | None  # None: never shared under it
    payload: Payload  # exactly what a share sends, but for addresses of files and the number of the delivery
    values: list[Value]
    pairs: list[Pair]
    earlier_count: int
    may_share: bool  # now, from here
    may_hold: bool

    @property
    def is_shared(self) -> bool:
        return self.shared is not None and self.shared.is_active

    @property
    def held_count(self) -> int:
        return sum(pair.is_held for pair in self.pairs) + sum(
            file.is_held for pair in self.pairs for file in pair.files
        )


def of(actor: Actor, ticket: Ticket, agreement_id: int, *, has_all: bool = False) -> Preview:
    """The preview of a ticket whose private side `actor` reads. Raises `NotFound` for no agreement to see it under.

    Shown are the newest 50 comments, or with `has_all` every one."""
    agreement = SharingAgreement.objects.filter(pk=agreement_id).first()
    shared = SharedTicket.objects.filter(agreement_id=agreement_id, ticket_id=ticket.pk).first()
    is_followed = shared is not None and shared.is_active
    if agreement is None or not (is_followed or (agreement.is_outbound and agreement.is_accepted)):
        raise NotFound
    facts = gathering.preview(agreement, ticket)
    payload = outgoing.whole(facts, agreement.terms, is_sharer=shared is None or shared.is_sent)
    may_hold = permissions.allows(actor, Permission.SHARE_TICKET, ticket) and not ticket.is_closed
    pairs = _pairs(actor, ticket, agreement, shared, facts, payload, may_hold)
    cut = 0 if has_all else max(len(pairs) - PAIRS_SHOWN, 0)
    return Preview(
        ticket=ticket,
        agreement=agreement,
        shared=shared,
        payload=payload,
        values=[*_values(ticket, agreement, shared, payload), *_fields(facts, agreement.terms, payload)],
        pairs=pairs[cut:],
        earlier_count=cut,
        may_share=may_hold and not is_followed and writing.may_share(actor, agreement),
        may_hold=may_hold,
    )


def _pairs(
    actor: Actor,
    ticket: Ticket,
    agreement: SharingAgreement,
    shared: SharedTicket | None,
    facts: Facts,
    payload: Payload,
    may_hold: bool,
) -> list[Pair]:
    comments = readable.comments(actor).filter(ticket_id=ticket.pk)
    ours = comments.select_related("author").prefetch_related("attachments").in_bulk()
    theirs = {comment["uuid"]: comment for comment in payload["comments"]}
    states = _states(shared)
    in_doubt = HeldBack.objects.filter(agreement=agreement, ticket_id=ticket.pk, may_be_there=True)
    doubts = set(in_doubt.values_list("comment_id", "attachment_id"))
    return [
        _pair(ours[said.id], said, theirs.get(said.uuid), states.get(said.id, ""), agreement, may_hold, doubts)
        for said in facts.comments
        if said.id in ours
    ]


def _pair(
    comment: Comment,
    said: Said,
    theirs: Payload | None,
    state: str,
    agreement: SharingAgreement,
    may_hold: bool,
    doubts: Collection[tuple[int, int | None]],
) -> Pair:
    kept = outgoing.kept(said, agreement.terms)
    gone = {file["id"] for file in theirs["attachments"]} if theirs else set()
    is_open = may_hold and state not in ("there", "came")
    rows = {file.pk: file for file in comment.attachments.all()}
    doubt = str(IN_DOUBT) % {"partner": agreement.partner_name}
    files = [
        FilePair(
            ours=rows[file.id],
            crosses=file.id in gone,
            why=_why_file(file, kept, agreement.terms) if (comment.pk, file.id) not in doubts else doubt,
            is_held=file.is_held,
            may_be_there=(comment.pk, file.id) in doubts,
            may_hold=(is_open or (may_hold and file.is_held)) and kept is None and agreement.terms.shares_attachments,
        )
        for file in said.files
    ]
    return Pair(
        ours=comment,
        theirs=theirs,
        why=doubt if kept == Kept.HELD and (comment.pk, None) in doubts else _why(kept),
        state=state,
        is_held=said.is_held,
        may_hold=is_open and kept in (None, Kept.HELD),
        may_recall=may_hold and state == "there" and kept is None and holds.may_recall(agreement),
        files=files,
    )


def _states(shared: SharedTicket | None) -> dict[int, str]:
    """By comment id, where it stands: the partner has it, it waits, or it came from there."""
    if shared is None:
        return {}
    rows = SharedComment.objects.filter(shared_ticket=shared).select_related("delivery")
    return {row.comment_id: _state(shared, row) for row in rows}


def _state(shared: SharedTicket, row: SharedComment) -> str:
    if not row.is_ours:
        return "came"
    if row.delivery is None or row.delivery.state == DeliveryState.SENT:
        return "there"
    # Carried by another request than the one it began with, after a refusal or a second share.
    is_there = holds.deliveries_with(shared, row.uuid).filter(state=DeliveryState.SENT).exists()
    return "there" if is_there else "waiting"


def _values(ticket: Ticket, agreement: SharingAgreement, shared: SharedTicket | None, payload: Payload) -> list[Value]:
    terms = agreement.terms
    ours = (payload.get("custom_fields") or {}).get(NAMESPACE, {})
    word = str(TicketStatus(ours.get("status") or payload["status"]).label)
    status = f"{name} ({word})" if (name := payload.get("custom_status")) else word
    follows = terms.syncs_status or shared is None
    requester = payload.get("requester") or {}
    return [
        Value(gettext("Subject"), ticket.subject, payload["subject"]),
        Value(
            gettext("Status"),
            statuses.book().agent_label(ticket.status, ticket.custom_status_id),
            status if follows else "",
            gettext("Each side keeps its own."),
        ),
        Value(gettext("Requester"), ticket.requester.name, str(requester.get("name", ""))),
        Value(
            gettext("Tags"),
            ", ".join(ticket.tags) or gettext("None"),
            ", ".join(payload.get("tags", ())),
            _tags_stay(terms.syncs_tags),
        ),
    ]


def _tags_stay(cross: bool) -> str:
    return gettext("None") if cross else gettext("Tags stay here.")


def _fields(facts: Facts, terms: Terms, payload: Payload) -> list[Value]:
    """The fields that have a value here, each under our title; over there it may have another."""
    sent = (payload.get("custom_fields") or {}).get(mapping.UNDER) or {}
    rows = []
    for title, value in facts.fields.items():
        if value in (None, "", []):
            continue
        named = mapping.on_the_wire({f"{mapping.PREFIX}{title}": value}, terms)
        theirs = next((_told(title, name, sent[name]) for name in named if name in sent), "")
        rows.append(Value(title, _words(value), theirs, gettext("This field stays here.")))
    return rows


def _told(title: str, theirs: str, value: Any) -> str:
    return _words(value) if theirs == title else f"{_words(value)} ({theirs})"


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _why_file(file: File, kept: Kept | None, terms: Terms) -> str:
    """Why a file stays, where its comment does not say it already."""
    return _why(outgoing.kept_file(file, terms)) if kept is None else ""


def _why(kept: Kept | None) -> str:
    return str(WHY[kept]) if kept else ""
