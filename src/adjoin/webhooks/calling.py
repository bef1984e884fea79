"""Making calls, in the order of what happened to each ticket.

A call leaves its queue only once it is settled, so whoever is killed, whenever: nothing is lost, and what is sent again
has the same invocation id. A webhook that fails again and again is left in peace for a while, and calls wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.adapters import http
from adjoin.kernel import outbox, queues
from adjoin.kernel.errors import DeskError
from adjoin.kernel.wording import of_error, say
from adjoin.webhooks import bodies, signing
from adjoin.webhooks.models import Attempt, Call, Webhook
from adjoin.webhooks.terms import CallState, Format, Method

log = structlog.get_logger("adjoin.webhooks")

Clock = Callable[[], datetime]
TRIES_MAX = 5
CONFLICTS_MAX = 3  # tries of what is answered with 409
PAUSES_SECONDS = (5, 30, 120, 300)  # after the first try, the second, ...
SHORT_WAIT = timedelta(seconds=60)  # who asks for more is not waited for, as Zendesk has it
CALL_SECONDS = 12.0
KEPT_MAX = 10_000  # characters of an answer
BREAKS_AFTER = 10  # failures in a row; then it is paused, each time twice as long
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
WAITS_MAX = timedelta(days=1)
TOO_OLD = gettext_noop("It waited for a day and was not sent.")


@dataclass
class Outcome:
    """What came of one try. `status` None: no answer, and `says` tells why."""

    status: int | None = None
    says: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    should_retry: bool = False
    wait: timedelta | None = None
    duration_ms: int = 0

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def drain(webhook_id: int, ticket_id: int | None, clock: Clock) -> None:
    """Make the calls of one webhook about one ticket that are due, until none is left or one has to wait."""
    queues.drain(
        f"webhook:{webhook_id}:{ticket_id or ''}",
        lambda: _due(webhook_id, ticket_id, clock()),
        lambda call: _attempt(call, clock),
    )


def due_queues(now: datetime, at_most: int = 200) -> list[tuple[int, int | None]]:
    """Webhook and ticket of the calls that may be made now. Of a webhook that has just failed, one."""
    waiting = Call.objects.filter(state=CallState.WAITING, webhook__is_active=True).exclude(next_attempt_at__gt=now)
    ready = waiting.filter(Q(webhook__paused_until=None) | Q(webhook__paused_until__lte=now))
    found: list[tuple[int, int | None]] = []
    probed: set[int] = set()
    rows = ready.order_by("pk").values_list("webhook_id", "ticket_id", "webhook__paused_until")
    for webhook_id, ticket_id, paused_until in rows[: at_most * 10]:
        is_new = (webhook_id, ticket_id) not in found
        if is_new and (paused_until is None or webhook_id not in probed):
            found.append((webhook_id, ticket_id))
        probed.add(webhook_id)
    return found[:at_most]


def give_up_old(now: datetime) -> int:
    """Terminate what has waited for a day. Returns how many."""
    old = Call.objects.filter(state=CallState.WAITING, created_at__lt=now - WAITS_MAX)
    return old.update(state=CallState.TERMINATED, says=say(TOO_OLD), completed_at=now)


def send(hook: Webhook, call_id: str, payload: str, now: datetime) -> tuple[http.Request, Outcome]:
    """Make one call and say what came of it."""
    request = _request(hook, call_id, payload, now)
    begun = time.monotonic()
    try:
        answer = http.client().send(request)
    except http.NoAnswer as problem:
        outcome = Outcome(says=of_error(problem), should_retry=problem.should_retry)
    else:
        outcome = _outcome(hook, answer)
    outcome.duration_ms = int((time.monotonic() - begun) * 1000)
    return request, outcome


def _due(webhook_id: int, ticket_id: int | None, now: datetime) -> Call | None:
    rows = Call.objects.filter(webhook_id=webhook_id, ticket_id=ticket_id, state=CallState.WAITING)
    first = rows.select_related("webhook").order_by("pk").first()
    if first is None or (first.next_attempt_at and first.next_attempt_at > now):
        return None
    hook = first.webhook
    is_resting = hook.paused_until is not None and hook.paused_until > now
    return first if hook.is_active and not is_resting else None


def _attempt(call: Call, clock: Clock) -> None:
    hook, now = call.webhook, clock()
    begun = Call.objects.filter(pk=call.pk, state=CallState.WAITING).update(tries=F("tries") + 1)
    if not begun:
        return
    call.refresh_from_db(fields=["tries", "payload", "asks"])  # words may have been redacted since we looked
    try:
        _fill_in(call)
    except DeskError as error:
        _settle(call, CallState.FAILED, Outcome(says=of_error(error)), now)
        return
    request, outcome = send(hook, call.ulid, call.payload, now)
    log.info("webhook_called", call_id=call.ulid, webhook_id=hook.pk, status=outcome.status, reason=outcome.says)
    keep(call, hook, request, outcome, now)
    now = clock()
    with transaction.atomic():
        rests_until = _note(hook.pk, outcome, now)
        if outcome.is_good:
            _settle(call, CallState.SUCCEEDED, outcome, now)
        elif _is_tried_again(call, outcome):
            _try_later(call, outcome, now, rests_until)
        else:
            _settle(call, CallState.FAILED, outcome, now)


def keep(call: Call, hook: Webhook, request: http.Request, outcome: Outcome, now: datetime) -> None:
    """Write one try into the log, without secrets."""
    Attempt.objects.create(
        call=call,
        url=request.url[:4000],
        method=request.method,
        headers=signing.shown(hook, request.headers),
        status_code=outcome.status,
        answer_headers=outcome.headers,
        answer=outcome.answer,
        says=outcome.says,
        started_at=now,
        duration_ms=outcome.duration_ms,
    )


def _fill_in(call: Call) -> None:
    """Write the body of a rule's call, once. Raises `Invalid`."""
    if not call.asks:
        return
    ticket = readable.tickets(Actor.system()).filter(pk=call.ticket_id or 0).with_people().first()
    if ticket is None:
        raise DeskError(say("The ticket is deleted."))
    values = bodies.values_for(call.webhook, ticket, audit_id=call.asks["audit_id"])
    call.payload, call.asks = bodies.rendered(call.webhook, call.asks["body"], values), {}
    call.save(update_fields=["payload", "asks"])


def _request(hook: Webhook, call_id: str, payload: str, now: datetime) -> http.Request:
    method = Method(hook.http_method)
    url, body = hook.endpoint, payload.encode()
    if not method.has_body:
        url, body = f"{url}{'&' if '?' in url else '?'}{payload}" if payload else url, b""
    headers = signing.headers(hook, call_id, body, now)
    return http.Request(str(method), url, headers, body, seconds=CALL_SECONDS)


def _outcome(hook: Webhook, answer: http.Answer) -> Outcome:
    wait = http.asked_wait(answer)
    is_short = answer.status in (429, 503) and wait is not None and wait <= SHORT_WAIT
    text = answer.body.decode(errors="replace").replace("\x00", "")[:KEPT_MAX]
    kept = {name: signing.without_secrets(hook, value)[:500] for name, value in answer.headers.items()}
    return Outcome(
        status=answer.status,
        says="" if 200 <= answer.status < 300 else say("It answered %(status)s.") % {"status": answer.status},
        headers={name: value for name, value in kept.items() if name != "set-cookie"},
        answer=signing.without_secrets(hook, text),
        should_retry=answer.status in (408, 409) or is_short,
        wait=wait if is_short else None,
    )


def _is_tried_again(call: Call, outcome: Outcome) -> bool:
    most = CONFLICTS_MAX if outcome.status == 409 else TRIES_MAX
    return outcome.should_retry and call.tries < most


def _try_later(call: Call, outcome: Outcome, now: datetime, rests_until: datetime | None) -> None:
    pause = outcome.wait or timedelta(seconds=PAUSES_SECONDS[min(call.tries, len(PAUSES_SECONDS)) - 1])
    call.next_attempt_at = max(now + pause, rests_until or now)
    call.status_code, call.says = outcome.status, outcome.says
    call.save(update_fields=["next_attempt_at", "status_code", "says"])
    outbox.publish("webhook.queued", webhook_id=call.webhook_id, ticket_id=call.ticket_id, at=call.next_attempt_at)


def _settle(call: Call, state: CallState, outcome: Outcome, now: datetime) -> None:
    call.state, call.status_code, call.says, call.completed_at = state, outcome.status, outcome.says, now
    call.save(update_fields=["state", "status_code", "says", "completed_at"])


def _note(webhook_id: int, outcome: Outcome, now: datetime) -> datetime | None:
    """Count failures in a row; gives back until when the webhook is left in peace, None for not at all."""
    hook = Webhook.objects.select_for_update(no_key=True).get(pk=webhook_id)
    if outcome.is_good:
        if hook.failures:
            Webhook.objects.filter(pk=webhook_id).update(failures=0, paused_until=None)
        return None
    hook.failures += 1
    if hook.failures >= BREAKS_AFTER:
        rest = FIRST_REST * 2 ** min(hook.failures - BREAKS_AFTER, 10)
        hook.paused_until = now + min(rest, LONGEST_REST)
    hook.save(update_fields=["failures", "paused_until"])
    return hook.paused_until


def sample(hook: Webhook) -> str:
    """What a test says when nobody types anything."""
    if bodies.takes_pairs(hook):
        return "test=true"
    return "<test>true</test>" if hook.request_format == Format.XML else '{"test": true}'
