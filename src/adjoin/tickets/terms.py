"""The words of a ticket. Values and order are Zendesk's."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TicketStatus(TextChoices):
    """Where a ticket stands, in the order that `less_than` and `greater_than` compare by."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    HOLD = "hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")

    @classmethod
    def unsolved(cls) -> tuple[TicketStatus, ...]:
        return (cls.NEW, cls.OPEN, cls.PENDING, cls.HOLD)

    @classmethod
    def finished(cls) -> tuple[TicketStatus, ...]:
        return (cls.SOLVED, cls.CLOSED)


class Priority(TextChoices):
    """How much a ticket matters, from least to most."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class TicketType(TextChoices):
    """What sort of request it is."""

    QUESTION = "question", _("Question")
    INCIDENT = "incident", _("Incident")
    PROBLEM = "problem", _("Problem")
    TASK = "task", _("Task")


class Channel(TextChoices):
    """The way an update came in: `via.channel` in the API."""

    WEB = "web", _("Workspace")
    EMAIL = "email", _("Mail")
    API = "api", "API"
    RULE = "rule", _("Rule")
    HELP_CENTER = "web_form", _("Help center")
    SHARING = "ticket_sharing", _("Ticket sharing")
    SYSTEM = "system", _("System")

    @property
    def via_id(self) -> int:
        """The number by which conditions know it (Zendesk's via types)."""
        return {"web": 0, "web_form": 0, "email": 4, "api": 5, "rule": 8, "ticket_sharing": 31, "system": 8}[self.value]
