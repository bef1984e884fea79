"""Every change to webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import ids, record
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.record import Did
from adjoin.rules import watching
from adjoin.webhooks import checking
from adjoin.webhooks.models import Webhook
from adjoin.webhooks.signing import HIDDEN
from adjoin.webhooks.terms import Auth, Format, Method

WEBHOOKS_MAX = 200
SECRET_BYTES = 32
_TOLD = ("name", "description", "is_active", "endpoint", "http_method", "request_format", "events", "carries_notes")


@transaction.atomic
def create(*, actor: Actor, now: datetime, **fields: Any) -> Webhook:
    """A new webhook with a signing secret of its own. `fields` as `_checked` has them.

    Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_WEBHOOKS)
    if Webhook.objects.count() >= WEBHOOKS_MAX:
        raise Invalid.field(
            "base", _("There are %(most)s webhooks, which is the most. Delete one first") % {"most": WEBHOOKS_MAX}
        )
    row = Webhook(ulid=ids.new_ulid(now), signing_secret=ids.new_secret(SECRET_BYTES), created_at=now)
    _require_admin_for_notes(actor, row, fields)
    _fill(row, {"name": "", "endpoint": "", **fields}, actor, now)
    row.created_by_id = actor.user_id
    row.save()
    record.changed(Did.CREATED, "webhook", row.pk, row.name, now=now, endpoint=(None, row.endpoint))
    return row


@transaction.atomic
def update(*, actor: Actor, ulid: str, now: datetime, **fields: Any) -> Webhook:
    """The webhook with other fields. Who calls it, rules or events, stays.

    Raises `NotAllowed`, `NotFound`, `Invalid`."""
    row = _locked(actor, ulid)
    _require_admin_for_notes(actor, row, fields)
    before = {name: getattr(row, name) for name in (*_TOLD, "auth_type", "auth_data", "custom_headers")}
    _fill(row, fields, actor, now)
    if bool(before["events"]) != bool(row.events):
        raise Invalid.field("subscriptions", _("Subscriptions: whether rules or events call it stays as it was made"))
    if row.endpoint != before["endpoint"] or (row.is_active and not before["is_active"]):
        row.failures, row.paused_until = 0, None
    row.save()
    changes = {name: (before[name], getattr(row, name)) for name in _TOLD}
    has_other_keys = (before["auth_type"], before["auth_data"]) != (row.auth_type, row.auth_data)
    if has_other_keys or before["custom_headers"] != row.custom_headers:  # that they changed, never what they are
        changes["keys"] = ("as before", "others")
    record.changed(Did.UPDATED, "webhook", row.pk, row.name, now=now, **changes)
    return row


@transaction.atomic
def delete(*, actor: Actor, ulid: str, now: datetime) -> None:
    """Have it gone, with its log. Rules that call it are switched off with a notice.

    Raises `NotAllowed`, `NotFound`."""
    row = _locked(actor, ulid)
    pk = row.pk
    row.delete()
    record.changed(Did.DELETED, "webhook", pk, row.name, now=now, endpoint=(row.endpoint, None))
    watching.look_again(ulid, now)


@transaction.atomic
def rotate(*, actor: Actor, ulid: str, now: datetime) -> Webhook:
    """Give it another signing secret; what is sent from now on is signed with it. Raises `NotAllowed`, `NotFound`."""
    row = _locked(actor, ulid)
    row.signing_secret, row.updated_at, row.updated_by_id = ids.new_secret(SECRET_BYTES), now, actor.user_id
    row.save(update_fields=["signing_secret", "updated_at", "updated_by"])
    record.changed(Did.UPDATED, "webhook", row.pk, row.name, now=now, signing_secret=("the one before", "another"))
    return row


def found(actor: Actor, ulid: str) -> Webhook:
    """One webhook, for those who manage them. Raises `NotAllowed`, `NotFound`."""
    permissions.require(actor, Permission.MANAGE_WEBHOOKS)
    row = Webhook.objects.select_related("created_by", "updated_by").filter(ulid=ulid.upper()[:26]).first()
    if row is None:
        raise NotFound
    return row


def draft(fields: Mapping[str, Any], *, of: Webhook | None, now: datetime) -> Webhook:
    """A webhook as it would be with these fields, which is not kept: for a test call. Raises `Invalid`."""
    row = Webhook(ulid=ids.new_ulid(now), signing_secret=ids.new_secret(SECRET_BYTES), created_at=now)
    if of is not None:
        row = Webhook.objects.get(pk=of.pk)
    _fill(row, {"name": "Test", "endpoint": row.endpoint, **fields}, None, now)
    return row


def _fill(row: Webhook, fields: Mapping[str, Any], actor: Actor | None, now: datetime) -> None:
    for name, value in _checked(row, fields).items():
        setattr(row, name, value)
    checking.whole({"events": row.events, "http_method": row.http_method, "request_format": row.request_format})
    row.updated_at, row.updated_by_id = now, actor.user_id if actor else None


def _checked(row: Webhook, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that `fields` say: name, description, is_active, endpoint, http_method, request_format, events,
    carries_notes, custom_headers, and auth, `{"type", "data"}` or None for no proof."""
    kept: dict[str, Any] = {}
    for name, check in (
        ("name", checking.name),
        ("endpoint", checking.endpoint),
        ("http_method", lambda value: checking.choice("http_method", Method, value)),
        ("request_format", lambda value: checking.choice("request_format", Format, value)),
        ("custom_headers", lambda value: checking.headers(_with_kept(value or {}, row))),
        ("events", checking.subscriptions),
        ("description", str),
        ("is_active", bool),
        ("carries_notes", bool),
    ):
        if name in fields:
            kept[name] = check(fields[name])
    if "auth" in fields:
        asked = fields["auth"] or {"type": Auth.NONE}
        kept["auth_type"] = checking.choice("authentication", Auth, asked.get("type", ""))
        before = json.loads(row.auth_data or "{}") if kept["auth_type"] == row.auth_type else {}
        kept["auth_data"] = checking.auth_data(kept["auth_type"], asked.get("data") or {}, before)
    return kept


def _with_kept(given: Any, row: Webhook) -> Any:
    """Headers with the values of those that were sent back as answers show them, without their values."""
    before = json.loads(row.custom_headers or "{}")
    if not isinstance(given, Mapping):
        return given
    return {name: before.get(name, value) if value == HIDDEN else value for name, value in given.items()}


def _require_admin_for_notes(actor: Actor, row: Webhook, fields: Mapping[str, Any]) -> None:
    """Private notes leave the desk only by the word of an admin. Raises `NotAllowed`."""
    if fields.get("carries_notes") and not row.carries_notes and not (actor.is_admin or actor.is_system):
        raise NotAllowed(_("Only admins have a webhook told of private notes."))
    if row.carries_notes and fields.get("endpoint", row.endpoint) != row.endpoint and not actor.is_admin:
        raise NotAllowed(_("This webhook is told of private notes. Only admins send them elsewhere."))


def _locked(actor: Actor, ulid: str) -> Webhook:
    permissions.require(actor, Permission.MANAGE_WEBHOOKS)
    row = Webhook.objects.select_for_update().filter(ulid=ulid.upper()[:26]).first()
    if row is None:
        raise NotFound
    return row
