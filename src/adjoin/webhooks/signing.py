"""How a receiver knows that a call is ours, and which: Zendesk's headers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adjoin.accounts import current
from adjoin.webhooks import bodies
from adjoin.webhooks.terms import Auth, Format, Method

if TYPE_CHECKING:
    from adjoin.webhooks.models import Webhook

SIGNATURE, TIMESTAMP = "X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"
HIDDEN = "•••"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 of timestamp and body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def headers(hook: Webhook, call_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """What goes with a call."""
    timestamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content_type = {"Content-Type": bodies.TYPES[Format(hook.request_format)]}
    return {
        **custom(hook),
        **(content_type if Method(hook.http_method).has_body else {}),
        "Accept": "*/*",
        "User-Agent": "Adjoin Webhook",
        **_proof(hook),
        "X-Zendesk-Account-Id": str(current.account().pk),
        "X-Zendesk-Webhook-Id": hook.ulid,
        "X-Zendesk-Webhook-Invocation-Id": call_id,
        TIMESTAMP: timestamp,
        SIGNATURE: signature(hook.signing_secret, timestamp, body),
    }


def shown(hook: Webhook, sent: Mapping[str, str]) -> dict[str, str]:
    """The headers as a log may keep them: without what opens anything."""
    secret = {name.lower() for name in (*custom(hook), *_proof(hook))}
    return {name: HIDDEN if name.lower() in secret else value for name, value in sent.items()}


def without_secrets(hook: Webhook, text: str) -> str:
    """A text from outside, which may repeat what we sent."""
    for secret in (*custom(hook).values(), *_proof(hook).values(), *auth_data(hook).values(), hook.signing_secret):
        text = text.replace(secret, HIDDEN) if len(secret) > 3 else text
    return text


def custom(hook: Webhook) -> dict[str, str]:
    """Its own headers."""
    found: dict[str, str] = json.loads(hook.custom_headers or "{}")
    return found


def auth_data(hook: Webhook) -> dict[str, str]:
    """What its proof is made of, in plain."""
    found: dict[str, str] = json.loads(hook.auth_data or "{}")
    return found


def _proof(hook: Webhook) -> dict[str, str]:
    data = auth_data(hook)
    match hook.auth_type:
        case Auth.BASIC:
            pair = f"{data['username']}:{data['password']}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        case Auth.BEARER:
            return {"Authorization": f"Bearer {data['token']}"}
        case Auth.API_KEY:
            return {data["name"]: data["value"]}
    return {}
