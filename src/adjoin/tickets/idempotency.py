"""Answering a write that is sent again as it was answered the first time, without doing it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adjoin.kernel.errors import DeskError
from adjoin.kernel.wording import say
from adjoin.tickets.models import IdempotencyKey

LIFETIME = timedelta(hours=2)
KEY_MAX = 255  # characters
_SWEEP = 100  # old keys that one write takes away


class IdempotentRequestError(DeskError):
    """The key was used for another request, or cannot be a key."""

    code = "IdempotentRequestError"
    status = 400


@dataclass(frozen=True)
class Answer:
    """What was answered: an HTTP status, a body as text, and the headers worth keeping."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def answer_once(
    *, key: str, actor: str, request_digest: str, now: datetime, write: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer to a write, and whether it is the one given earlier for the same key and actor.

    Runs inside the caller's transaction, so key and change are kept together or not at all. A second request with the
    same key waits for the first. Keys live for two hours. Raises `IdempotentRequestError`."""
    if len(key) > KEY_MAX:
        raise IdempotentRequestError(say("An Idempotency-Key has at most %(most)s characters.") % {"most": KEY_MAX})
    _sweep(now)
    IdempotencyKey.objects.filter(key=key, actor=actor, created_at__lte=now - LIFETIME).delete()
    row, is_new = IdempotencyKey.objects.get_or_create(
        key=key, actor=actor, defaults={"request_digest": request_digest, "status": 0, "body": "", "created_at": now}
    )
    if is_new:
        answer = write()
        row.status, row.body, row.headers = answer.status, answer.body, answer.headers
        row.save(update_fields=["status", "body", "headers"])
        return answer, False
    if row.request_digest != request_digest:
        raise IdempotentRequestError(say("This Idempotency-Key was used for a different request. Choose another key."))
    return Answer(row.status, row.body, row.headers), True


def _sweep(now: datetime) -> None:
    old = IdempotencyKey.objects.filter(created_at__lte=now - LIFETIME).order_by("created_at")
    locked = old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_SWEEP]
    IdempotencyKey.objects.filter(pk__in=list(locked)).delete()
