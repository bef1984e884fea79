"""What the OpenAPI document says of ticket fields and forms."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class TicketFieldJson(Schema):
    """A field of tickets. By type there are further keys: `custom_field_options`, `system_field_options` and others."""

    url: str
    id: int
    type: str
    title: str
    raw_title: str
    description: str
    raw_description: str
    position: int
    active: bool
    required: bool
    collapsed_for_agents: bool
    regexp_for_validation: str | None
    title_in_portal: str
    raw_title_in_portal: str
    visible_in_portal: bool
    editable_in_portal: bool
    required_in_portal: bool
    tag: str | None
    created_at: str
    updated_at: str
    removable: bool
    key: str | None
    agent_description: str | None


class TicketFieldWriteJson(Schema):
    """What can be written of a field. Its type stays as it was chosen."""

    type: str | None = None
    title: str | None = None
    title_in_portal: str | None = None
    description: str | None = None
    agent_description: str | None = None
    position: int | None = None
    active: bool | None = None
    required: bool | None = None
    collapsed_for_agents: bool | None = None
    visible_in_portal: bool | None = None
    editable_in_portal: bool | None = None
    required_in_portal: bool | None = None
    regexp_for_validation: str | None = None
    tag: str | None = None
    relationship_target_type: str | None = None
    relationship_filter: dict[str, Any] | None = None
    custom_field_options: list[dict[str, Any]] | None = None


class OptionJson(Schema):
    """One choice of a field."""

    id: int
    name: str
    raw_name: str
    value: str
    default: bool
    position: int
    url: str


class OptionWriteJson(Schema):
    """A choice: new without an `id`, changed with one."""

    id: int | None = None
    name: str | None = None
    value: str | None = None
    default: bool | None = None


class TicketFormJson(Schema):
    """Which fields a ticket has. `requires_brand` is ours: a ticket of such a form is never without a brand."""

    url: str
    id: int
    name: str
    raw_name: str
    display_name: str
    raw_display_name: str
    end_user_visible: bool
    position: int
    ticket_field_ids: list[int]
    active: bool
    default: bool
    created_at: str
    updated_at: str
    in_all_brands: bool
    restricted_brand_ids: list[int]
    requires_brand: bool
    agent_conditions: list[dict[str, Any]]
    end_user_conditions: list[dict[str, Any]]
    deleted_at: str | None


class TicketFormWriteJson(Schema):
    """What can be written of a form."""

    name: str | None = None
    display_name: str | None = None
    end_user_visible: bool | None = None
    position: int | None = None
    active: bool | None = None
    default: bool | None = None
    ticket_field_ids: list[int] | None = None
    in_all_brands: bool | None = None
    restricted_brand_ids: list[int] | None = None
    requires_brand: bool | None = None
    agent_conditions: list[dict[str, Any]] | None = None
    end_user_conditions: list[dict[str, Any]] | None = None


class CustomStatusJson(Schema):
    """What the account calls one way of being new, open, pending, on hold or solved."""

    url: str
    id: int
    status_category: str
    agent_label: str
    raw_agent_label: str
    end_user_label: str
    raw_end_user_label: str
    description: str
    raw_description: str
    end_user_description: str
    raw_end_user_description: str
    active: bool
    default: bool
    created_at: str
    updated_at: str


class CustomStatusWriteJson(Schema):
    """What can be written of a status; its category only when it is made."""

    status_category: str | None = None
    agent_label: str | None = None
    end_user_label: str | None = None
    description: str | None = None
    end_user_description: str | None = None
    active: bool | None = None
    default: bool | None = None
