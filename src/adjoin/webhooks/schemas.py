"""Webhooks as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class AuthenticationJson(Schema):
    """How a call says that it is ours. Answers have no password, token or value."""

    type: str
    data: dict[str, str]
    add_position: str = "header"


class WebhookJson(Schema):
    """One webhook."""

    id: str
    name: str
    description: str
    status: str
    subscriptions: list[str]
    endpoint: str
    http_method: str
    request_format: str
    custom_headers: dict[str, str]
    carries_private_comments: bool
    paused_until: str | None
    created_at: str
    created_by: str
    updated_at: str
    updated_by: str
    authentication: AuthenticationJson | None = None


class WebhookWriteJson(Schema):
    """What of a webhook can be written."""

    name: str | None = None
    description: str | None = None
    status: str | None = None
    subscriptions: list[str] | None = None
    endpoint: str | None = None
    http_method: str | None = None
    request_format: str | None = None
    custom_headers: dict[str, str] | None = None
    authentication: AuthenticationJson | None = None
    carries_private_comments: bool | None = None


class CallJson(Schema):
    """One invocation: what a webhook was told, however often it was tried."""

    id: str
    status: str
    status_code: int | None
    latest_completed_at: str | None
    attempts: int
    cause: str
    message: str


class AttemptJson(Schema):
    """One try of an invocation."""

    id: str
    invocation_id: str
    status: str
    status_code: int | None
    completed_at: str
    duration_ms: int
    message: str
    request: dict[str, Any]
    response: dict[str, Any]


class SecretJson(Schema):
    """What calls are signed with."""

    secret: str
    algorithm: str
