"""What people say of how they were helped. Values are Zendesk's."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

UNOFFERED = "unoffered"  # nobody was asked, and nothing is kept


class Score(TextChoices):
    """Where a rating stands."""

    OFFERED = "offered", _("Asked for")
    GOOD = "good", _("Good, I am satisfied")
    BAD = "bad", _("Bad, I am not satisfied")

    @classmethod
    def given(cls) -> tuple[Score, ...]:
        """Those that somebody gives."""
        return (cls.GOOD, cls.BAD)


class Reason(IntegerChoices):
    """Why somebody was not satisfied. The numbers are Zendesk's."""

    NONE = 0, _("No reason given")
    TOO_LONG = 5, _("It took too long")
    NOT_RESOLVED = 6, _("It was not resolved")
    KNOWLEDGE = 7, _("The agent did not know enough")
    ATTITUDE = 8, _("The agent was not kind")
    OTHER = 100, _("Something else")
