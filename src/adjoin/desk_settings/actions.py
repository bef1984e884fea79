"""Reading and changing what an account has decided for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.desk_settings.models import DeskSettings
from adjoin.kernel import record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say

WORDS = {"allowlist", "blocklist"}


def current() -> DeskSettings:
    """The account's settings; their defaults where nobody has changed any."""
    return DeskSettings.objects.filter(pk=1).first() or DeskSettings()


@transaction.atomic
def change(*, now: datetime, **fields: Any) -> DeskSettings:
    """The settings with these values. Raises `Invalid` for a value that is none of a setting's choices."""
    DeskSettings.objects.get_or_create(pk=1)
    row = DeskSettings.objects.select_for_update().get(pk=1)
    for name, value in fields.items():
        _check(name, value)
    changes = record.differences(row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    record.changed(Did.UPDATED, "account_settings", row.pk, "Account settings", now=now, **changes)
    return row


def _check(name: str, value: Any) -> None:
    if name in WORDS and isinstance(value, str):  # checked by whoever knows what they mean
        return
    choices = [key for key, _ in getattr(DeskSettings._meta.get_field(name), "choices", None) or ()]
    if (choices and value not in choices) or (not choices and not isinstance(value, bool)):
        raise Invalid.field(
            name, say("%(name)s: %(value)s cannot be chosen") % {"name": name, "value": str(value)[:40]}
        )
