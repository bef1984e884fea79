"""Doing what a form asks for once, however often it is sent: a double click, a reload, a phone that tries again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from adjoin.access.actors import Actor
from adjoin.kernel import ids
from adjoin.tickets.models import IdempotencyKey


def new_key() -> str:
    """A key for one showing of a form, to be sent back with it."""
    return ids.new_secret(16)


@transaction.atomic
def act(*, actor: Actor, key: str, now: datetime, step: Callable[[], str]) -> str:
    """What `step()` returns, which runs once for each key of an actor; later calls get the first one's answer.

    Of two calls at the same time, the second waits for the first. A step that raises leaves its key unused. Without
    a key the step just runs."""
    if not key:
        return step()
    row, is_new = IdempotencyKey.objects.get_or_create(
        key=f"form:{key[:200]}",
        actor=f"user:{actor.user_id}",
        defaults={"request_digest": "", "status": 200, "body": "", "created_at": now},
    )
    if not is_new:
        return row.body
    row.body = step()
    row.save(update_fields=["body"])
    return row.body
