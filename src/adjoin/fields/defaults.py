"""What every new account has of ticket fields, forms and statuses."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from adjoin.fields.models import CustomStatus, TicketField, TicketForm
from adjoin.fields.terms import SYSTEM, StatusCategory, TicketFieldType

SEEN_BY_END_USERS = (TicketFieldType.SUBJECT, TicketFieldType.DESCRIPTION)


END_USER_LABELS = {
    StatusCategory.NEW: gettext_noop("Open"),
    StatusCategory.OPEN: gettext_noop("Open"),
    StatusCategory.PENDING: gettext_noop("Awaiting your reply"),
    StatusCategory.HOLD: gettext_noop("Open"),
    StatusCategory.SOLVED: gettext_noop("Solved"),
}


def furnish_statuses(now: datetime) -> None:
    """One status for each category, which is its standard and its default."""
    for category in StatusCategory:
        CustomStatus.objects.get_or_create(
            status_category=category,
            is_standard=True,
            defaults={
                "agent_label": str(category.label),
                "end_user_label": END_USER_LABELS[category],
                "is_default": True,
                "created_at": now,
                "updated_at": now,
            },
        )


def furnish_fields(now: datetime) -> None:
    """The fields that every ticket has, as Zendesk lists them, and a form with them."""
    for position, kind in enumerate(SYSTEM):
        is_seen = kind in SEEN_BY_END_USERS
        TicketField.objects.get_or_create(
            type=kind,
            defaults={
                "title": str(kind.label),
                "title_in_portal": str(kind.label),
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
            display_name=gettext_noop("A question or a problem"),
            is_default=True,
            ticket_field_ids=list(ids),
            created_at=now,
            updated_at=now,
        )
