"""Automations: rules that act when time has made their conditions hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from adjoin.access import readable
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.automations.forms import AutomationForm
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import actions, dry_runs, usage, walls, writes
from adjoin.rules.kinds import AUTOMATION
from adjoin.rules.models import Automation
from adjoin.rules.sentences import Writer
from adjoin.rules.usage import Usage

SECTION = "automations"
FIRINGS_SHOWN = 10
LIST, EDIT = "administration/automations/list.html", "administration/automations/edit.html"


@dataclass(frozen=True)
class Row:
    """An automation in the list, in sentences."""

    automation: Automation
    every: list[str]
    some: list[str]
    does: list[str]
    usage: Usage


@require_GET
@allowed_only(Permission.MANAGE_AUTOMATIONS)
def automations(request: DeskRequest) -> HttpResponse:
    """Every automation in order, in sentences."""
    return render(request, LIST, filling())


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_AUTOMATIONS)
def new(request: DeskRequest) -> HttpResponse:
    """A new automation, last in order."""
    form = AutomationForm(_posted(request), rule=None)
    if _is_saving(request, form) and (rule := form.rule()) is not None:
        conditions, does = rule
        try:
            made = actions.create_automation(
                actor=request.actor,
                title=form.cleaned_data["title"],
                is_active=form.cleaned_data["is_active"],
                conditions=conditions,
                actions=does,
                now=timezone.now(),
            )
        except Invalid as error:
            form.problem = str(error)
        else:
            messages.success(request, _("%(title)s is there, last in order.") % {"title": made.title})
            return redirect("administration:automations:edit", made.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_AUTOMATIONS)
def edit(request: DeskRequest, automation_id: int) -> HttpResponse:
    """One automation: its lines, which tickets it would act on, and what it did last."""
    automation = _automation(automation_id)
    form = AutomationForm(_posted(request), rule=automation)
    if _is_saving(request, form) and (rule := form.rule()) is not None:
        words = {name: form.cleaned_data[name] for name in ("title", "is_active")}
        words["conditions"], words["actions"] = rule
        try:
            writes.update(AUTOMATION, actor=request.actor, rule_id=automation.pk, now=timezone.now(), **words)
        except Invalid as error:
            form.problem = str(error)
        else:
            messages.success(request, _("%(title)s is saved.") % {"title": words["title"]})
            return redirect("administration:automations:edit", automation.pk)
    return _page(request, form, automation)


@require_GET
@allowed_only(Permission.MANAGE_AUTOMATIONS)
def dry_run(request: DeskRequest, automation_id: int) -> HttpResponse:
    """The tickets that an automation as it is saved would act on now."""
    automation = _automation(automation_id)
    found = dry_runs.of(
        actor=request.actor, conditions=automation.conditions, now=timezone.now(), automation_id=automation.pk
    )
    context = {"automation": automation, "found": found, "most": dry_runs.COUNT_MAX, "section": SECTION}
    return render(request, "administration/automations/dry_run.html", context)


def filling() -> dict[str, Any]:
    """What the list shows."""
    writer, acted = Writer(), usage.of_automations(timezone.now())
    rows = [
        Row(
            one,
            [writer.condition(row) for row in one.conditions.get("all") or ()],
            [writer.condition(row) for row in one.conditions.get("any") or ()],
            [writer.action(row) for row in one.actions],
            acted.get(one.pk, Usage()),
        )
        for one in Automation.objects.in_order()
    ]
    return {"rows": rows, "section": SECTION}


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_saving(request: DeskRequest, form: AutomationForm) -> bool:
    return request.method == "POST" and request.POST.get("do") == "save" and form.is_valid()


def _automation(automation_id: int) -> Automation:
    found: Automation | None = Automation.objects.filter(pk=automation_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: DeskRequest, form: AutomationForm, automation: Automation | None) -> HttpResponse:
    asked = request.POST.get("do", "")
    context: dict[str, Any] = {"form": form, "automation": automation, "section": SECTION}
    if request.method == "POST" and asked not in ("save", "try"):
        form.errors.clear()  # somebody who adds a line has not finished typing
    if asked == "try":
        form.errors.pop("title", None)
        context |= _tried(request, form, automation)
    elif request.method == "GET" and automation is not None:
        context["warnings"] = walls.warnings(automation.conditions, automation.actions)
    if automation is not None:
        seen = readable.tickets(request.actor).values("pk")
        context["firings"] = automation.firings.filter(ticket__in=seen).order_by("-fired_at")[:FIRINGS_SHOWN]
    is_refused = asked == "save" or (asked == "try" and "found" not in context)
    return render(request, f"{EDIT}#builder" if request.htmx else EDIT, context, status=422 if is_refused else 200)


def _tried(request: DeskRequest, form: AutomationForm, automation: Automation | None) -> dict[str, Any]:
    """What the rule as it is typed would act on; nothing when it is broken, which `form` says."""
    if (rule := form.rule()) is None:
        return {}
    found = dry_runs.of(
        actor=request.actor,
        conditions=rule[0],
        now=timezone.now(),
        automation_id=automation.pk if automation else None,
    )
    return {"found": found, "most": dry_runs.COUNT_MAX, "warnings": walls.warnings(*rule)}
