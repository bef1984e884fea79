"""The words of ticket fields and forms. Values are Zendesk's."""

from __future__ import annotations

from django.db.models import TextChoices


class TicketFieldType(TextChoices):
    """What a field of tickets holds. Every account has the first seven; it adds fields of the others."""

    SUBJECT = "subject", "Subject"
    DESCRIPTION = "description", "Description"
    STATUS = "status", "Status"
    TICKETTYPE = "tickettype", "Type"
    PRIORITY = "priority", "Priority"
    GROUP = "group", "Group"
    ASSIGNEE = "assignee", "Assignee"
    TEXT = "text", "Text"
    TEXTAREA = "textarea", "Several lines"
    CHECKBOX = "checkbox", "Yes or no"
    DATE = "date", "Date"
    INTEGER = "integer", "Whole number"
    DECIMAL = "decimal", "Number"
    REGEXP = "regexp", "Text of a certain form"
    TAGGER = "tagger", "One of several"
    MULTISELECT = "multiselect", "Some of several"
    CREDIT_CARD = "partialcreditcard", "Card number, masked"
    LOOKUP = "lookup", "Somebody or something here"


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


class Target(TextChoices):
    """What a lookup field points at."""

    USER = "zen:user", "Somebody"
    ORGANIZATION = "zen:organization", "An organization"
    TICKET = "zen:ticket", "A ticket"


class StatusCategory(TextChoices):
    """What a custom status is a kind of; tickets keep it as their status. They close only of themselves."""

    NEW = "new", "New"
    OPEN = "open", "Open"
    PENDING = "pending", "Pending"
    HOLD = "hold", "On hold"
    SOLVED = "solved", "Solved"


class Statuses(TextChoices):
    """On which statuses agents must have filled in a field that a condition shows."""

    ALL = "ALL_STATUSES"
    NONE = "NO_STATUSES"
    SOME = "SOME_STATUSES"
