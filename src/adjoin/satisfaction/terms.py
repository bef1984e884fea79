"""What people say of how they were helped. Values are Zendesk's."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

FIRST_OWN = 1000  # code of an account's own reason; Zendesk's begin there, too
WORDS_MAX = 100  # characters of one
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
    """Why somebody was not satisfied, as every account begins. The numbers are Zendesk's."""

    NONE = 0, _("No reason given")
    TOO_LONG = 5, _("It took too long")
    NOT_RESOLVED = 6, _("It was not resolved")
    KNOWLEDGE = 7, _("The agent did not know enough")
    ATTITUDE = 8, _("The agent was not kind")
    OTHER = 100, _("Something else")


def reason_said(code: int, words: str) -> str:
    """What a reason is called: its own words, else ours in the language of whoever reads it."""
    return words or str(Reason(code).label)
