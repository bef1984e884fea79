"""How much one partner, or one stranger, may ask of us."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.core.cache import cache

from adjoin.kernel import ids
from adjoin.kernel.errors import TooMany
from adjoin.sharing.models import SharedTicket, SharingAgreement

INVITATIONS_MAX = 30  # from one address in ten minutes
INVITATIONS_SECONDS = 600
REQUESTS_MAX = 3000  # of one agreement in a minute
NEW_TICKETS_MAX = 600  # of one agreement in a minute


def check_invitations(address: str) -> None:
    """Raises `TooMany` when one network address invites too often."""
    _count(f"sharing-invitations:{ids.digest(address)[:32]}", INVITATIONS_MAX, INVITATIONS_SECONDS)


def check_requests(agreement: SharingAgreement) -> None:
    """Raises `TooMany` when a partner asks too often."""
    _count(f"sharing-requests:{agreement.pk}", REQUESTS_MAX, 60)


def check_new_tickets(agreement: SharingAgreement, now: datetime) -> None:
    """Raises `TooMany` when a partner shares more tickets than people can look at."""
    recent = SharedTicket.objects.filter(agreement=agreement, created_at__gt=now - timedelta(minutes=1))
    if recent.count() >= NEW_TICKETS_MAX:
        raise TooMany("Too many new tickets at once. The rest is welcome in a minute.", retry_after_seconds=60)


def _count(key: str, at_most: int, seconds: int) -> None:
    # The window is part of the key: counting up gives an entry of this cache a new lifetime each time.
    key = f"{key}:{int(time.time()) // seconds}"
    if cache.add(key, 1, seconds):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # it ended just now
        return
    if count > at_most:
        raise TooMany("Too many requests. Wait a little.", retry_after_seconds=seconds)
