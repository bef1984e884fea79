"""Webhooks over the API, for those who manage them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel import ids
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.webhooks import actions, calling, schemas, serialize
from adjoin.webhooks.models import Call, Webhook
from adjoin.webhooks.terms import Format, Method

router = Router(tags=["Webhooks"], auth=agents_only)
SORTS = Sorts.of("name", "created_at", "updated_at", default="name", alphabetical="name", status="is_active")
CALL_SORTS = Sorts.of("created_at", default="-created_at", latest_completed_at="completed_at")
ONE = describe.one("webhook", schemas.WebhookJson)
MANY = describe.many("webhooks", schemas.WebhookJson)
SECRET = describe.one("signing_secret", schemas.SecretJson)
WRITES = describe.asks("webhook", schemas.WebhookWriteJson)
LISTED = describe.takes(*describe.PAGED, "filter[name_contains]", "filter[status]")
KEYS = frozenset(schemas.WebhookWriteJson.model_fields)
STATUSES = {"active": True, "inactive": False}


@router.get("/webhooks", response=MANY, openapi_extra=LISTED)
def list_webhooks(request: DeskRequest) -> HttpResponse:
    """Every webhook, by name."""
    permissions.require(request.actor, Permission.MANAGE_WEBHOOKS)
    rows = Webhook.objects.all()
    if words := reading.words(request, "filter[name_contains]"):
        rows = rows.filter(name__icontains=words)
    if (status := reading.words(request, "filter[status]")) in STATUSES:
        rows = rows.filter(is_active=STATUSES[status])
    page = paging.page(request, rows, SORTS)
    return answers.answer(page.envelope("webhooks", [serialize.webhook(row) for row in page.rows]))


@router.post("/webhooks", response={201: ONE}, openapi_extra={**WRITES, **describe.takes("clone_webhook_id")})
def create_webhook(request: DeskRequest) -> HttpResponse:
    """A new webhook; with `clone_webhook_id` like another one, but for the keys of that one."""
    data = reading.wrapped(request, "webhook")
    fields = _fields(data)
    if copied := reading.words(request, "clone_webhook_id"):
        fields = {**_like(actions.found(request.actor, copied)), **fields}
    row = actions.create(actor=request.actor, now=timezone.now(), **fields)
    shown = {"webhook": serialize.webhook(row)}
    return answers.answer(shown, 201, ignored=reading.unknown_to(data, KEYS, "webhook"))


@router.post("/webhooks/test", response=dict[str, Any], openapi_extra=describe.takes("webhook_id"))
def test_webhook(request: DeskRequest) -> HttpResponse:
    """Make one call as `request` says, or as the webhook `webhook_id` would, and show the answer. Nothing is kept."""
    permissions.require(request.actor, Permission.MANAGE_WEBHOOKS)
    ulid, data = reading.words(request, "webhook_id"), reading.body(request).get("request") or {}
    if not isinstance(data, dict):
        raise Invalid.field("request", say("request: must be an object"))
    before = actions.found(request.actor, ulid) if ulid else None
    hook = actions.draft(_fields(data), of=before, now=timezone.now())
    if before is not None and hook.endpoint != before.endpoint:
        raise Invalid.field("endpoint", say("The keys of a webhook are sent to its own endpoint only"))
    payload = reading.text("payload", data.get("payload")) or calling.sample(hook)
    now = timezone.now()
    _, outcome = calling.send(hook, ids.new_ulid(now), payload, now)
    if outcome.status is None:
        raise Invalid.field("endpoint", outcome.says)
    headers = serialize.pairs(outcome.headers)
    return answers.answer({"response": {"status": outcome.status, "headers": headers, "payload": outcome.answer}})


@router.get("/webhooks/{webhook_id}", response=ONE)
def show_webhook(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """One webhook."""
    return answers.answer({"webhook": serialize.webhook(actions.found(request.actor, webhook_id))})


@router.put("/webhooks/{webhook_id}", response={204: None}, openapi_extra=WRITES)
def update_webhook(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """Write the whole webhook anew: what is left out is as in a new one, but for who calls it."""
    fields = _fields(reading.wrapped(request, "webhook"))
    empty: dict[str, Any] = {
        "name": "",
        "description": "",
        "endpoint": "",
        "custom_headers": {},
        "auth": None,
        "carries_notes": False,
    }
    usual = {"http_method": Method.POST, "request_format": Format.JSON}
    actions.update(actor=request.actor, ulid=webhook_id, now=timezone.now(), **{**empty, **usual, **fields})
    return answers.nothing()


@router.patch("/webhooks/{webhook_id}", response={204: None}, openapi_extra=WRITES)
def change_webhook(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """Change parts of a webhook."""
    fields = _fields(reading.wrapped(request, "webhook"))
    actions.update(actor=request.actor, ulid=webhook_id, now=timezone.now(), **fields)
    return answers.nothing()


@router.delete("/webhooks/{webhook_id}", response={204: None})
def delete_webhook(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """Have a webhook gone, with its log. Rules that call it are switched off."""
    actions.delete(actor=request.actor, ulid=webhook_id, now=timezone.now())
    return answers.nothing()


@router.get("/webhooks/{webhook_id}/signing_secret", response=SECRET)
def show_signing_secret(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """What its calls are signed with."""
    return _secret(actions.found(request.actor, webhook_id))


@router.post("/webhooks/{webhook_id}/signing_secret", response={201: SECRET})
def reset_signing_secret(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """Another signing secret, from now on."""
    return _secret(actions.rotate(actor=request.actor, ulid=webhook_id, now=timezone.now()), 201)


@router.get(
    "/webhooks/{webhook_id}/invocations",
    response=describe.many("invocations", schemas.CallJson),
    openapi_extra=describe.takes(*describe.PAGED, "filter[status]"),
)
def list_invocations(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """What it was told within the last seven days, the latest first."""
    rows = actions.found(request.actor, webhook_id).calls.all()
    if status := reading.words(request, "filter[status]"):
        rows = rows.filter(state=status)
    page = paging.page(request, rows, CALL_SORTS)
    return answers.answer(page.envelope("invocations", [serialize.call(row) for row in page.rows]))


@router.get(
    "/webhooks/{webhook_id}/invocations/{invocation_id}/attempts",
    response=describe.many("attempts", schemas.AttemptJson),
)
def list_attempts(request: DeskRequest, webhook_id: str, invocation_id: str) -> HttpResponse:
    """Every try of one invocation. Whoever does not read the ticket sees neither what was sent nor what came back."""
    found: Call | None = actions.found(request.actor, webhook_id).calls.filter(ulid=invocation_id[:26]).first()
    if found is None:
        raise NotFound
    payload = found.payload if serialize.shows(request.actor, found) else None
    rows = found.attempts.select_related("call").order_by("pk")
    page = paging.whole(rows)
    return answers.answer(page.envelope("attempts", [serialize.attempt(row, payload) for row in page.rows]))


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    """What was given of a webhook, as `actions` takes it. Raises `Invalid`."""
    text = ("name", "description", "endpoint", "http_method", "request_format")
    found: dict[str, Any] = {name: reading.text(name, data[name]) for name in text if data.get(name) is not None}
    if "status" in data:
        if data["status"] not in STATUSES:
            raise Invalid.field("status", say("Status: must be active or inactive"))
        found["is_active"] = STATUSES[data["status"]]
    if data.get("subscriptions") is not None:
        found["events"] = data["subscriptions"]
    if "custom_headers" in data:
        found["custom_headers"] = data["custom_headers"]
    if "authentication" in data:
        auth = data["authentication"]
        if auth is not None and not (isinstance(auth, dict) and isinstance(auth.get("data") or {}, dict)):
            raise Invalid.field("authentication", say("Authentication: must have a type and data"))
        found["auth"] = auth
    if data.get("carries_private_comments") is not None:
        found["carries_notes"] = reading.flag("carries_private_comments", data["carries_private_comments"])
    return found


def _like(row: Webhook) -> dict[str, Any]:
    names = ("name", "description", "endpoint", "http_method", "request_format", "events", "carries_notes")
    return {**{name: getattr(row, name) for name in names}, "custom_headers": {}}


def _secret(row: Webhook, status: int = 200) -> HttpResponse:
    return answers.answer({"signing_secret": {"secret": row.signing_secret, "algorithm": "SHA256"}}, status)
