"""The words of a ticket. Values and order are Zendesk's."""

from __future__ import annotations

from django.db.models import TextChoices


class TicketStatus(TextChoices):
    """Where a ticket stands, in the order that `less_than` and `greater_than` compare by."""

    NEW = "new", "New"
    OPEN = "open", "Open"
    PENDING = "pending", "Pending"
    HOLD = "hold", "On hold"
    SOLVED = "solved", "Solved"
    CLOSED = "closed", "Closed"

    @classmethod
    def unsolved(cls) -> tuple[TicketStatus, ...]:
        return (cls.NEW, cls.OPEN, cls.PENDING, cls.HOLD)

    @classmethod
    def finished(cls) -> tuple[TicketStatus, ...]:
        return (cls.SOLVED, cls.CLOSED)


class Priority(TextChoices):
    """How much a ticket matters, from least to most."""

    LOW = "low", "Low"
    NORMAL = "normal", "Normal"
    HIGH = "high", "High"
    URGENT = "urgent", "Urgent"


class TicketType(TextChoices):
    """What sort of request it is."""

    QUESTION = "question", "Question"
    INCIDENT = "incident", "Incident"
    PROBLEM = "problem", "Problem"
    TASK = "task", "Task"


class Channel(TextChoices):
    """The way an update came in: `via.channel` in the API."""

    WEB = "web", "Workspace"
    EMAIL = "email", "Mail"
    API = "api", "API"
    RULE = "rule", "Rule"
    HELP_CENTER = "web_form", "Help center"
    SHARING = "ticket_sharing", "Ticket sharing"
    SYSTEM = "system", "System"

    @property
    def via_id(self) -> int:
        """The number by which conditions know it (Zendesk's via types)."""
        return {"web": 0, "web_form": 0, "email": 4, "api": 5, "rule": 8, "ticket_sharing": 31, "system": 8}[self.value]
