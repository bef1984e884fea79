"""Values of fields and choices that are gone, taken off the tickets in the background. What is gone is shown nowhere
from the moment it is gone, so nobody waits for this; audits keep what was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adjoin.accounts.jobs import task
from adjoin.tickets.models import Ticket

CHUNK = 500


def drop_values(*, field_id: int, values: Sequence[str] | None, with_tags: bool, now: datetime) -> None:
    """Have tickets lose these values of a field (None: all), soon, and with `with_tags` the tags of these too."""
    drop_values_later.defer(
        field_id=field_id,
        values=list(values) if values is not None else None,
        with_tags=with_tags,
        lock=f"ticket_field:{field_id}",
    )


@task("tickets.drop_values", retry=10)
def drop_values_later(*, field_id: int, values: list[str] | None, with_tags: bool) -> None:
    """Take the values off, some tickets at a time. Running again does what is left."""
    last = 0
    while last := _some(last, str(field_id), values, with_tags):
        pass


@transaction.atomic
def _some(after: int, key: str, values: list[str] | None, with_tags: bool) -> int:
    """The next tickets with such a value; returns the last one's id, 0 when there are no more."""
    rows = Ticket.objects.select_for_update(no_key=True).filter(pk__gt=after, custom_fields__has_key=key).order_by("pk")
    found = list(rows[:CHUNK])
    for ticket in found:
        kept = ticket.custom_fields.pop(key)
        had = kept if isinstance(kept, list) else [kept]
        gone = had if values is None else [one for one in had if one in values]
        left = [one for one in had if one not in gone]
        if left:
            ticket.custom_fields[key] = left if isinstance(kept, list) else left[0]
        if with_tags:
            ticket.tags = [tag for tag in ticket.tags if tag not in gone]
    Ticket.objects.bulk_update(found, ["custom_fields", "tags"])
    return found[-1].pk if found else 0
