"""Members who follow their organization get a mail about each new request of it that they may read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from adjoin.people.models import Membership


def follow_organization(*, membership: Membership, now: datetime) -> Membership:
    """The membership, followed from now on. Again changes nothing."""
    if Membership.objects.filter(pk=membership.pk, followed_at=None).update(followed_at=now):
        membership.followed_at = now
    return membership


def unfollow_organization(*, membership: Membership) -> None:
    """No mails about the organization's requests any more. Leaving it does the same."""
    Membership.objects.filter(pk=membership.pk).update(followed_at=None)


def followers(organization_id: int) -> QuerySet[Membership]:
    """The memberships of those who follow an organization; whether they may read a request is asked for each."""
    return Membership.objects.filter(organization_id=organization_id, followed_at__isnull=False)
