"""Who may change which team members, and which roles they may give: nobody raises themselves, and nobody gives what
they do not have. Admins give everything, but not to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.brands import actions as brand_actions
from adjoin.brands.actions import How
from adjoin.brands.models import Brand
from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel.errors import NotAllowed
from adjoin.people import roles
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.people.models import CustomRole, Group, User


def require_member(actor: Actor, user: User) -> None:
    """Raises `NotAllowed` unless `actor` may change what `user` may do here: never oneself, admins only by admins."""
    permissions.require(actor, Permission.MANAGE_TEAM)
    if user.pk == actor.user_id:
        raise NotAllowed(_("Nobody changes their own role. Ask another admin."))
    if user.is_admin and not actor.is_admin:
        raise NotAllowed(_("Only admins change admins."))


def require_role(actor: Actor, role: str, custom_role: CustomRole | None, *, is_light: bool = False) -> None:
    """Raises `NotAllowed` unless `actor` may give that role to somebody."""
    permissions.require(actor, Permission.MANAGE_TEAM)
    if actor.is_admin or role == Role.END_USER:
        return
    if role == Role.ADMIN:
        raise NotAllowed(_("Only admins make admins."))
    require_rights(actor, rights_of(custom_role, is_light=is_light))


def require_configuration(actor: Actor, after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """Raises `NotAllowed` for a configuration of a role that has more than it had `before` and than `actor` has."""
    permissions.require(actor, Permission.MANAGE_ROLES)
    had = roles.rights(before) if before is not None else frozenset()
    require_rights(actor, roles.beyond(roles.rights(after), had))


def require_not_own_role(actor: Actor, role: CustomRole) -> None:
    """Raises `NotAllowed` for the role that `actor` has themselves."""
    if not actor.is_admin and role.users.filter(pk=actor.user_id or 0).exists():
        raise NotAllowed(_("Nobody changes their own role. Ask an admin."))


def require_rights(actor: Actor, wanted: Iterable[str]) -> None:
    """Raises `NotAllowed`, naming the first, for rights that `actor` does not have."""
    if actor.is_admin or actor.is_system:
        return
    if lacking := roles.beyond(wanted, actor.rights):
        raise NotAllowed(_("Nobody gives a right they do not have: %(roles)s.") % {"roles": roles.in_words(lacking[0])})


def require_reach(actor: Actor, restriction: str) -> None:
    """Raises `NotAllowed` for a ticket restriction that lets somebody reach more tickets than `actor` does."""
    reach = {str(scope): name for name, scope in roles.SCOPES.items()}.get(restriction)
    require_rights(actor, [f"ticket_access:{reach}"] if reach else [])


def rights_of(custom_role: CustomRole | None, *, is_light: bool = False) -> frozenset[str]:
    """What an agent with that role may do; without one, a full or a light agent."""
    if custom_role is not None:
        return roles.rights(custom_role.configuration)
    if is_light:
        return roles.LIGHT_RIGHTS
    return roles.standard_rights(deletes=desk_settings.current().agents_delete_tickets)


def keep_within(actor: Actor, user: User, *, now: datetime) -> None:
    """Take a new agent out of the brands in which whoever made them is not. Admins are in all of them."""
    if not actor.is_admin and user.is_agent and not user.is_admin:
        others = Brand.objects.exclude(pk__in=actor.brand_ids)
        brand_actions.change_brands(users=[user], brands=others, how=How.REMOVE, now=now)


def require_group_member(actor: Actor, user: User, group: Group) -> None:
    """Raises `NotAllowed` unless `actor` may put `user` into `group` or take them out of it."""
    permissions.require(actor, Permission.MANAGE_GROUP_MEMBERSHIPS)
    if actor.is_admin:
        return
    if user.pk == actor.user_id:
        raise NotAllowed(_("Nobody chooses their own groups. Ask an admin."))
    if not readable.groups(actor).filter(pk=group.pk).exists():
        raise NotAllowed(_("Only its members and admins choose who is in a private group."))
