"""Who writes what about whom over the API: end users about themselves, agents about end users, admins about everybody,
and agents whose role manages the team about team members below them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adjoin.access import granting, permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import NotAllowed
from adjoin.kernel.wording import say
from adjoin.people import parse
from adjoin.people.models import User
from adjoin.people.terms import Role

Json = Mapping[str, Any]
OWN_KEYS = {"name", "phone", "time_zone", "locale"}  # what end users change about themselves
OWN_AGENT_KEYS = OWN_KEYS | {"alias", "signature", "details", "notes", "tags"}
ROLE_KEYS = {"role", "custom_role_id", "only_private_comments"}
TEAM_KEYS = ROLE_KEYS | {"ticket_restriction", "agent_brand_ids"}
MORE_KEYS = {"organization_id", "organization", "skip_verify_email"}


def may_create(actor: Actor, data: Json, columns: Json) -> None:
    """Raises `NotAllowed` unless `actor` may make somebody with these keys, which `columns` has as they were read."""
    role = columns.get("role", Role.END_USER)
    if role == Role.END_USER:
        permissions.require(actor, Permission.MANAGE_END_USERS)
        _refuse(actor, data, TEAM_KEYS)
        return
    _check_role(actor, role, columns, None)
    _check_brands(actor, data)


def may_update(actor: Actor, user: User, data: Json, columns: Json) -> None:
    """The same for changes of somebody there is."""
    if user.pk == actor.user_id:
        _check_self(actor, data)
    elif user.is_agent or columns.get("role", Role.END_USER) != Role.END_USER:
        _check_member(actor, user, data, columns)
    else:
        permissions.require(actor, Permission.MANAGE_END_USERS)
        _check_within_organizations(actor, user)
        _refuse(actor, data, TEAM_KEYS)


def _check_self(actor: Actor, data: Json) -> None:
    if actor.is_admin:
        if {"role", "custom_role_id", "suspended"} & set(data):
            raise NotAllowed(say("Nobody changes their own role. Ask another admin."))
        return
    own = OWN_AGENT_KEYS if actor.is_agent else OWN_KEYS
    _refuse(actor, data, {*parse.USER_KEYS, *MORE_KEYS, *TEAM_KEYS} - own)


def _check_member(actor: Actor, user: User, data: Json, columns: Json) -> None:
    granting.require_member(actor, user)
    if columns.keys() & {"role", "custom_role", "only_private_comments"}:
        _check_role(actor, columns.get("role", user.role), columns, user)
    if "ticket_restriction" in columns:
        granting.require_reach(actor, columns["ticket_restriction"])
    _check_brands(actor, data)
    if not actor.is_admin and columns.get("email"):
        raise NotAllowed(say("Only admins give team members an address."))


def _check_role(actor: Actor, role: str, columns: Json, user: User | None) -> None:
    had = user.custom_role if user is not None and role == Role.AGENT else None
    was_light = user is not None and user.only_private_comments
    is_light = columns.get("only_private_comments", was_light)
    granting.require_role(actor, role, columns.get("custom_role", had), is_light=is_light)


def _check_brands(actor: Actor, data: Json) -> None:
    if data.get("agent_brand_ids") is not None:
        permissions.require(actor, Permission.MANAGE_BRANDS)


def _check_within_organizations(actor: Actor, user: User) -> None:
    if actor.is_admin or "end_user_profile_access:edit-within-org" not in actor.rights:
        return
    if not user.memberships.filter(organization_id__in=actor.organization_ids).exists():
        raise NotAllowed(say("Your role changes the people of your own organizations."))


def _refuse(actor: Actor, data: Json, forbidden: set[str]) -> None:
    """Raises `NotAllowed` for the first of these keys that somebody who is no admin writes."""
    wrong = [name for name in data if name in forbidden and not (name == "role" and data[name] == Role.END_USER)]
    if wrong and not actor.is_admin:
        raise NotAllowed(say("Only admins change %(wrong)s.") % {"wrong": wrong[0]})
