"""Putting what a webhook is to be told into its queue, in the transaction that causes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from adjoin.kernel import ids, outbox
from adjoin.kernel.wording import say
from adjoin.webhooks.models import Call, Webhook
from adjoin.webhooks.terms import CallState

# What a webhook's program does may come back as a change, which calls the webhook. That ends here.
LOOP_MAX = 100  # calls of one webhook about one ticket, person, organization or article
LOOP_WINDOW = timedelta(hours=1)
LOOP = gettext_noop("More than %(most)s calls about the same within an hour: this looks like a loop, and was not sent.")


def put(
    hook: Webhook,
    *,
    key: str,
    cause: str,
    ticket_id: int | None,
    now: datetime,
    payload: str = "",
    asks: dict[str, Any] | None = None,
) -> Call | None:
    """A call that will be made once this transaction commits; None where the same was queued before."""
    call, is_new = Call.objects.get_or_create(
        key=key,
        defaults={
            "ulid": ids.new_ulid(now),
            "webhook": hook,
            "ticket_id": ticket_id,
            "cause": cause,
            "asks": asks or {},
            "payload": payload,
            "created_at": now,
        },
    )
    if not is_new:
        return None
    if _is_loop(hook, call, now):
        call.state, call.says, call.completed_at = CallState.TERMINATED, say(LOOP) % {"most": LOOP_MAX}, now
        call.save(update_fields=["state", "says", "completed_at"])
    else:
        outbox.publish("webhook.queued", webhook_id=hook.pk, ticket_id=ticket_id)
    return call


def _is_loop(hook: Webhook, call: Call, now: datetime) -> bool:
    recent = Call.objects.filter(webhook=hook, created_at__gt=now - LOOP_WINDOW)
    if call.ticket_id is not None:
        return recent.filter(ticket_id=call.ticket_id).count() > LOOP_MAX
    of_same = "-".join(call.key.split("-")[:3])  # webhook, noun and number, as other events write their keys
    return recent.filter(ticket_id=None, key__startswith=f"{of_same}-").count() > LOOP_MAX
