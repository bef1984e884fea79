"""Webhooks: addresses outside that are told what happens to tickets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.webhooks.forms import WebhookForm
from adjoin.kernel import ids
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.webhooks import actions, calling, serialize
from adjoin.webhooks.models import Call, Webhook
from adjoin.webhooks.terms import EVENTS, CallState

SECTION = "webhooks"
CALLS_SHOWN = 50
EDIT = "administration/webhooks/edit.html"


@require_GET
@allowed_only(Permission.MANAGE_WEBHOOKS)
def webhooks(request: DeskRequest) -> HttpResponse:
    """Every webhook, and how it is."""
    rows = Webhook.objects.order_by("name", "pk")
    context = {"webhooks": rows, "now": timezone.now(), "section": SECTION}
    return render(request, "administration/webhooks/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_WEBHOOKS)
def new(request: DeskRequest) -> HttpResponse:
    """A new webhook."""
    form = WebhookForm(_posted(request), actor=request.actor, hook=None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create(actor=request.actor, now=timezone.now(), **form.chosen())
        except DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is there. Try it below.") % {"name": made.name})
            return redirect("administration:webhooks:edit", made.ulid)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_WEBHOOKS)
def edit(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """One webhook: what it is, a test, its signing secret, its log."""
    hook = actions.found(request.actor, webhook_id)
    form = WebhookForm(_posted(request), actor=request.actor, hook=hook)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update(actor=request.actor, ulid=hook.ulid, now=timezone.now(), **form.chosen())
        except DeskError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
            return redirect("administration:webhooks:edit", hook.ulid)
    return _page(request, form, hook)


@require_POST
@allowed_only(Permission.MANAGE_WEBHOOKS)
def test(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """Call it once as it is saved, and show what came back. Nothing of it is kept."""
    hook = actions.found(request.actor, webhook_id)
    payload = request.POST.get("payload", "").replace("\x00", "") or calling.sample(hook)
    now = timezone.now()
    _, outcome = calling.send(hook, ids.new_ulid(now), payload, now)
    form = WebhookForm(actor=request.actor, hook=hook)
    return _page(request, form, hook, {"outcome": outcome, "payload": payload})


@require_POST
@allowed_only(Permission.MANAGE_WEBHOOKS)
def secret(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """Show the signing secret, or make another."""
    hook = actions.found(request.actor, webhook_id)
    if request.POST.get("do") == "rotate":
        hook = actions.rotate(actor=request.actor, ulid=hook.ulid, now=timezone.now())
    form = WebhookForm(actor=request.actor, hook=hook)
    response = _page(request, form, hook, {"secret": hook.signing_secret})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@allowed_only(Permission.MANAGE_WEBHOOKS)
def call(request: DeskRequest, webhook_id: str, call_id: str) -> HttpResponse:
    """One call: what was sent and what came back, for those who read the ticket it is about."""
    hook = actions.found(request.actor, webhook_id)
    found: Call | None = hook.calls.filter(ulid=call_id[:26]).first()
    if found is None:
        raise NotFound
    context = {
        "webhook": hook,
        "call": found,
        "attempts": found.attempts.order_by("pk"),
        "is_shown": serialize.shows(request.actor, found),
        "cause": EVENTS.get(found.cause, found.cause.replace("-", " ").capitalize()),
        "section": SECTION,
    }
    return render(request, "administration/webhooks/call.html", context)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_WEBHOOKS)
def delete(request: DeskRequest, webhook_id: str) -> HttpResponse:
    """Ask, then have it gone."""
    hook = actions.found(request.actor, webhook_id)
    if request.method == "GET":
        return render(request, "administration/webhooks/delete.html", {"webhook": hook, "section": SECTION})
    actions.delete(actor=request.actor, ulid=hook.ulid, now=timezone.now())
    messages.success(request, _("%(name)s is deleted.") % {"name": hook.name})
    return redirect("administration:webhooks:list")


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(
    request: DeskRequest, form: WebhookForm, hook: Webhook | None, more: dict[str, Any] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "webhook": hook, "now": timezone.now(), "section": SECTION}
    if hook is not None:
        context["calls"] = hook.calls.order_by("-pk")[:CALLS_SHOWN]
        context["waiting"] = hook.calls.filter(state=CallState.WAITING).count()
        context["sample"] = calling.sample(hook)
        context["causes"] = EVENTS
    return render(request, EDIT, {**context, **(more or {})}, status=422 if form.errors else 200)
