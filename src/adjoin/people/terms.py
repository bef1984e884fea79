from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is to the desk, as the API names it."""

    END_USER = "end-user", "End user"
    AGENT = "agent", "Agent"
    ADMIN = "admin", "Admin"


class RoleType(IntegerChoices):
    """What sort of role a custom role is, with Zendesk's numbers."""

    CUSTOM = 0, "Custom role"
    LIGHT_AGENT = 1, "Light agent"
    CONTRIBUTOR = 3, "Contributor"


class TicketRestriction(TextChoices):
    """Which tickets a person's role reaches, before brands and private groups narrow it."""

    ALL = "", "All tickets"
    GROUPS = "groups", "Tickets of their groups"
    ORGANIZATION = "organization", "Tickets of their organizations"
    ASSIGNED = "assigned", "Tickets assigned to them"
    REQUESTED = "requested", "Tickets they requested"


class FieldType(TextChoices):
    """What a field of one's own holds, as Zendesk names it."""

    TEXT = "text", _("Text")
    TEXTAREA = "textarea", _("Several lines")
    CHECKBOX = "checkbox", _("Yes or no")
    DATE = "date", _("Date")
    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Number")
    REGEXP = "regexp", _("Text of a certain form")
    DROPDOWN = "dropdown", _("One of several")
    MULTISELECT = "multiselect", _("Some of several")
    LOOKUP = "lookup", _("Somebody or something here")

    @classmethod
    def with_options(cls) -> tuple[FieldType, ...]:
        return (cls.DROPDOWN, cls.MULTISELECT)


class MergeStatus(TextChoices):
    """How far the merge of two organizations is, as Zendesk names it."""

    NEW = "new", "Waiting"
    COMPLETE = "complete", "Done"
    ERROR = "error", "Not done"
