"""Who was turned away at a provider's word, and why: what admins need while they set it up, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from adjoin.sign_in.models import Provider, Refusal

MOST = 20  # of each provider
KEPT = timedelta(days=30)


@transaction.atomic
def note(provider: Provider, why: str, now: datetime, *, email: str = "") -> None:
    """Keep that somebody who came with `provider` was turned away. The same once more counts with what is there."""
    Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    same = Refusal.objects.filter(provider=provider, why=why, email=email[:254])
    if not same.update(at=now, times=F("times") + 1):
        Refusal.objects.create(provider=provider, why=why, email=email[:254], at=now)
    kept = list(recent(provider).values_list("pk", flat=True))
    Refusal.objects.filter(provider=provider).exclude(pk__in=kept).delete()


def recent(provider: Provider) -> QuerySet[Refusal]:
    """The last of them, newest first."""
    return Refusal.objects.filter(provider=provider).order_by("-at", "-pk")[:MOST]


def forget_old(now: datetime) -> int:
    """How many were older than a month, and are gone."""
    gone, _ = Refusal.objects.filter(at__lt=now - KEPT).delete()
    return gone
