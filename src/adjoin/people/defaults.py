"""What every new account has of people."""

from __future__ import annotations

from datetime import datetime

from adjoin.people.models import Group


def furnish_people(now: datetime) -> None:
    """The group that agents start in."""
    Group.objects.get_or_create(
        name="Support",
        defaults={"description": "Everybody who answers.", "is_default": True, "created_at": now, "updated_at": now},
    )
