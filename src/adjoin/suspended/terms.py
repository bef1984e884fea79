"""Why something waits. The numbers below 100 are Zendesk's."""

from __future__ import annotations

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Cause(IntegerChoices):
    """Why a request became no ticket at once."""

    NOT_ALLOWED = 1, _("The sender is not on the allowlist")
    NOT_CONFIRMED = 12, _("The sender has not confirmed the address yet")
    BLOCKED = 13, _("The sender is on the blocklist")
    SIGNED_OUT = 21, _("Sent in the name of somebody known here who had not signed in")
    PERSON_SUSPENDED = 101, _("The sender is suspended")
    FLOOD = 102, _("Too many requests from one address")

    @classmethod
    def until_confirmed(cls) -> tuple[Cause, ...]:
        """Those that end when the sender opens the link they were mailed."""
        return (cls.NOT_CONFIRMED, cls.SIGNED_OUT)
