"""Changing what a team member is and where they work, as one change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import get_language

from adjoin.access import granting, permissions
from adjoin.access.permissions import Permission
from adjoin.administration.team import queries
from adjoin.brands import actions as brand_actions
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel.errors import NotFound
from adjoin.people import actions, reset
from adjoin.people.models import CustomRole, Group, GroupMembership, User
from adjoin.people.terms import Role, TicketRestriction

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Standing:
    """What somebody is to be, as a page asks for it; None leaves a part as it is.

    Only brands and groups that were shown are ever taken away."""

    role: str | None = None  # a key of `queries.roles`
    restriction: str | None = None
    brands: frozenset[int] | None = None
    groups: frozenset[int] | None = None
    brands_shown: frozenset[int] = NOBODY
    groups_shown: frozenset[int] = NOBODY


@transaction.atomic
def change(*, actor: Actor, user: User, standing: Standing, now: datetime) -> User:
    """Give somebody another role, reach, brands and groups. Raises `NotAllowed`, `Invalid`."""
    was_agent = user.is_agent
    fields = _columns(user, standing)
    if any(getattr(user, name) != value for name, value in fields.items()):
        granting.require_member(actor, user)
        custom_role, is_light = fields["custom_role"], fields["only_private_comments"]
        granting.require_role(actor, fields["role"], custom_role, is_light=is_light)
        if custom_role is None:
            granting.require_reach(actor, fields["ticket_restriction"])
        user = actions.update_user(user=user, now=now, **fields)
    if user.is_agent:
        if not was_agent:
            granting.keep_within(actor, user, now=now)
        _set_brands(actor, user, standing, now)
        _set_groups(actor, user, standing, now)
    return user


@transaction.atomic
def invite(*, actor: Actor, name: str, email: str, standing: Standing, host: str, desk: str, now: datetime) -> User:
    """A new team member, who is mailed a link to choose a password. Raises `NotAllowed`, `Invalid`."""
    columns = _columns(User(role=Role.END_USER), standing)
    granting.require_role(actor, columns["role"], columns["custom_role"])
    granting.require_reach(actor, columns["ticket_restriction"])
    user = actions.create_user(name=name, email=email, now=now, **columns)
    granting.keep_within(actor, user, now=now)
    _set_brands(actor, user, standing, now)
    _set_groups(actor, user, standing, now)
    reset.send_invitation.defer(email=email, host=host, name=desk, language=get_language() or "")
    return user


def _columns(user: User, standing: Standing) -> dict[str, Any]:
    key = standing.role or queries.role_key(user)
    role = key if key in (queries.ADMIN, queries.END_USER) else Role.AGENT
    if role == Role.END_USER and not user.is_agent:
        return {}  # an end user who stays one
    custom_role = None
    if key.startswith(queries.CUSTOM):
        custom_role = CustomRole.objects.filter(pk=key.removeprefix(queries.CUSTOM)).first()
        if custom_role is None:
            raise NotFound
    is_light = key == queries.LIGHT or (custom_role is not None and custom_role.is_light)
    columns = {"role": role, "custom_role": custom_role, "only_private_comments": is_light}
    if role != Role.AGENT:
        return {**columns, "ticket_restriction": TicketRestriction.ALL}
    kept = user.ticket_restriction if user.is_agent else TicketRestriction.ALL
    return {**columns, "ticket_restriction": kept if standing.restriction is None else standing.restriction}


def _set_brands(actor: Actor, user: User, standing: Standing, now: datetime) -> None:
    """Admins work for all brands, whatever is ticked."""
    if standing.brands is None or user.is_admin:
        return
    before = set(BrandMembership.objects.filter(user=user).values_list("brand_id", flat=True))
    after = _after(before, standing.brands, standing.brands_shown)
    if after != before:
        permissions.require(actor, Permission.MANAGE_BRANDS)
        brand_actions.set_brands_of(user=user, brands=Brand.objects.filter(pk__in=after), now=now)


def _set_groups(actor: Actor, user: User, standing: Standing, now: datetime) -> None:
    if standing.groups is None:
        return
    mine = {one.group_id: one for one in GroupMembership.objects.filter(user=user).select_related("group", "user")}
    after = _after(set(mine), standing.groups, standing.groups_shown)
    for membership in (mine[pk] for pk in sorted(set(mine) - after)):
        granting.require_group_member(actor, user, membership.group)
        actions.leave_group(membership=membership, now=now)
    for group in Group.objects.filter(pk__in=after - set(mine), is_deleted=False).order_by("pk"):
        granting.require_group_member(actor, user, group)
        actions.add_to_group(user=user, group=group, now=now)


def _after(before: Collection[int], chosen: Collection[int], shown: Collection[int]) -> set[int]:
    return {*(set(before) - set(shown)), *(set(chosen) & set(shown))}
