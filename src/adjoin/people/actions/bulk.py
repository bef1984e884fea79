"""The same changes as one by one, for a thousand at a time: the same checks, a few queries for all of them.

What is done here is told of by whoever calls, once: nobody reads a log of a hundred thousand lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Func, TextField, Value

from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people import domains
from adjoin.people.actions.memberships import MEMBERSHIPS_MAX
from adjoin.people.models import Membership, Organization, User
from adjoin.people.terms import Role

AT_ONCE = 1000


@dataclass(frozen=True)
class Joining:
    """Somebody who is to become a member."""

    user_id: int
    organization_id: int
    sees_tickets: bool = False
    comments_tickets: bool = False
    is_default: bool = False
    by_domain: bool = False


@transaction.atomic
def create_end_users(
    people: Sequence[Mapping[str, Any]], now: datetime, *, organization_ids: Sequence[Sequence[int]] = ()
) -> list[User]:
    """New end users with these columns, which have been checked, in the organizations of the same place in the list.

    The verified join by their mail domain, too. Raises `Invalid` when an address has been taken meanwhile."""
    unusable = make_password(None)
    rows = [
        User(**{**columns, "role": Role.END_USER}, password=unusable, created_at=now, updated_at=now)
        for columns in people
    ]
    try:
        with transaction.atomic():
            User.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Invalid.field("email", say("Email: an address was taken meanwhile. Check the file again.")) from error
    placed = zip(rows, organization_ids, strict=False)
    join([Joining(user.pk, organization_id) for user, ids in placed for organization_id in ids], now)
    join_by_domains(rows, now)
    return rows


@transaction.atomic
def update_end_users(changes: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    """People by their ids with new values of these columns, checked; who becomes verified joins by mail domain.

    Raises `Invalid` for anybody who is no end user of this desk any more."""
    rows = list(User.objects.select_for_update().filter(pk__in=list(changes)).order_by("pk"))
    for row in rows:
        if row.is_agent or row.is_placeholder or not row.is_active:
            raise Invalid.field(
                "base", say("%(name)s is no end user any more. Check the file again.") % {"name": row.name}
            )
    verified = [row for row in rows if changes[row.pk].get("is_verified") and not row.is_verified]
    _write(User, rows, changes, now)
    join_by_domains(verified, now)


@transaction.atomic
def create_organizations(new: Sequence[Mapping[str, Any]], now: datetime) -> list[Organization]:
    """New organizations with these columns, which have been checked; people at their domains become members.

    Raises `Invalid` when a name has been taken meanwhile."""
    rows = [Organization(**columns, created_at=now, updated_at=now) for columns in new]
    try:
        with transaction.atomic():
            Organization.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Invalid.field("name", say("Name: a name was taken meanwhile. Check the file again.")) from error
    _bring_people(rows, now)
    return rows


@transaction.atomic
def update_organizations(changes: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    """Organizations by their ids with new words in these columns: neither their names, domains nor what they share."""
    rows = list(Organization.objects.select_for_update().filter(pk__in=list(changes)).order_by("pk"))
    _write(Organization, rows, changes, now)


@transaction.atomic
def join(joinings: Sequence[Joining], now: datetime) -> list[Membership]:
    """All of them members; the first membership of each person is the default one.

    Raises `Invalid` for who is one already, at 300, and at one where the account allows no more."""
    user_ids = {joining.user_id for joining in joinings}
    list(User.objects.select_for_update().filter(pk__in=user_ids).order_by("pk").values_list("pk"))
    mine: dict[int, set[int]] = defaultdict(set)
    settled = set()
    for user_id, organization_id, is_default in Membership.objects.filter(user_id__in=user_ids).values_list(
        "user_id", "organization_id", "is_default"
    ):
        mine[user_id].add(organization_id)
        settled |= {user_id} if is_default else set()
    most = places_of_each()
    rows = []
    for joining in joinings:
        _check(joining, mine[joining.user_id], most)
        mine[joining.user_id].add(joining.organization_id)
        rows.append(_membership(joining, joining.is_default or joining.user_id not in settled, now))
        settled.add(joining.user_id)
    _make_room_for_defaults(joinings, now)
    return Membership.objects.bulk_create(rows)


@transaction.atomic
def update_memberships(changes: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    """Memberships by their ids with other rights. Raises `Invalid` for who would comment on what they do not see."""
    rows = list(Membership.objects.select_for_update().filter(pk__in=list(changes)).order_by("pk"))
    _write(Membership, rows, changes, now)
    if any(row.comments_tickets and not row.sees_tickets for row in rows):
        raise Invalid.field("comments_tickets", say("Comments tickets: only who sees them can comment on them"))


def join_by_domains(people: Iterable[User], now: datetime) -> list[Membership]:
    """The verified ones of them members of the organizations that have their mail domains, the first by name.

    Where people belong to one organization only, nobody is moved by their address."""
    by_domain = defaultdict(list)
    for user in people:
        if user.is_verified and (domain := domains.of_address(user.email)):
            by_domain[domain].append(user.pk)
    owners = Organization.objects.filter(domain_names__overlap=list(by_domain)) if by_domain else ()
    wanted: dict[int, int] = {}
    for organization in sorted(owners, key=lambda row: (row.name, row.pk)):
        for domain in organization.domain_names:
            for user_id in by_domain.get(domain, ()):
                wanted.setdefault(user_id, organization.pk)
    return join(_with_room(wanted), now)


def places_of_each() -> int:
    """How many organizations one person may belong to on this desk."""
    return MEMBERSHIPS_MAX if desk_settings.current().multiple_organizations else 1


def _bring_people(organizations: Sequence[Organization], now: datetime) -> None:
    """Everybody at the organizations' domains joins: one look through the people for all of them."""
    owners = {
        spelling.removeprefix("@"): row
        for row in organizations
        for name in row.domain_names
        for spelling in domains.spellings(name)
    }
    if not owners:
        return
    domain = Func(F("email"), Value("@"), Value(2), function="split_part", output_field=TextField())
    people = User.objects.active().filter(is_verified=True).alias(domain=domain).filter(domain__in=list(owners))
    chunk: dict[int, int] = {}
    for user_id, email in people.values_list("pk", "email").iterator(chunk_size=AT_ONCE):
        chunk[user_id] = owners[str(email).rpartition("@")[2]].pk
        if len(chunk) == AT_ONCE:
            join(_with_room(chunk), now)
            chunk = {}
    join(_with_room(chunk), now)


def _with_room(wanted: Mapping[int, int]) -> list[Joining]:
    """Those that are not members yet and may have one more."""
    mine = defaultdict(set)
    for user_id, organization_id in Membership.objects.filter(user_id__in=list(wanted)).values_list(
        "user_id", "organization_id"
    ):
        mine[user_id].add(organization_id)
    most = places_of_each()
    return [
        Joining(user_id, organization_id, by_domain=True)
        for user_id, organization_id in wanted.items()
        if organization_id not in mine[user_id] and len(mine[user_id]) < most
    ]


def _check(joining: Joining, mine: set[int], most: int) -> None:
    if joining.organization_id in mine:
        raise Invalid.field("user_id", say("User: has already been taken"), "DuplicateValue")
    if len(mine) >= most:
        raise Invalid.field(
            "base",
            say("Somebody is in %(mine)s organizations already, and %(most)s is the most.")
            % {"mine": len(mine), "most": most},
        )
    if joining.comments_tickets and not joining.sees_tickets:
        raise Invalid.field("comments_tickets", say("Comments tickets: only who sees them can comment on them"))


def _membership(joining: Joining, is_default: bool, now: datetime) -> Membership:
    return Membership(
        user_id=joining.user_id,
        organization_id=joining.organization_id,
        sees_tickets=joining.sees_tickets,
        comments_tickets=joining.comments_tickets,
        by_domain=joining.by_domain,
        is_default=is_default,
        created_at=now,
        updated_at=now,
    )


def _make_room_for_defaults(joinings: Sequence[Joining], now: datetime) -> None:
    chosen = [joining.user_id for joining in joinings if joining.is_default]
    Membership.objects.filter(user_id__in=chosen, is_default=True).update(is_default=False, updated_at=now)


def _write(model: Any, rows: Sequence[Any], changes: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    names = {name for row in rows for name in changes[row.pk]}
    for row in rows:
        row.updated_at = now
        for name, value in changes[row.pk].items():
            setattr(row, name, value)
    if rows:
        model.objects.bulk_update(rows, [*sorted(names), "updated_at"], batch_size=AT_ONCE)
