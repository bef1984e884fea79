"""Triggers: rules that look at every change, in an order, and act when their conditions hold."""

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
from adjoin.administration.triggers.forms import TriggerForm
from adjoin.kernel.api import reading
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import trying, usage, walls, writes
from adjoin.rules.kinds import TRIGGER
from adjoin.rules.models import Trigger
from adjoin.rules.sentences import Writer
from adjoin.rules.trying import Tried
from adjoin.rules.usage import Usage

SECTION = "triggers"
NOTICES_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """A trigger in the list, in sentences."""

    trigger: Trigger
    every: list[str]
    some: list[str]
    does: list[str]
    warnings: int
    usage: Usage
    is_first: bool = False  # of its category
    is_last: bool = False


@require_GET
@allowed_only(Permission.MANAGE_RULES)
def triggers(request: DeskRequest) -> HttpResponse:
    """Every trigger in order, in sentences."""
    return render(request, "administration/triggers/list.html", filling())


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_RULES)
def new(request: DeskRequest) -> HttpResponse:
    """A new trigger, last in order."""
    form = TriggerForm(_posted(request), rule=None)
    if _is_saving(request, form) and (rule := form.rule()) is not None:
        conditions, does = rule
        made = writes.create(
            TRIGGER,
            actor=request.actor,
            title=form.cleaned_data["title"],
            description=form.cleaned_data["description"],
            is_active=form.cleaned_data["is_active"],
            category_id=form.category_id,
            conditions=conditions,
            actions=does,
            now=timezone.now(),
        )
        messages.success(request, _("%(title)s is there, last in order.") % {"title": made.title})
        return redirect("administration:triggers:edit", made.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_RULES)
def edit(request: DeskRequest, trigger_id: int) -> HttpResponse:
    """One trigger: its lines, what it could run into, what it ran into, and what it would do to a ticket."""
    trigger = _trigger(trigger_id)
    form = TriggerForm(_posted(request), rule=trigger)
    if _is_saving(request, form) and (rule := form.rule()) is not None:
        conditions, does = rule
        words = {name: form.cleaned_data[name] for name in ("title", "description", "is_active")}
        writes.update(
            TRIGGER,
            actor=request.actor,
            rule_id=trigger.pk,
            now=timezone.now(),
            conditions=conditions,
            actions=does,
            category_id=form.category_id,
            **words,
        )
        messages.success(request, _("%(title)s is saved.") % {"title": words["title"]})
        return redirect("administration:triggers:edit", trigger.pk)
    return _page(request, form, trigger)


def filling() -> dict[str, Any]:
    """What the list shows."""
    writer, acted = Writer(), usage.of_triggers(timezone.now())
    found = list(Trigger.objects.select_related("category").in_order())
    rows = [
        Row(
            one,
            [writer.condition(row) for row in one.conditions.get("all") or ()],
            [writer.condition(row) for row in one.conditions.get("any") or ()],
            [writer.action(row) for row in one.actions],
            len(walls.warnings(one.conditions, one.actions)) if one.is_active else 0,
            acted.get(one.pk, Usage()),
            is_first=before is None or before.category_id != one.category_id,
            is_last=after is None or after.category_id != one.category_id,
        )
        for before, one, after in zip([None, *found], found, [*found[1:], None], strict=False)
    ]
    return {"rows": rows, "has_categories": any(one.category_id for one in found), "section": SECTION}


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_saving(request: DeskRequest, form: TriggerForm) -> bool:
    return request.method == "POST" and request.POST.get("do") == "save" and form.is_valid()


def _trigger(trigger_id: int) -> Trigger:
    found: Trigger | None = Trigger.objects.filter(pk=trigger_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: DeskRequest, form: TriggerForm, trigger: Trigger | None) -> HttpResponse:
    is_refused = request.method == "POST" and request.POST.get("do") in ("save", "try")
    tried = _tried(request, form) if request.POST.get("do") == "try" else None
    context: dict[str, Any] = {"form": form, "trigger": trigger, "tried": tried, "section": SECTION}
    if not is_refused and request.method == "POST":
        form.errors.clear()  # somebody who adds a line has not finished typing
    if not form.problem and (tried or request.method == "GET") and (rule := form.checked()) is not None:
        context["warnings"] = walls.warnings(*rule)
    if trigger is not None:
        seen = readable.tickets(request.actor).values("pk")
        context["notices"] = trigger.notices.filter(ticket__in=seen).order_by("-pk")[:NOTICES_SHOWN]
    status = 422 if is_refused and tried is None else 200
    template = "administration/triggers/edit.html#builder" if request.htmx else "administration/triggers/edit.html"
    return render(request, template, context, status=status)


def _tried(request: DeskRequest, form: TriggerForm) -> Tried | None:
    """What the rule as it is typed would do; None when it is broken, or there is no such ticket, which `form` says."""
    rule = form.rule()
    number = reading.whole_number(str(form.data.get("ticket", "")).strip().lstrip("#"))
    form.errors.pop("title", None)
    if rule is None:
        return None
    if number is None:
        form.add_error("ticket", _("Give the number of a ticket."))
        return None
    conditions, does = rule
    is_filed = form.data.get("moment") != "now"
    try:
        return trying.try_out(
            actor=request.actor,
            ticket_id=number,
            as_created=is_filed,
            conditions=conditions,
            actions=does,
            now=timezone.now(),
        )
    except DeskError as error:
        form.add_error("ticket", str(error))
        return None
