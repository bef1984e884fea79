"""What every new account has of people."""

from __future__ import annotations

from datetime import datetime

from adjoin.people import roles
from adjoin.people.models import CustomRole, Group


def furnish_people(now: datetime) -> None:
    """The group that agents start in, and the roles there are besides agent and admin."""
    Group.objects.get_or_create(
        name="Support",
        defaults={"description": "Everybody who answers.", "is_default": True, "created_at": now, "updated_at": now},
    )
    for name, description, role_type, configuration in roles.STARTERS:
        CustomRole.objects.get_or_create(
            name=name,
            defaults={
                "description": description,
                "role_type": role_type,
                "configuration": roles.configuration(configuration),
                "created_at": now,
                "updated_at": now,
            },
        )
