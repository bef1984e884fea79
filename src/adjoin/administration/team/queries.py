"""Who is on the team, and what stands beside each name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel.api import reading
from adjoin.kernel.languages import said
from adjoin.people.models import CustomRole, GroupMembership, User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

ADMIN, AGENT, LIGHT, END_USER, CUSTOM = "admin", "agent", "light", "end-user", "role-"
NONE = "none"
FILTERS = ("q", "role", "brand", "group", "status")
STATUSES = [("suspended", _("Suspended")), ("never", _("Never signed in"))]


@dataclass(frozen=True)
class Member:
    """One line of the team: `brands` is None for admins, who work for all."""

    user: User
    role: str
    brands: list[str] | None
    groups: list[str]


def team(actor: Actor) -> QuerySet[User]:
    """The agents and admins that `actor` knows, without the deleted."""
    people = readable.users(actor).filter(is_active=True, role__in=(Role.AGENT, Role.ADMIN))
    return people.select_related("custom_role").order_by("name", "pk")


def narrowed(rows: QuerySet[User], asked: Mapping[str, str]) -> QuerySet[User]:
    """The team as the filters of an address ask for it; what they do not say does not narrow."""
    if words := asked.get("q"):
        rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if role := asked.get("role"):
        rows = rows.filter(_has_role(role))
    if brand := asked.get("brand"):
        rows = rows.filter(_works_for(brand))
    if group := asked.get("group"):
        found = GroupMembership.objects.filter(user=OuterRef("pk"), group_id=reading.whole_number(group) or 0)
        rows = rows.filter(Exists(found))
    status = asked.get("status")
    if status == "suspended":
        return rows.filter(is_suspended=True)
    return rows.filter(last_login=None) if status == "never" else rows


def members(actor: Actor, users: Sequence[User]) -> list[Member]:
    """The lines for these people, with those of their groups that `actor` knows of. Two queries."""
    brands, groups = defaultdict(list), defaultdict(list)
    works_for = BrandMembership.objects.filter(user__in=users).order_by("brand__name")
    for user_id, name in works_for.values_list("user_id", "brand__name"):
        brands[user_id].append(name)
    belongs_to = GroupMembership.objects.filter(user__in=users, group__in=readable.groups(actor)).order_by(
        "group__name"
    )
    for user_id, name in belongs_to.values_list("user_id", "group__name"):
        groups[user_id].append(name)
    return [Member(one, role_name(one), None if one.is_admin else brands[one.pk], groups[one.pk]) for one in users]


def role_key(user: User) -> str:
    """The role as forms and addresses name it: `admin`, `agent`, `light`, `end-user`, or `role-7`."""
    if user.role != Role.AGENT:
        return str(user.role)
    if user.custom_role_id is not None:
        return f"{CUSTOM}{user.custom_role_id}"
    return LIGHT if user.only_private_comments else AGENT


def role_name(user: User) -> str:
    """The role as a page says it."""
    if user.is_owner:
        return pgettext("role", "Owner")
    if user.custom_role is not None:
        return said(user.custom_role.name)
    return {ADMIN: gettext("Admin"), AGENT: gettext("Agent"), LIGHT: gettext("Light agent")}.get(
        role_key(user), gettext("End user")
    )


def roles() -> list[tuple[str, str]]:
    """Every role there is, for a choice."""
    custom = CustomRole.objects.order_by("role_type", "name").values_list("pk", "name")
    return [
        (ADMIN, gettext("Admin")),
        (AGENT, gettext("Agent")),
        *((f"{CUSTOM}{pk}", said(name)) for pk, name in custom),
    ]


def brands() -> list[tuple[str, str]]:
    """The brands in use, for a choice."""
    rows = Brand.objects.filter(is_active=True).order_by("-is_default", "name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def _has_role(role: str) -> Q:
    if role.startswith(CUSTOM):
        return Q(custom_role_id=reading.whole_number(role.removeprefix(CUSTOM)) or 0)
    if role == ADMIN:
        return Q(role=Role.ADMIN)
    return Q(role=Role.AGENT, custom_role=None, only_private_comments=role == LIGHT)


def _works_for(brand: str) -> Q:
    mine = BrandMembership.objects.filter(user=OuterRef("pk"))
    if brand == NONE:
        return Q(role=Role.AGENT) & Q(~Exists(mine))
    return Q(role=Role.ADMIN) | Q(Exists(mine.filter(brand_id=reading.whole_number(brand) or 0)))
