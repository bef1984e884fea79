"""Writing organizations and memberships over the API: one by one in a request, and item by item in a job.

Each function loads what it changes through the actor's own door, checks, and makes one call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.wording import say
from adjoin.people import actions, parse
from adjoin.people.api import members, own_values
from adjoin.people.models import Membership, Organization, User

NOTES_KEYS = {"notes", "details"}


def create_organization(actor: Actor, data: Mapping[str, Any], now: datetime, *, at_once: bool = False) -> Organization:
    """A new organization. Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_ORGANIZATIONS)
    columns = parse.organization(data, existing=None, check=own_values.check_for(actor))
    return actions.create_organization(name=columns.pop("name", ""), now=now, at_once=at_once, **columns)


def update_organization(
    actor: Actor, row: Organization, data: Mapping[str, Any], now: datetime, *, at_once: bool = False
) -> Organization:
    """The organization, changed: all of it where the role says so, else its notes and details.

    Raises `NotAllowed`, `Invalid`."""
    if not permissions.allows(actor, Permission.EDIT_ORGANIZATIONS):
        permissions.require(actor, Permission.EDIT_ORGANIZATION_NOTES)
        if set(data) & parse.ORGANIZATION_KEYS - NOTES_KEYS:
            raise NotAllowed(
                say("Your role changes the notes and details of an organization. Ask an admin for the rest.")
            )
    columns = parse.organization(data, existing=row, check=own_values.check_for(actor))
    return actions.update_organization(organization=row, now=now, at_once=at_once, **columns)


def concerned(row: Organization | None, data: Mapping[str, Any]) -> list[int]:
    """The ids of whom it would move if these values were written. Raises `Invalid`."""
    known = {name: value for name, value in data.items() if name != "organization_fields"}
    return actions.concerned(row, parse.organization(known, existing=row).get("domain_names", ()))


def delete_organization(actor: Actor, row: Organization, now: datetime) -> None:
    """The organization is gone. Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_ORGANIZATIONS)
    actions.delete_organization(organization=row, now=now)


def organization(actor: Actor, **known_by: Any) -> Organization:
    """The organization with that `pk` or `external_id`, if the actor may look it up. Raises `NotFound`."""
    found = readable.organizations(actor).filter(**known_by).first()
    if found is None:
        raise NotFound
    return found


def named_organization(actor: Actor, data: Mapping[str, Any]) -> Organization | None:
    """The organization whose `id` or else `external_id` the data names; None where it names none that there is."""
    if (pk := reading.whole_number(data.get("id"))) is not None:
        return readable.organizations(actor).filter(pk=pk).first()
    external_id = data.get("external_id")
    if not isinstance(external_id, str | int) or isinstance(external_id, bool):
        return None
    return readable.organizations(actor).filter(external_id__iexact=str(external_id).replace("\x00", "")).first()


def create_membership(actor: Actor, data: Mapping[str, Any], now: datetime) -> Membership:
    """A person in an organization: end users by agents, everybody by admins. Raises `NotAllowed`, `Invalid`."""
    user = parse.person("user_id", data.get("user_id"))
    may_move(actor, user)
    into = parse.organization_with("organization_id", data.get("organization_id"))
    _keep_in_sight(actor, user, into)
    return actions.join_organization(
        user=user,
        organization=into,
        now=now,
        is_default=_flag(data, "default"),
        **_rights(actor, data),
    )


def update_membership(actor: Actor, row: Membership, data: Mapping[str, Any], now: datetime) -> None:
    """What one member sees and may comment on, by themselves. Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.EDIT_ORGANIZATIONS)
    sees = _flag(data, "view_tickets", row.sees_tickets)
    comments = _flag(data, "comment_tickets", row.comments_tickets and sees)
    actions.update_membership(membership=row, now=now, sees_tickets=sees, comments_tickets=comments)


def end_membership(actor: Actor, row: Membership, now: datetime) -> None:
    """The membership is over. Raises `NotAllowed`."""
    may_move(actor, row.user)
    actions.leave_organization(membership=row, now=now)


def membership(actor: Actor, **known_by: Any) -> Membership:
    """One membership that the actor may look up. Raises `NotFound`."""
    found = memberships(actor).filter(**known_by).first()
    if found is None:
        raise NotFound
    return found


def memberships(actor: Actor) -> QuerySet[Membership]:
    """Every membership that the actor may look up: of people and organizations they may look up."""
    return Membership.objects.select_related("organization", "user").filter(
        user__in=readable.users(actor), organization__in=readable.organizations(actor)
    )


def may_move(actor: Actor, user: User) -> None:
    """Raises `NotAllowed` unless the actor says to which organizations that person belongs."""
    if user.is_agent:
        permissions.require(actor, Permission.MANAGE_TEAM)
        if user.pk == actor.user_id and not actor.is_admin:
            raise NotAllowed(say("Nobody says to which organizations they belong themselves. Ask an admin."))
    else:
        members.may_update(actor, user, {}, {})


def _keep_in_sight(actor: Actor, user: User, into: Organization) -> None:
    """Raises `Invalid` for somebody or something the actor may not look up, as for what does not exist."""
    if not readable.users(actor).filter(pk=user.pk).exists():
        raise Invalid.field("user_id", say("user_id: %(id)s does not exist") % {"id": user.pk})
    if not readable.organizations(actor).filter(pk=into.pk).exists():
        raise Invalid.field("organization_id", say("organization_id: %(id)s does not exist") % {"id": into.pk})


def _rights(actor: Actor, data: Mapping[str, Any]) -> dict[str, bool]:
    rights = {"sees_tickets": _flag(data, "view_tickets"), "comments_tickets": _flag(data, "comment_tickets")}
    if any(rights.values()) and not permissions.allows(actor, Permission.EDIT_ORGANIZATIONS):
        raise NotAllowed(say("Your role does not let a member see all tickets of an organization. Ask an admin."))
    return rights


def _flag(data: Mapping[str, Any], name: str, default: bool = False) -> bool:
    return default if data.get(name) is None else reading.flag(name, data[name])
