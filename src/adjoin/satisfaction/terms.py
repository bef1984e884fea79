"""What people say of how they were helped. Values are Zendesk's."""

from __future__ import annotations

from django.db.models import TextChoices
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
