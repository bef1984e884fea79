"""Webhooks as the API shows them, in Zendesk's shapes. No secret is among it."""

from __future__ import annotations

from typing import Any

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.kernel.api.answers import moment
from adjoin.webhooks import signing
from adjoin.webhooks.models import Attempt, Call, Webhook
from adjoin.webhooks.terms import AUTH_DATA, BY_RULES, EVENTS, Auth, CallState

Json = dict[str, Any]
SYSTEM_ID = "-1"


def webhook(row: Webhook) -> Json:
    """One webhook."""
    auth = Auth(row.auth_type)
    shown: Json = {
        "id": row.ulid,
        "name": row.name,
        "description": row.description,
        "status": "active" if row.is_active else "inactive",
        "subscriptions": row.events or [BY_RULES],
        "endpoint": row.endpoint,
        "http_method": row.http_method,
        "request_format": row.request_format,
        "custom_headers": dict.fromkeys(signing.custom(row), signing.HIDDEN),
        "carries_private_comments": row.carries_notes,
        "paused_until": moment(row.paused_until),
        "created_at": moment(row.created_at),
        "created_by": _who(row.created_by_id),
        "updated_at": moment(row.updated_at),
        "updated_by": _who(row.updated_by_id),
    }
    if auth:
        data = signing.auth_data(row)
        public = {name: data[name] for name in AUTH_DATA[auth][:-1]}
        shown["authentication"] = {"type": str(auth), "data": public, "add_position": "header"}
    return shown


def call(row: Call) -> Json:
    """One invocation. Of a call that waits, `status` is the last answer's."""
    return {
        "id": row.ulid,
        "status": "failed" if row.state == CallState.WAITING and row.tries else row.state,
        "status_code": row.status_code,
        "latest_completed_at": moment(row.completed_at),
        "attempts": row.tries,
        "cause": row.cause,
        "message": row.says,
    }


def attempt(row: Attempt, payload: str | None) -> Json:
    """One try. `payload` None: whoever asks does not read that ticket, nor what was said about it."""
    is_shown = payload is not None
    return {
        "id": str(row.pk),
        "invocation_id": row.call.ulid,
        "status": "succeeded" if row.status_code and 200 <= row.status_code < 300 else "failed",
        "status_code": row.status_code,
        "completed_at": moment(row.started_at),
        "duration_ms": row.duration_ms,
        "message": row.says,
        "request": {
            "url": row.url if is_shown else row.url.partition("?")[0],
            "method": row.method,
            "headers": pairs(row.headers),
            "payload": payload or "",
        },
        "response": {
            "headers": pairs(row.answer_headers),
            "payload": row.answer if is_shown else "",
        },
    }


def pairs(headers: Json) -> list[Json]:
    """Headers as the log lists them."""
    return [{"key": name, "value": value} for name, value in headers.items()]


def shows(actor: Actor, row: Call) -> bool:
    """Whether `actor` reads all of what a call is about: a log tells nobody more than the desk does."""
    if row.ticket_id is None:
        return actor.is_admin or row.cause not in EVENTS
    return readable.tickets_as_agent(actor).filter(pk=row.ticket_id).exists()


def _who(user_id: int | None) -> str:
    return str(user_id) if user_id is not None else SYSTEM_ID
