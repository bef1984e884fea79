"""Every change to who belongs to which organization."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adjoin.kernel import outbox, record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.people.models import Membership, Organization, User

MEMBERSHIPS_MAX = 300  # organizations a person may belong to, as Zendesk has it


def join_by_domain(user: User, now: datetime) -> None:
    """Put a verified person into the organization that has their mail domain, the first by name."""
    if not (user.is_verified and user.email):
        return
    domain = user.email.rpartition("@")[2]
    organization = Organization.objects.filter(domain_names__contains=[domain]).order_by("name", "pk").first()
    if organization and not user.memberships.filter(organization=organization).exists():
        join_organization(user=user, organization=organization, now=now)


@transaction.atomic
def join_organization(
    *, user: User, organization: Organization, now: datetime, sees_tickets: bool = False, is_default: bool = False
) -> Membership:
    """Make `user` a member. The first membership is the default one. Raises `Invalid` when already one, or at 300."""
    User.objects.select_for_update().get(pk=user.pk)
    mine = Membership.objects.filter(user=user)
    if mine.filter(organization=organization).exists():
        raise Invalid.field("user_id", "User: has already been taken", "DuplicateValue")
    if mine.count() >= MEMBERSHIPS_MAX:
        raise Invalid.field("base", f"{user.name} is in {MEMBERSHIPS_MAX} organizations already. Remove one first.")
    is_default = is_default or not mine.filter(is_default=True).exists()
    if is_default:
        mine.filter(is_default=True).update(is_default=False, updated_at=now)
    membership = Membership.objects.create(
        user=user,
        organization=organization,
        is_default=is_default,
        sees_tickets=sees_tickets,
        created_at=now,
        updated_at=now,
    )
    title = f"{user.name} in {organization.name}"
    record.changed(
        Did.CREATED, "organization_membership", membership.pk, title, now=now, sees_tickets=(None, sees_tickets)
    )
    return membership


@transaction.atomic
def leave_organization(*, membership: Membership, now: datetime) -> None:
    """End a membership. Another one becomes the default, the oldest; tickets that are not closed leave with it."""
    user = User.objects.select_for_update().get(pk=membership.user_id)
    organization_id, membership_id = membership.organization_id, membership.pk
    title = f"{user.name} in {membership.organization.name}"
    membership.delete()
    record.changed(Did.DELETED, "organization_membership", membership_id, title, now=now)
    rest = Membership.objects.filter(user=user).order_by("pk")
    if membership.is_default and (heir := rest.first()) is not None:
        make_default(membership=heir, now=now)
    outbox.publish("membership.ended", user_id=user.pk, organization_id=organization_id, now=now)


@transaction.atomic
def make_default(*, membership: Membership, now: datetime) -> None:
    """Make this the organization that the person's new tickets belong to."""
    User.objects.select_for_update().get(pk=membership.user_id)
    mine = Membership.objects.filter(user_id=membership.user_id)
    mine.filter(is_default=True).exclude(pk=membership.pk).update(is_default=False, updated_at=now)
    mine.filter(pk=membership.pk, is_default=False).update(is_default=True, updated_at=now)


@transaction.atomic
def only_organization(*, user: User, organization: Organization | None, now: datetime) -> None:
    """Make this the one organization `user` belongs to; None: they belong to none."""
    for membership in Membership.objects.filter(user=user).exclude(organization=organization).order_by("pk"):
        leave_organization(membership=membership, now=now)
    if organization is not None and not Membership.objects.filter(user=user).exists():
        join_organization(user=user, organization=organization, now=now, is_default=True)
