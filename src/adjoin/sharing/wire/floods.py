"""How much one partner, or one stranger, may ask of us."""

from __future__ import annotations

from datetime import datetime, timedelta

from adjoin.kernel import counters, ids
from adjoin.kernel.errors import TooMany
from adjoin.kernel.wording import say
from adjoin.sharing.models import SharedTicket, SharingAgreement

INVITATIONS_MAX = 30  # from one address in ten minutes
INVITATIONS_SECONDS = 600
REQUESTS_MAX = 3000  # of one agreement in a minute
NEW_TICKETS_MAX = 600  # of one agreement in a minute


def check_invitations(address: str, now: datetime) -> None:
    """Raises `TooMany` when one network address invites too often."""
    _count(f"sharing-invitations:{ids.digest(address)[:32]}", INVITATIONS_MAX, INVITATIONS_SECONDS, now)


def check_requests(agreement: SharingAgreement, now: datetime, times: int = 1) -> None:
    """Raises `TooMany` when a partner asks too often. Updates that come together count each."""
    if times:
        _count(f"sharing-requests:{agreement.pk}", REQUESTS_MAX, 60, now, times)


def check_new_tickets(agreement: SharingAgreement, now: datetime) -> None:
    """Raises `TooMany` when a partner shares more tickets than people can look at."""
    recent = SharedTicket.objects.filter(agreement=agreement, created_at__gt=now - timedelta(minutes=1))
    if recent.count() >= NEW_TICKETS_MAX:
        raise TooMany(say("Too many new tickets at once. The rest is welcome in a minute."), retry_after_seconds=60)


def _count(name: str, at_most: int, seconds: int, now: datetime, times: int = 1) -> None:
    if counters.count(name, now, seconds, times) > at_most:
        raise TooMany(say("Too many requests. Wait a little."), retry_after_seconds=seconds)
