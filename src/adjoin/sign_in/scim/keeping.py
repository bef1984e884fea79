"""What a directory may see and write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.people import actions, domains
from adjoin.people.models import Membership, Organization, User
from adjoin.people.terms import Role
from adjoin.sign_in import devices
from adjoin.sign_in.models import ScimToken


def people(token: ScimToken) -> QuerySet[User]:
    """The living people of its domains, without admins."""
    endings = reduce(
        or_, (Q(email__endswith=end) for one in token.domains for end in domains.spellings(one)), Q(pk__in=[])
    )
    rows: QuerySet[User] = User.objects.active().filter(endings, partner_name="", is_owner=False)
    rows = rows.exclude(role=Role.ADMIN)
    return rows if token.makes_agents else rows.filter(role=Role.END_USER)


def organizations(token: ScimToken) -> QuerySet[Organization]:
    """Its groups."""
    return Organization.objects.filter(pk__in=token.organization_ids)


def members(token: ScimToken, organization: Organization) -> list[User]:
    """Those whom the directory keeps, of an organization."""
    return list(people(token).filter(memberships__organization=organization).order_by("pk"))


@transaction.atomic
def create(token: ScimToken, columns: dict[str, Any], now: datetime) -> User:
    """A new person. Raises `Invalid`, also where somebody has that address; `NotAllowed` for another domain's."""
    fields = _allowed(token, {"email": "", **columns})
    suspended = fields.pop("is_suspended", False)
    name = fields.pop("name", "") or fields["email"].partition("@")[0]
    _check_external_id(fields, None)
    user = actions.create_user(name=name, now=now, is_verified=True, **fields)
    return actions.update_user(user=user, now=now, is_suspended=True) if suspended else user


@transaction.atomic
def update(token: ScimToken, user: User, columns: dict[str, Any], now: datetime) -> User:
    """The person with these values. Whoever is switched off is out at once. Raises `Invalid`, `NotAllowed`."""
    fields = _allowed(token, columns)
    _check_external_id(fields, user)
    if fields.get("email", user.email) != user.email and User.objects.with_email(fields["email"]).exists():
        raise Invalid.field("userName", "Somebody has that address already", "DuplicateValue")
    changed = {name: value for name, value in fields.items() if value != getattr(user, name)}
    if changed:
        user = actions.update_user(user=user, now=now, **changed)
    if changed.get("is_suspended") or "role" in changed:
        devices.end_all(user, now)
    return user


@transaction.atomic
def delete(user: User, now: datetime) -> None:
    """The person without address and sign-in, out at once. What they said stays."""
    devices.end_all(user, now)
    actions.delete_user(user=user, now=now)


@transaction.atomic
def change_members(
    token: ScimToken,
    organization: Organization,
    *,
    now: datetime,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
) -> None:
    """Put people whom the directory keeps into one of its organizations, or take them out. Raises `NotFound`."""
    for user in _named(token, remove):
        actions.leave_many(Membership.objects.filter(user=user, organization=organization), now=now)
    inside = {user.pk for user in members(token, organization)}
    for user in _named(token, add):
        if user.pk not in inside:
            actions.join_organization(user=user, organization=organization, now=now)


def _named(token: ScimToken, numbers: Iterable[str]) -> list[User]:
    wanted = set(numbers)
    if not all(one.isdecimal() and len(one) < 19 for one in wanted):
        raise NotFound
    found = list(people(token).filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound
    return found


def _allowed(token: ScimToken, columns: dict[str, Any]) -> dict[str, Any]:
    fields = dict(columns)
    if "email" in fields:
        fields["email"] = actions.clean_email(fields["email"])
        if domains.of_address(fields["email"]) not in token.domains:
            raise NotAllowed("This directory does not keep people of that mail domain.")
    if fields.get("role") == Role.AGENT and not token.makes_agents:
        raise NotAllowed("This directory makes no agents.")
    return fields


def _check_external_id(fields: dict[str, Any], user: User | None) -> None:
    value = fields.get("external_id")
    others = User.objects.filter(external_id=value).exclude(pk=user.pk if user else 0)
    if value and others.exists():
        raise Invalid.field("externalId", "Somebody has that externalId already", "DuplicateValue")
