"""What did not go as a trigger says, kept with the trigger for whoever looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjoin.kernel.wording import tell
from adjoin.rules.models import Trigger, TriggerNotice

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

KEPT = 50  # of each trigger, and at most as many again until the old ones go


def keep(change: Change) -> None:
    """Have the failures that triggers recorded in `change` written beside them, in the same transaction."""
    found = [
        (event.data["via"]["source"]["from"]["id"], event.data["message"])
        for event in change.events
        if event.type == "Error" and event.data.get("via", {}).get("source", {}).get("rel") == "trigger"
    ]
    if found:
        change.then(lambda written: _write(written, found))


def _write(change: Change, found: list[tuple[int, str]]) -> None:
    known = set(Trigger.objects.filter(pk__in={pk for pk, _ in found}).values_list("pk", flat=True))
    TriggerNotice.objects.bulk_create(
        TriggerNotice(trigger_id=pk, ticket_id=change.ticket.pk, says=tell(says), created_at=change.now)
        for pk, says in found
        if pk in known
    )
    for pk in known:
        rows = TriggerNotice.objects.filter(trigger_id=pk)
        if rows.count() > 2 * KEPT:
            rows.exclude(pk__in=list(rows.order_by("-pk").values_list("pk", flat=True)[:KEPT])).delete()
