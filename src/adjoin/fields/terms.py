"""The words of ticket fields and forms. Values are Zendesk's."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TicketFieldType(TextChoices):
    """What a field of tickets holds. Every account has the first seven; it adds fields of the others."""

    SUBJECT = "subject", _("Subject")
    DESCRIPTION = "description", _("Description")
    STATUS = "status", _("Status")
    TICKETTYPE = "tickettype", _("Type")
    PRIORITY = "priority", _("Priority")
    GROUP = "group", _("Group")
    ASSIGNEE = "assignee", _("Assignee")
    TEXT = "text", _("Text")
    TEXTAREA = "textarea", _("Several lines")
    CHECKBOX = "checkbox", _("Yes or no")
    DATE = "date", _("Date")
    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Number")
    REGEXP = "regexp", _("Text of a certain form")
    TAGGER = "tagger", _("One of several")
    MULTISELECT = "multiselect", _("Some of several")
    CREDIT_CARD = "partialcreditcard", _("Card number, masked")
    LOOKUP = "lookup", _("Somebody or something here")


SYSTEM = (
    TicketFieldType.SUBJECT,
    TicketFieldType.DESCRIPTION,
    TicketFieldType.STATUS,
    TicketFieldType.TICKETTYPE,
    TicketFieldType.PRIORITY,
    TicketFieldType.GROUP,
    TicketFieldType.ASSIGNEE,
)
CUSTOM = tuple(kind for kind in TicketFieldType if kind not in SYSTEM)
WITH_OPTIONS = (TicketFieldType.TAGGER, TicketFieldType.MULTISELECT)
WITH_TAGS = (*WITH_OPTIONS, TicketFieldType.CHECKBOX)
PARENTS = (*WITH_TAGS, TicketFieldType.TICKETTYPE, TicketFieldType.PRIORITY)  # what conditions of a form ask about


class StatusCategory(TextChoices):
    """What a custom status is a kind of; tickets keep it as their status. They close only of themselves."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    HOLD = "hold", _("On hold")
    SOLVED = "solved", _("Solved")


class Statuses(TextChoices):
    """On which statuses agents must have filled in a field that a condition shows."""

    ALL = "ALL_STATUSES"
    NONE = "NO_STATUSES"
    SOME = "SOME_STATUSES"
