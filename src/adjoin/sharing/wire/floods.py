"""How much one partner, or one stranger, may ask of us."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from adjoin.kernel import counters, ids
from adjoin.kernel.errors import TooMany
from adjoin.kernel.wording import Sentence, say
from adjoin.sharing import history
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.terms import Happened

INVITATIONS_MAX = 30  # from one address in ten minutes
INVITATIONS_SECONDS = 600
REQUESTS_MAX = 3000  # of one agreement in a minute
NEW_TICKETS_MAX = 600  # of one agreement in a minute
CALM = timedelta(hours=1)  # after so long the next flood is told anew


def check_invitations(address: str, now: datetime) -> None:
    """Raises `TooMany` when one network address invites too often."""
    _count(f"sharing-invitations:{ids.digest(address)[:32]}", INVITATIONS_MAX, INVITATIONS_SECONDS, now)


def check_requests(agreement: SharingAgreement, now: datetime, times: int = 1) -> None:
    """Raises `TooMany` when a partner asks too often. Updates that come together count each."""
    try:
        if times:
            _count(f"sharing-requests:{agreement.pk}", REQUESTS_MAX, 60, now, times)
    except TooMany:
        told = say("%(partner)s sent more than %(most)s requests in a minute. The rest was put off.")
        _show(agreement, told, REQUESTS_MAX, now)
        raise


def check_new_tickets(agreement: SharingAgreement, now: datetime) -> None:
    """Raises `TooMany` when a partner shares more tickets than people can look at."""
    recent = SharedTicket.objects.filter(agreement=agreement, created_at__gt=now - timedelta(minutes=1))
    if recent.count() >= NEW_TICKETS_MAX:
        told = say("%(partner)s sent more than %(most)s new tickets in a minute. The rest was put off.")
        _show(agreement, told, NEW_TICKETS_MAX, now)
        raise TooMany(say("Too many new tickets at once. The rest is welcome in a minute."), retry_after_seconds=60)


@transaction.atomic
def _show(agreement: SharingAgreement, told: Sentence, most: int, now: datetime) -> None:
    """Have admins see on the agreement that the partner was put off; once a minute is enough, while it lasts."""
    calm = Q(slowed_at=None) | Q(slowed_at__lte=now - timedelta(minutes=1))
    if not SharingAgreement.objects.filter(calm, pk=agreement.pk).update(slowed_at=now):
        return
    if agreement.slowed_at is None or now - agreement.slowed_at > CALM:
        words = told % {"partner": agreement.partner_name, "most": most}
        history.tell(agreement, Happened.LEFT_OUT, now, words=words, is_partners=True)


def _count(name: str, at_most: int, seconds: int, now: datetime, times: int = 1) -> None:
    if counters.count(name, now, seconds, times) > at_most:
        raise TooMany(say("Too many requests. Wait a little."), retry_after_seconds=seconds)
