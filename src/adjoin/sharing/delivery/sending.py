"""Sending what waits, strictly in the order of each queue.

A queue is worked on by one process at a time (`kernel.queues`); a row leaves it only with the partner's answer. So
whoever is killed, whenever: nothing is lost, and what is sent again has the same uuids and the same number, which the
receiver knows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from urllib.parse import quote

import structlog
from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from adjoin.adapters import http
from adjoin.kernel import outbox, queues, statements
from adjoin.kernel.wording import of_error, say, shortened
from adjoin.sharing import proofs
from adjoin.sharing.crossing import files, outgoing, wire_order
from adjoin.sharing.delivery import copies, queueing, secrets, settling
from adjoin.sharing.models import Delivery, PartnerFile, SharingAgreement, SharingDesk
from adjoin.sharing.terms import (
    BY_HEADER,
    BY_UUID_HEADER,
    NUMBER_HEADER,
    REASON_HEADER,
    TOKEN_HEADER,
    VERSION,
    VERSION_HEADER,
    AgreementStatus,
    DeliveryState,
    Failure,
    FileState,
    pause_after,
)
from adjoin.tickets import live

log = structlog.get_logger("adjoin.sharing")

Clock = Callable[[], datetime]
_BEGIN = "UPDATE sharing_delivery SET attempts = attempts + 1 WHERE id = %s AND state = %s RETURNING payload::text"
AWAY = (502, 503, 504)  # the whole desk, not only this request


def drain(agreement_id: int, shared_ticket_id: int | None, clock: Clock) -> None:
    """Send what is due in one queue until it is empty, must wait, or somebody else has it.

    Nothing is sent while the desk may be a copy of another (`copies`)."""
    if not copies.may_send(clock()):
        return
    queues.drain(
        queueing.name_of(agreement_id, shared_ticket_id),
        lambda: _due(agreement_id, shared_ticket_id, clock()),
        lambda delivery: _attempt(delivery, clock),
    )


def due_partners(now: datetime) -> list[int]:
    """The agreements under which something may be sent now, by id."""
    if SharingDesk.objects.filter(paused_at__isnull=False).exists():
        return []
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    firsts = waiting.order_by("agreement_id", "shared_ticket_id", "pk").distinct("agreement_id", "shared_ticket_id")
    due = (
        Delivery.objects.filter(pk__in=firsts.values("pk"))
        .exclude(next_attempt_at__gt=now)
        .exclude(agreement__next_attempt_at__gt=now)
        .filter(Q(shared_ticket=None) | Q(agreement__status=AgreementStatus.ACCEPTED))
    )
    return list(due.order_by("agreement_id").values_list("agreement_id", flat=True).distinct())


def heard_from(agreement: SharingAgreement, now: datetime) -> None:
    """The partner has spoken or answered: whatever waits for it may go."""
    was_away = agreement.unanswered_since is not None or agreement.next_attempt_at is not None
    if not was_away and agreement.last_contact_at and now - agreement.last_contact_at < timedelta(minutes=1):
        return
    with transaction.atomic():
        _note_contact(agreement, now, was_away=was_away)


def _note_contact(agreement: SharingAgreement, now: datetime, *, was_away: bool) -> None:
    SharingAgreement.objects.filter(pk=agreement.pk).update(
        last_contact_at=now,
        unanswered_since=None,
        failures=0,
        next_attempt_at=None,
        last_problem="",
        failure_kind=Case(When(status=AgreementStatus.FAILED, then=F("failure_kind")), default=Value(Failure.NONE)),
    )
    if was_away:
        agreement.deliveries.filter(state=DeliveryState.WAITING).update(next_attempt_at=None)
        # Files that could not be had meanwhile, too: the next sweep has them fetched. What failed then counts no more.
        waiting = PartnerFile.objects.filter(shared_ticket__agreement=agreement, state=FileState.WAITING)
        waiting.filter(next_attempt_at__gt=now).update(next_attempt_at=now, attempts=0)
        outbox.publish("sharing.answered", agreement_id=agreement.pk)


def _due(agreement_id: int, shared_ticket_id: int | None, now: datetime) -> Delivery | None:
    """The first row of the queue if it may be sent now. Never a later one."""
    first = next(iter(_waiting(agreement_id, shared_ticket_id)), None)
    if first is None or (first.next_attempt_at and first.next_attempt_at > now):
        return None
    agreement = first.agreement
    if agreement.next_attempt_at and agreement.next_attempt_at > now:
        return None
    return first if agreement.is_accepted or shared_ticket_id is None else None


@statements.kept()
def _waiting(agreement_id: int, shared_ticket_id: int | None) -> QuerySet[Delivery]:
    queue = Delivery.objects.filter(agreement_id=agreement_id, shared_ticket_id=shared_ticket_id)
    waiting = queue.filter(state=DeliveryState.WAITING)
    return waiting.select_related("agreement", "shared_ticket").order_by("pk")[:1]


def _attempt(delivery: Delivery, clock: Clock) -> None:
    if not _begin(delivery):
        return  # called off meanwhile
    try:
        answer = http.client().send(request(delivery, clock()))
    except http.NoAnswer as problem:
        unanswered(delivery, problem, clock())
        if not problem.may_have_left:
            did_not_leave([delivery.pk])
    else:
        answered(delivery, answer, clock())


def unanswered(delivery: Delivery, problem: http.NoAnswer, now: datetime) -> None:
    """Nobody took it: it stays first in its queue, or is given up where asking again would not help."""
    log.info("share_unanswered", delivery_id=delivery.pk, agreement_id=delivery.agreement_id, reason=str(problem))
    if problem.should_retry:
        _try_later(delivery, now, of_error(problem), is_away=True, kind=problem.kind)
    else:
        settling.refused(delivery, None, of_error(problem), now, kind=problem.kind)


def did_not_leave(delivery_ids: Collection[int]) -> None:
    """Nothing of the last attempt at these went out: there was no connection."""
    Delivery.objects.filter(pk__in=delivery_ids).update(unsent_attempts=F("unsent_attempts") + 1)


def answered(delivery: Delivery, answer: http.Answer, now: datetime) -> None:
    """Do what the partner's answer to one request means."""
    log.info("share_answered", delivery_id=delivery.pk, agreement_id=delivery.agreement_id, status=answer.status)
    if 200 <= answer.status < 300:
        settling.taken(delivery, answer, now)
    elif answer.status in (408, 425, 429) or answer.status >= 500:
        told = {"partner_name": delivery.agreement.partner_name, "status": answer.status}
        reason = say("%(partner_name)s answered %(status)s.") % told
        if words := settling.words(answer):
            reason = say("%(partner_name)s answered %(status)s: %(words)s") % {**told, "words": words}
        _try_later(
            delivery, now, reason, is_away=answer.status in AWAY, status=answer.status, wait=http.asked_wait(answer)
        )
    else:
        settling.refused(delivery, answer, settling.words(answer), now)
    if answer.status not in AWAY:
        heard_from(delivery.agreement, now)


def _begin(delivery: Delivery) -> bool:
    """Count the attempt; the payload is the one of this moment, for something may have been held back since we looked.

    False where it waits no more."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [delivery.pk, DeliveryState.WAITING.value])
        found = cursor.fetchone()
    if found is not None:
        delivery.payload = None if found[0] is None else json.loads(found[0])
    return found is not None


def request(delivery: Delivery, now: datetime) -> http.Request:
    """A delivery as it leaves, with addresses of files that are good from `now` on."""
    agreement, payload = delivery.agreement, delivery.payload
    if payload is not None and delivery.shared_ticket_id is None:
        payload = secrets.with_keys(payload, agreement)
    elif payload is not None and any(comment["attachments"] for comment in payload.get("comments", ())):
        shared = delivery.shared_ticket
        assert shared is not None
        shared.agreement = agreement
        payload = files.with_addresses(payload, shared, now)
    body = b"" if payload is None or delivery.verb == "DELETE" else wire_order.encoded(payload)
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        # Once refused with the old key, a message that hands over the new one may have been taken already.
        TOKEN_HEADER: agreement.token_with(agreement.next_access_key if settling.tries_new_key(delivery) else ""),
        VERSION_HEADER: str(VERSION),
        **(_of_end(delivery) if delivery.verb == "DELETE" else {}),
    }
    return http.Request(delivery.verb, agreement.partner_url + delivery.path, headers, body, may_be_cut=True)


def _of_end(delivery: Delivery) -> dict[str, str]:
    """What has no body to stand in: the number, who ended it and why. A plain peer passes over it."""
    proof = proofs.sent_with(delivery)
    told = {REASON_HEADER: proof.kind, BY_HEADER: quote(outgoing.wire_name(proof.by_name))} if proof else {}
    by = (delivery.payload or {}).get("current_actor") if proof else None
    told |= {BY_UUID_HEADER: by["uuid"]} if by else {}
    return {NUMBER_HEADER: str(delivery.pk), **(told if delivery.agreement.is_adjoin else {})}


@transaction.atomic
def _try_later(
    delivery: Delivery,
    now: datetime,
    reason: str,
    *,
    is_away: bool,
    status: int | None = None,
    wait: timedelta | None = None,
    kind: str = Failure.OTHER,
) -> None:
    """Keep the row first in its queue; when the whole desk is away, pause everything for it."""
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state != DeliveryState.WAITING:
        return
    agreement = SharingAgreement.objects.select_for_update().get(pk=delivery.agreement_id)
    row.last_status, row.last_answer = status, shortened(reason, 500)
    pause = wait or pause_after(agreement.failures + 1 if is_away else row.attempts)
    row.next_attempt_at = now + pause
    row.save(update_fields=["last_status", "last_answer", "next_attempt_at"])
    agreement.last_problem = shortened(reason, 500)
    if is_away:
        agreement.next_attempt_at, agreement.failure_kind = now + pause, kind
    if is_away and wait is None:  # who asks us to wait has answered
        agreement.unanswered_since = agreement.unanswered_since or now
        agreement.failures += 1
    agreement.save(update_fields=["last_problem", "unanswered_since", "failures", "next_attempt_at", "failure_kind"])
    if settling.gives_up(row, agreement, now):
        return
    if row.attempts == 1 and delivery.shared_ticket is not None:
        live.announce(delivery.shared_ticket.ticket_id)  # its page shows from now on that something waits
    outbox.publish(
        "sharing.queued",
        agreement_id=row.agreement_id,
        shared_ticket_id=row.shared_ticket_id,
        at=row.next_attempt_at,
    )
