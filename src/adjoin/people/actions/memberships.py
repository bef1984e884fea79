"""Every change to who belongs to which organization, and to what they see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel import outbox, record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people import domains
from adjoin.people.models import Membership, Organization, User

MEMBERSHIPS_MAX = 300  # organizations a person may belong to, as Zendesk has it
RECORDED_MAX = 100  # memberships ended at once that are recorded one by one; more are recorded by their number
KIND = "organization_membership"


def join_by_domain(user: User, now: datetime) -> None:
    """Put a verified person into the organization that has their mail domain, the first by name.

    Where people belong to one organization only, nobody is moved by their address."""
    domain = domains.of_address(user.email) if user.is_verified else None
    if domain is None:
        return
    organization = Organization.objects.filter(domain_names__contains=[domain]).order_by("name", "pk").first()
    mine = user.memberships.all()
    if organization is None or mine.filter(organization=organization).exists() or not _has_room(mine):
        return
    join_organization(user=user, organization=organization, now=now, by_domain=True)


@transaction.atomic
def join_organization(
    *,
    user: User,
    organization: Organization,
    now: datetime,
    sees_tickets: bool = False,
    comments_tickets: bool = False,
    is_default: bool = False,
    by_domain: bool = False,
) -> Membership:
    """Make `user` a member. The first membership is the default one.

    Raises `Invalid` when already one, at 300, and at one where the account allows no more."""
    User.objects.select_for_update().get(pk=user.pk)
    mine = Membership.objects.filter(user=user)
    _check_joinable(user, organization, mine, sees_tickets, comments_tickets)
    is_default = is_default or not mine.filter(is_default=True).exists()
    if is_default:
        mine.filter(is_default=True).update(is_default=False, updated_at=now)
    membership = Membership.objects.create(
        user=user,
        organization=organization,
        is_default=is_default,
        sees_tickets=sees_tickets,
        comments_tickets=comments_tickets,
        by_domain=by_domain,
        created_at=now,
        updated_at=now,
    )
    record_joined([membership], now)
    return membership


@transaction.atomic
def update_membership(*, membership: Membership, now: datetime, sees_tickets: bool, comments_tickets: bool) -> None:
    """Say what this one member sees of the organization's tickets, whatever it shares with all its members.

    Raises `Invalid` for who would comment on what they do not see."""
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user", "organization").get(
        pk=membership.pk
    )  # fmt: skip
    _check_rights(sees_tickets, comments_tickets)
    changes = record.differences(membership, {"sees_tickets": sees_tickets, "comments_tickets": comments_tickets})
    membership.sees_tickets, membership.comments_tickets, membership.updated_at = sees_tickets, comments_tickets, now
    membership.save(update_fields=["sees_tickets", "comments_tickets", "updated_at"])
    record.changed(Did.UPDATED, KIND, membership.pk, _title(membership), now=now, **changes)


@transaction.atomic
def leave_organization(*, membership: Membership, now: datetime) -> None:
    """End a membership. Another one becomes the default, the oldest; tickets that are not closed leave with it."""
    leave_many(Membership.objects.filter(pk=membership.pk), now=now)


@transaction.atomic
def leave_many(memberships: QuerySet[Membership], *, now: datetime) -> int:
    """End these memberships at once, and return how many there were. Their tickets follow in the background."""
    user_ids = sorted(set(memberships.values_list("user_id", flat=True)))
    list(User.objects.select_for_update().filter(pk__in=user_ids).order_by("pk").values_list("pk"))
    rows = list(memberships.select_related("user", "organization").order_by("pk"))
    Membership.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _record_end(rows, now)
    _choose_heirs([row.user_id for row in rows if row.is_default], now)
    for organization_id in sorted({row.organization_id for row in rows}):
        left = [row.user_id for row in rows if row.organization_id == organization_id]
        outbox.publish("membership.ended", user_ids=left, organization_id=organization_id, now=now)
    return len(rows)


@transaction.atomic
def make_default(*, membership: Membership, now: datetime) -> None:
    """Make this the organization that the person's new tickets belong to."""
    User.objects.select_for_update().get(pk=membership.user_id)
    mine = Membership.objects.filter(user_id=membership.user_id)
    mine.filter(is_default=True).exclude(pk=membership.pk).update(is_default=False, updated_at=now)
    if mine.filter(pk=membership.pk, is_default=False).update(is_default=True, updated_at=now):
        told = (False, True)
        record.changed(Did.UPDATED, KIND, membership.pk, _title(membership), now=now, is_default=told)


@transaction.atomic
def only_organization(*, user: User, organization: Organization | None, now: datetime) -> None:
    """Make this the one organization `user` belongs to; None: they belong to none."""
    mine = Membership.objects.filter(user=user)
    leave_many(mine.exclude(organization=organization), now=now)
    if organization is not None and not mine.exists():
        join_organization(user=user, organization=organization, now=now, is_default=True)


def record_joined(rows: Sequence[Membership], now: datetime) -> None:
    """Tell of new memberships: of each, or of many by their number."""
    if len(rows) > RECORDED_MAX:
        user_ids = [row.user_id for row in rows]
        title = f"{len(rows)} people in {rows[0].organization.name}"
        record.changed(Did.CREATED, KIND, None, title, now=now, user_ids=([], user_ids))
        return
    for row in rows:
        told = {name: (None, getattr(row, name)) for name in ("sees_tickets", "comments_tickets", "by_domain")}
        record.changed(Did.CREATED, KIND, row.pk, _title(row), now=now, **told)


def _check_joinable(
    user: User, organization: Organization, mine: QuerySet[Membership], sees_tickets: bool, comments_tickets: bool
) -> None:
    if mine.filter(organization=organization).exists():
        raise Invalid.field("user_id", say("User: has already been taken"), "DuplicateValue")
    if mine.count() >= MEMBERSHIPS_MAX:
        raise Invalid.field(
            "base",
            say("%(name)s is in %(most)s organizations already. Remove one first.")
            % {"name": user.name, "most": MEMBERSHIPS_MAX},
        )
    if not _has_room(mine):
        raise Invalid.field(
            "base",
            say(
                "%(name)s belongs to an organization already, and this desk allows one a person. "
                "Take them out of it first, or allow several in the settings."
            )
            % {"name": user.name},
        )
    _check_rights(sees_tickets, comments_tickets)


def _check_rights(sees_tickets: bool, comments_tickets: bool) -> None:
    if comments_tickets and not sees_tickets:
        raise Invalid.field("comment_tickets", say("Comment tickets: only who sees them can comment on them"))


def _has_room(mine: QuerySet[Membership]) -> bool:
    """Whether somebody with these memberships may have one more."""
    most = MEMBERSHIPS_MAX if desk_settings.current().multiple_organizations else 1
    return mine.count() < most


def _choose_heirs(user_ids: Iterable[int], now: datetime) -> None:
    """The oldest membership of each of those people becomes their default one."""
    left = Membership.objects.filter(user_id__in=list(user_ids))
    oldest = left.order_by("user_id", "pk").distinct("user_id").values_list("pk", flat=True)
    Membership.objects.filter(pk__in=list(oldest)).update(is_default=True, updated_at=now)


def _record_end(rows: list[Membership], now: datetime) -> None:
    if len(rows) > RECORDED_MAX:
        names = sorted({row.organization.name for row in rows})
        title = f"{len(rows)} people in {', '.join(names[:3])}"
        record.changed(Did.DELETED, KIND, None, title, now=now, user_ids=([row.user_id for row in rows], []))
        return
    for row in rows:
        record.changed(Did.DELETED, KIND, row.pk, _title(row), now=now)


def _title(membership: Membership) -> str:
    return f"{membership.user.name} in {membership.organization.name}"
