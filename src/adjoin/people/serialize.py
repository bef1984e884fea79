"""People, organizations and groups as the API shows them: Zendesk's keys, in its order.

`base` is where the API begins for the client asking: `http://acme.localhost:8000/api/v2`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from adjoin.kernel import languages
from adjoin.kernel.api.answers import Json, moment
from adjoin.kernel.narrowing import NARROWED_BY_NONE
from adjoin.people import fields, roles
from adjoin.people.models import (
    CustomRole,
    Group,
    GroupMembership,
    Membership,
    Organization,
    OrganizationField,
    OrganizationMerge,
    OwnField,
    User,
    UserField,
)
from adjoin.people.terms import FieldType, Role, RoleType, TicketRestriction

ADMIN_ROLE_TYPE = 4
SEEN_BY_END_USERS = (
    *("id", "url", "name", "email", "created_at", "updated_at", "time_zone", "phone", "shared_phone_number", "photo"),
    *("locale", "locale_id", "organization_id", "role", "verified"),
)


def with_defaults(rows: QuerySet[User]) -> QuerySet[User]:
    """`rows` with the ids of their default organization and group, and their role, which `user` shows."""
    memberships = Membership.objects.filter(user=OuterRef("pk"), is_default=True)
    groups = GroupMembership.objects.filter(user=OuterRef("pk"), is_default=True, group__is_deleted=False)
    return rows.select_related("custom_role").annotate(
        default_organization_id=Subquery(memberships.values("organization_id")[:1]),
        default_group_id=Subquery(groups.values("group_id")[:1]),
    )


def user(row: Any, base: str, own_fields: Sequence[UserField] = ()) -> Json:
    """A person, out of a query made with `with_defaults`, as agents see them. `own_fields` are those the account adds,
    by `fields.active`."""
    return {
        "id": row.pk,
        "url": f"{base}/users/{row.pk}.json",
        "name": row.name,
        "email": row.email,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "time_zone": row.time_zone,
        "iana_time_zone": "Etc/UTC" if row.time_zone == "UTC" else row.time_zone,
        "phone": row.phone or None,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": languages.number_of(row.locale),
        "locale": languages.locale_of(row.locale),
        "organization_id": row.default_organization_id,
        "role": row.role,
        "verified": row.is_verified,
        "external_id": row.external_id,
        "tags": row.tags,
        "alias": row.alias,
        "active": row.is_active,
        "shared": row.is_placeholder,
        "shared_agent": row.is_partner_agent,
        "last_login_at": moment(row.last_login),
        "two_factor_auth_enabled": None,
        "signature": row.signature or None,
        "details": row.details,
        "notes": row.notes,
        "role_type": _role_type(row),
        "custom_role_id": row.custom_role_id,
        "moderator": row.role == Role.ADMIN,
        "ticket_restriction": _restriction(row),
        "only_private_comments": row.only_private_comments,
        "restricted_agent": not (row.is_agent and not _reach(row)),
        "suspended": row.is_suspended,
        "default_group_id": row.default_group_id,
        "report_csv": row.role == Role.ADMIN,
        "user_fields": fields.shown(row.custom_fields, own_fields),
    }


def user_for_end_users(row: Any, base: str) -> Json:
    """A person as they see themselves."""
    whole = user(row, base)
    return {name: whole[name] for name in SEEN_BY_END_USERS}


def anonymous() -> Json:
    """Nobody, as `/users/me` shows them."""
    nobody: Json = dict.fromkeys(SEEN_BY_END_USERS)
    told = {"name": "Anonymous user", "email": "invalid@example.com", "role": Role.END_USER.value, "verified": False}
    return {
        **nobody,
        **told,
        "locale": languages.locale_of(""),
        "locale_id": languages.number_of(""),
        "time_zone": "UTC",
    }


def organization(row: Organization, base: str, own_fields: Sequence[OrganizationField] = ()) -> Json:
    """An organization as agents see it. `own_fields` are those the account adds, by `fields.active`."""
    return {
        "url": f"{base}/organizations/{row.pk}.json",
        "id": row.pk,
        "name": row.name,
        "shared_tickets": row.shared_tickets,
        "shared_comments": row.shared_comments,
        "external_id": row.external_id,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "domain_names": row.domain_names,
        "details": row.details or None,
        "notes": row.notes or None,
        "group_id": row.group_id,
        "tags": row.tags,
        "organization_fields": fields.shown(row.custom_fields, own_fields),
    }


def organization_for_end_users(row: Organization, base: str) -> Json:
    """An organization as its members see it: without what agents wrote about it."""
    whole = organization(row, base)
    return {name: whole[name] for name in ("url", "id", "name", "shared_tickets", "shared_comments")}


def membership(row: Membership, base: str) -> Json:
    """Somebody's place in an organization, out of a query that selects the organization too."""
    return {
        "url": f"{base}/organization_memberships/{row.pk}.json",
        "id": row.pk,
        "user_id": row.user_id,
        "organization_id": row.organization_id,
        "organization_name": row.organization.name,
        "default": row.is_default or None,  # null, never false
        "view_tickets": row.sees_tickets,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "comment_tickets": row.comments_tickets,  # ours, as is the next
        "by_domain": row.by_domain,
    }


def organization_merge(row: OrganizationMerge, base: str) -> Json:
    """One organization becoming a part of another."""
    return {
        "id": row.pk,
        "loser_id": row.loser_id,
        "winner_id": row.winner_id,
        "status": row.status,
        "url": f"{base}/organization_merges/{row.pk}.json",
    }


def own_field(row: OwnField, base: str) -> Json:
    """A field that the account adds to its people or organizations."""
    shown: Json = {
        "url": f"{base}/{row.NOUN}s/{row.pk}.json",
        "id": row.pk,
        "type": row.type,
        "key": row.key,
        "title": row.title,
        "description": row.description,
        "raw_title": row.title,
        "raw_description": row.description,
        "position": row.position,
        "active": row.is_active,
        "system": False,
        "regexp_for_validation": row.pattern or None,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }
    if row.type == FieldType.CHECKBOX:
        shown["tag"] = row.tag or None
    if row.type == FieldType.LOOKUP:
        shown |= {
            "relationship_target_type": row.target,
            "relationship_filter": NARROWED_BY_NONE | row.relationship_filter,
        }
    if row.has_options:
        shown["custom_field_options"] = [own_field_option(one) for one in row.options]
    return shown


def own_field_option(one: Json) -> Json:
    """One choice of such a field."""
    return {"id": one["id"], "name": one["name"], "raw_name": one["name"], "value": one["value"]}


def group(row: Group, base: str) -> Json:
    """A group of agents."""
    return {
        "url": f"{base}/groups/{row.pk}.json",
        "id": row.pk,
        "is_public": row.is_public,
        "name": row.name,
        "description": row.description,
        "default": row.is_default,
        "deleted": row.is_deleted,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def group_membership(row: GroupMembership, base: str) -> Json:
    """An agent's place in a group."""
    return {
        "url": f"{base}/group_memberships/{row.pk}.json",
        "id": row.pk,
        "user_id": row.user_id,
        "group_id": row.group_id,
        "default": row.is_default,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def custom_role(row: CustomRole, people: int) -> Json:
    """A custom role and how many people have it."""
    return {
        "id": row.pk,
        "name": row.name,
        "description": row.description,
        "role_type": row.role_type,
        "team_member_count": people,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "configuration": row.configuration,
    }


def _role_type(row: User) -> int | None:
    if row.role == Role.ADMIN:
        return ADMIN_ROLE_TYPE
    if row.role != Role.AGENT:
        return None
    if row.custom_role is not None:
        return row.custom_role.role_type
    return int(RoleType.LIGHT_AGENT if row.only_private_comments else RoleType.CUSTOM)


def _restriction(row: User) -> str | None:
    if row.role == Role.END_USER:
        return str(row.ticket_restriction or TicketRestriction.REQUESTED)
    return str(_reach(row)) or None


def _reach(row: User) -> str:
    """Which tickets an agent's role reaches: a custom role says so itself."""
    if row.custom_role is not None:
        return roles.SCOPES[row.custom_role.configuration["ticket_access"]]
    return row.ticket_restriction if row.role == Role.AGENT else TicketRestriction.ALL
