from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is to the desk, as the API names it."""

    END_USER = "end-user", _("End user")
    AGENT = "agent", _("Agent")
    ADMIN = "admin", _("Admin")


class RoleType(IntegerChoices):
    """What sort of role a custom role is, with Zendesk's numbers."""

    CUSTOM = 0, _("Custom role")
    LIGHT_AGENT = 1, _("Light agent")
    CONTRIBUTOR = 3, _("Contributor")


class TicketRestriction(TextChoices):
    """Which tickets a person's role reaches, before brands and private groups narrow it."""

    ALL = "", _("All tickets")
    GROUPS = "groups", _("Tickets of their groups")
    ORGANIZATION = "organization", _("Tickets of their organizations")
    ASSIGNED = "assigned", _("Tickets assigned to them")
    REQUESTED = "requested", _("Tickets they requested")


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

    NEW = "new", _("Waiting")
    COMPLETE = "complete", _("Done")
    ERROR = "error", _("Not done")
