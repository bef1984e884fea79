from django.db.models import IntegerChoices, TextChoices


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

    TEXT = "text", "Text"
    TEXTAREA = "textarea", "Several lines"
    CHECKBOX = "checkbox", "Yes or no"
    INTEGER = "integer", "Whole number"
    DECIMAL = "decimal", "Number"
    DATE = "date", "Date"
    REGEXP = "regexp", "Text of a certain form"
    DROPDOWN = "dropdown", "One of several"


class MergeStatus(TextChoices):
    """How far the merge of two organizations is, as Zendesk names it."""

    NEW = "new", "Waiting"
    COMPLETE = "complete", "Done"
    ERROR = "error", "Not done"
