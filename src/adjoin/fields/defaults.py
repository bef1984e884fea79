"""What every new account has of ticket fields and forms."""

from __future__ import annotations

from datetime import datetime

from adjoin.fields.models import TicketField, TicketForm
from adjoin.fields.terms import SYSTEM, TicketFieldType

SEEN_BY_END_USERS = (TicketFieldType.SUBJECT, TicketFieldType.DESCRIPTION)


def furnish_fields(now: datetime) -> None:
    """The fields that every ticket has, as Zendesk lists them, and a form with them."""
    for position, kind in enumerate(SYSTEM):
        is_seen = kind in SEEN_BY_END_USERS
        TicketField.objects.get_or_create(
            type=kind,
            defaults={
                "title": kind.label,
                "title_in_portal": kind.label,
                "position": position,
                "visible_in_portal": is_seen,
                "editable_in_portal": is_seen,
                "required_in_portal": is_seen,
                "created_at": now,
                "updated_at": now,
            },
        )
    if not TicketForm.objects.filter(is_default=True).exists():
        ids = TicketField.objects.filter(type__in=SYSTEM).in_order().values_list("pk", flat=True)
        TicketForm.objects.create(
            name="Default form",
            display_name="A question or a problem",
            is_default=True,
            ticket_field_ids=list(ids),
            created_at=now,
            updated_at=now,
        )
