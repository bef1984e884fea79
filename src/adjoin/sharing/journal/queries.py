"""What was sent and what came in, as far as the reader may read the tickets it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.sharing.journal import payloads
from adjoin.sharing.models import Delivery, ReceivedRequest, SharedComment
from adjoin.sharing.terms import DeliveryState

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

PAGE = 30
SENT, RECEIVED = "sent", "received"
STATES = {
    SENT: {**dict(DeliveryState.choices)},
    RECEIVED: {"taken": _("Taken"), "refused": _("Refused"), "left_out": _("Something left out")},
}
_VERBS = {"POST": pgettext_lazy("one ticket", "Shared"), "PUT": _("Update"), "DELETE": _("Taken back")}
_NAMES = {"subject": _("subject"), "status": _("status"), "tags": _("tags"), "custom_fields": _("fields")}


@dataclass(frozen=True)
class Question:
    """What somebody looks for. `before` is the id the page begins below; None for the newest."""

    direction: str = SENT
    state: str = ""
    words: str = ""
    before: int | None = None

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Question:
        """From an address; what makes no sense is left out."""
        direction = RECEIVED if asked.get("direction") == RECEIVED else SENT
        state = asked.get("state", "")
        before = asked.get("before", "")
        return cls(
            direction=direction,
            state=state if state in STATES[direction] else "",
            words=asked.get("q", "").strip()[:200],
            before=int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None,
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.state or self.words or self.before)


@dataclass(frozen=True)
class Entry:
    """One request, either way. Where the reader may not read the ticket, `ticket_id` is None and nothing is told."""

    id: int
    is_ours: bool
    partner: str
    what: str
    at: datetime
    ticket_id: int | None
    is_hidden: bool
    payload: str  # JSON to read; empty when there was no body
    state: str  # in words
    tone: str  # "", warning or danger
    answer: str
    status: int | None  # of the answer
    attempts: int
    sent_at: datetime | None
    next_attempt_at: datetime | None
    may_be_sent_again: bool


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and the id below which the next page begins."""

    entries: list[Entry]
    next: int | None


def of_ticket(actor: Actor, ticket_id: int, question: Question) -> Page:
    """What crossed about one ticket, for somebody who reads its private side."""
    return _page(actor, question, Q(shared_ticket__ticket_id=ticket_id))


def of_agreement(actor: Actor, agreement_id: int, question: Question) -> Page:
    """What crossed under one agreement. Of tickets `actor` may not read only that something did."""
    return _page(actor, question, Q(agreement_id=agreement_id))


def failed_count(where: Q) -> int:
    """How many deliveries the partner did not take, of tickets that are still shared."""
    return failed(where).count()


def failed(where: Q) -> QuerySet[Delivery]:
    """The deliveries the partner did not take, of tickets that are still shared, in the order they left."""
    rows = Delivery.objects.filter(where, state=DeliveryState.FAILED, shared_ticket__state="active")
    return rows.order_by("pk")


def entries(actor: Actor, rows: Iterable[Delivery | ReceivedRequest]) -> list[Entry]:
    """The rows as `actor` may see them. Three queries, however many there are."""
    rows = list(rows)
    ticket_ids = {row.shared_ticket.ticket_id for row in rows if row.shared_ticket is not None}
    side = set(readable.tickets_as_agent(actor).filter(pk__in=ticket_ids).values_list("pk", flat=True))
    said = SharedComment.objects.filter(
        shared_ticket__ticket_id__in=side,
        comment_id__in=readable.comments(actor).filter(ticket_id__in=side).values("pk"),
    )
    uuids = frozenset(said.values_list("uuid", flat=True))
    return [_entry(row, side, uuids) for row in rows]


def _page(actor: Actor, question: Question, where: Q) -> Page:
    rows: QuerySet[Any] = Delivery.objects.all() if question.direction == SENT else ReceivedRequest.objects.all()
    rows = rows.filter(where).filter(_narrowed(question)).select_related("agreement", "shared_ticket")
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(entries(actor, shown), shown[-1].pk if len(found) > PAGE else None)


def _narrowed(question: Question) -> Q:
    """Words are looked for in numbers and answers alone: a payload may hold what the reader may not read."""
    found = Q(pk__lt=question.before) if question.before else Q()
    words = question.words.lstrip("#")
    answered = "last_answer" if question.direction == SENT else "problem"
    if words.isascii() and words.isdecimal() and len(words) < 19:
        found &= Q(shared_ticket__ticket_id=int(words))
    elif words:
        found &= Q(**{f"{answered}__icontains": words}) | Q(shared_ticket__uuid__startswith=words)
    if question.direction == SENT:
        return found & Q(state=question.state) if question.state else found
    states = {
        "": Q(),
        "taken": Q(status__lt=300),
        "refused": Q(status__gte=300),
        "left_out": Q(status__lt=300) & ~Q(problem=""),
    }
    return found & states[question.state]


def _entry(row: Delivery | ReceivedRequest, side: set[int], uuids: frozenset[str]) -> Entry:
    shared = row.shared_ticket
    is_hidden = shared is not None and shared.ticket_id not in side
    payload = None if is_hidden else payloads.shown(row.payload, uuids)
    told: dict[str, Any] = {
        "id": row.pk,
        "partner": row.agreement.partner_name,
        "what": _what(row, is_hidden=is_hidden),
        "ticket_id": None if is_hidden or shared is None else shared.ticket_id,
        "is_hidden": is_hidden,
        "payload": "" if payload is None else json.dumps(payload, ensure_ascii=False, indent=2),
    }
    return _sent(row, told) if isinstance(row, Delivery) else _received(row, told)


def _sent(row: Delivery, told: dict[str, Any]) -> Entry:
    shared = row.shared_ticket
    tones = {DeliveryState.FAILED: "danger", DeliveryState.WAITING: "warning"}
    return Entry(
        **told,
        is_ours=True,
        at=row.created_at,
        state=row.get_state_display(),
        tone=tones.get(DeliveryState(row.state), ""),
        answer="" if told["is_hidden"] else row.last_answer,
        status=row.last_status,
        attempts=row.attempts,
        sent_at=row.sent_at,
        next_attempt_at=row.next_attempt_at if row.state == DeliveryState.WAITING else None,
        may_be_sent_again=row.state == DeliveryState.FAILED and shared is not None and shared.is_active,
    )


def _received(row: ReceivedRequest, told: dict[str, Any]) -> Entry:
    is_taken = row.status < 300
    state = STATES[RECEIVED]["refused" if not is_taken else "left_out" if row.problem else "taken"]
    return Entry(
        **told,
        is_ours=False,
        at=row.received_at,
        state=str(state),
        tone="danger" if not is_taken else "warning" if row.problem else "",
        answer="" if told["is_hidden"] else row.problem,
        status=row.status,
        attempts=1,
        sent_at=row.received_at,
        next_attempt_at=None,
        may_be_sent_again=False,
    )


def _what(row: Delivery | ReceivedRequest, *, is_hidden: bool) -> str:
    """What it is about, in a few words."""
    if isinstance(row, Delivery) and row.shared_ticket_id is None:
        return gettext("About the agreement")
    payload = row.payload or {}
    if is_hidden or row.verb != "PUT":
        return str(_VERBS.get(row.verb, row.verb))
    comments = payload.get("comments")
    count = len(comments) if isinstance(comments, list) else 0
    parts = [ngettext("%(count)s comment", "%(count)s comments", count) % {"count": count}] if count else []
    parts += [str(words) for name, words in _NAMES.items() if payload.get(name) and not _is_ours(name, payload)]
    return gettext("Update: %(parts)s") % {"parts": ", ".join(parts)} if parts else gettext("Update")


def _is_ours(name: str, payload: Mapping[str, Any]) -> bool:
    """Whether `custom_fields` hold nothing but what Adjoin desks tell each other."""
    fields = payload.get(name)
    return name == "custom_fields" and isinstance(fields, dict) and set(fields) <= {"adjoin"}
