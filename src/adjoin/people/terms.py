from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is to the desk, as the API names it."""

    END_USER = "end-user", "End user"
    AGENT = "agent", "Agent"
    ADMIN = "admin", "Admin"


class TicketRestriction(TextChoices):
    """Which tickets a person's role reaches, before brands and private groups narrow it."""

    ALL = "", "All tickets"
    GROUPS = "groups", "Tickets of their groups"
    ORGANIZATION = "organization", "Tickets of their organizations"
    ASSIGNED = "assigned", "Tickets assigned to them"
    REQUESTED = "requested", "Tickets they requested"
