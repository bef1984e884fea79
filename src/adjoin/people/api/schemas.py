"""What the OpenAPI document says of people, organizations and groups. A test holds the answers to it, key by key."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class UserJson(Schema):
    """A person, as agents see them. End users see themselves with fewer keys."""

    id: int
    url: str
    name: str
    email: str | None
    created_at: str
    updated_at: str
    time_zone: str
    iana_time_zone: str
    phone: str | None
    shared_phone_number: bool | None
    photo: dict[str, Any] | None
    locale_id: int
    locale: str
    organization_id: int | None
    role: str
    verified: bool
    external_id: str | None
    tags: list[str]
    alias: str
    active: bool
    shared: bool
    shared_agent: bool
    last_login_at: str | None
    two_factor_auth_enabled: bool | None
    signature: str | None
    details: str
    notes: str
    role_type: int | None
    custom_role_id: int | None
    moderator: bool
    ticket_restriction: str | None
    only_private_comments: bool
    restricted_agent: bool
    suspended: bool
    default_group_id: int | None
    report_csv: bool
    user_fields: dict[str, Any]


class UserWriteJson(Schema):
    """What can be written about a person; all but the name of a new one is optional."""

    name: str | None = None
    email: str | None = None
    role: str | None = None
    verified: bool | None = None
    organization_id: int | None = None
    organization: dict[str, str] | None = None
    external_id: str | None = None
    phone: str | None = None
    time_zone: str | None = None
    locale: str | None = None
    locale_id: int | None = None
    alias: str | None = None
    details: str | None = None
    notes: str | None = None
    signature: str | None = None
    tags: list[str] | None = None
    suspended: bool | None = None
    ticket_restriction: str | None = None
    only_private_comments: bool | None = None
    custom_role_id: int | None = None
    user_fields: dict[str, Any] | None = None
    agent_brand_ids: list[int] | None = None


class OrganizationJson(Schema):
    """End users who belong together."""

    url: str
    id: int
    name: str
    shared_tickets: bool
    shared_comments: bool
    external_id: str | None
    created_at: str
    updated_at: str
    domain_names: list[str]
    details: str | None
    notes: str | None
    group_id: int | None
    tags: list[str]
    organization_fields: dict[str, Any]


class OrganizationWriteJson(Schema):
    """What can be written about an organization; all but the name of a new one is optional."""

    name: str | None = None
    shared_tickets: bool | None = None
    shared_comments: bool | None = None
    external_id: str | None = None
    domain_names: list[str] | None = None
    details: str | None = None
    notes: str | None = None
    group_id: int | None = None
    tags: list[str] | None = None
    organization_fields: dict[str, Any] | None = None


class OrganizationMergeJson(Schema):
    """One organization becoming a part of another."""

    id: str
    loser_id: int
    winner_id: int | None
    status: str
    url: str


class OrganizationMergeWriteJson(Schema):
    """Which organization stays."""

    winner_id: int


class OwnFieldJson(Schema):
    """A field that the account adds to its people or organizations. By type there are further keys: `tag`,
    `custom_field_options`, `relationship_target_type`, `relationship_filter`."""

    url: str
    id: int
    type: str
    key: str
    title: str
    description: str
    raw_title: str
    raw_description: str
    position: int
    active: bool
    system: bool
    regexp_for_validation: str | None
    created_at: str
    updated_at: str


class OwnFieldWriteJson(Schema):
    """What can be written about such a field; its key and type are chosen once."""

    key: str | None = None
    type: str | None = None
    title: str | None = None
    description: str | None = None
    position: int | None = None
    active: bool | None = None
    regexp_for_validation: str | None = None
    tag: str | None = None
    relationship_target_type: str | None = None
    relationship_filter: dict[str, Any] | None = None
    custom_field_options: list[dict[str, Any]] | None = None


class OwnOptionJson(Schema):
    """One choice of such a field."""

    id: int
    name: str
    raw_name: str
    value: str
    position: int
    url: str


class OwnOptionWriteJson(Schema):
    """A choice: new without an `id`, changed with one."""

    id: int | None = None
    name: str | None = None
    value: str | None = None


class MembershipJson(Schema):
    """Somebody's place in an organization."""

    url: str
    id: int
    user_id: int
    organization_id: int
    organization_name: str
    default: bool | None
    view_tickets: bool
    created_at: str
    updated_at: str
    comment_tickets: bool
    by_domain: bool


class SubscriptionJson(Schema):
    """Somebody who gets a mail about each new ticket of an organization of theirs."""

    url: str
    id: int
    user_id: int
    organization_id: int
    created_at: str


class SubscriptionWriteJson(Schema):
    """Who follows which organization; oneself where nobody is named."""

    organization_id: int
    user_id: int | None = None


class MembershipWriteJson(Schema):
    """Who belongs to which organization. An existing one takes `view_tickets` and `comment_tickets` only."""

    user_id: int
    organization_id: int
    default: bool | None = None
    view_tickets: bool | None = None
    comment_tickets: bool | None = None


class GroupJson(Schema):
    """Agents who belong together."""

    url: str
    id: int
    is_public: bool
    name: str
    description: str
    default: bool
    deleted: bool
    created_at: str
    updated_at: str


class GroupWriteJson(Schema):
    """What can be written about a group; all but the name of a new one is optional. A private one stays private."""

    name: str | None = None
    description: str | None = None
    is_public: bool | None = None
    default: bool | None = None
    is_confidential: bool | None = None


class CustomRoleJson(Schema):
    """A sort of agent with rights of its own."""

    id: int
    name: str
    description: str
    role_type: int
    team_member_count: int
    created_at: str
    updated_at: str
    configuration: dict[str, bool | str]


class CustomRoleWriteJson(Schema):
    """What can be written about a role; all but the name of a new one is optional."""

    name: str | None = None
    description: str | None = None
    configuration: dict[str, bool | str] | None = None


class GroupMembershipJson(Schema):
    """An agent's place in a group."""

    url: str
    id: int
    user_id: int
    group_id: int
    default: bool
    created_at: str
    updated_at: str


class GroupMembershipWriteJson(Schema):
    """Which agent belongs to which group."""

    user_id: int
    group_id: int
    default: bool | None = None
