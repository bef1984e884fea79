"""Service levels: what is promised to whom, in the order in which policies are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration import ordering
from adjoin.administration.service_levels.forms import PRIORITIES, PolicyForm, time_words
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules.sentences import Writer
from adjoin.schedules.models import Schedule
from adjoin.service_levels import actions
from adjoin.service_levels.models import Policy
from adjoin.service_levels.terms import Metric

SECTION = "service_levels"


@dataclass(frozen=True)
class Row:
    """A policy in the list, in sentences."""

    policy: Policy
    every: list[str]
    some: list[str]
    promises: list[str]


@require_GET
@allowed_only(Permission.MANAGE_SERVICE_LEVELS)
def policies(request: DeskRequest) -> HttpResponse:
    """Every policy in order, in sentences."""
    writer = Writer()
    rows = [
        Row(
            one,
            [writer.condition(row) for row in one.filter.get("all") or ()],
            [writer.condition(row) for row in one.filter.get("any") or ()],
            _promises(one),
        )
        for one in Policy.objects.in_order()
    ]
    kinds = {"rows": [one for one in rows if not one.policy.is_for_groups]}
    kinds["group_rows"] = [one for one in rows if one.policy.is_for_groups]
    return render(request, "administration/service_levels/list.html", {**kinds, "section": SECTION})


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SERVICE_LEVELS)
def new(request: DeskRequest, *, is_for_groups: bool = False) -> HttpResponse:
    """A new policy, last in order: for requesters, or among groups."""
    form = PolicyForm(_posted(request), policy=None, is_for_groups=is_for_groups)
    if _is_saving(request, form) and (fields := form.columns()) is not None:
        try:
            made = actions.create(actor=request.actor, now=timezone.now(), is_for_groups=is_for_groups, **fields)
        except Invalid as error:
            form.problem = str(error)
        else:
            messages.success(
                request, _("%(title)s is there, last in order. Tickets are being counted.") % {"title": made.title}
            )
            return redirect("administration:service_levels:edit", made.pk)
    return _page(request, form, None, is_for_groups=is_for_groups)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SERVICE_LEVELS)
def edit(request: DeskRequest, policy_id: int) -> HttpResponse:
    """One policy: its filter and its targets."""
    policy = _policy(policy_id)
    form = PolicyForm(_posted(request), policy=policy, is_for_groups=policy.is_for_groups)
    if _is_saving(request, form) and (fields := form.columns()) is not None:
        try:
            which: dict[str, Any] = {"policy_id": policy.pk, "is_for_groups": policy.is_for_groups}
            actions.update(actor=request.actor, now=timezone.now(), **which, **fields)
        except Invalid as error:
            form.problem = str(error)
        else:
            messages.success(
                request, _("%(title)s is saved. Tickets are being counted anew.") % {"title": fields["title"]}
            )
            return redirect("administration:service_levels:edit", policy.pk)
    return _page(request, form, policy, is_for_groups=policy.is_for_groups)


@require_POST
@allowed_only(Permission.MANAGE_SERVICE_LEVELS)
def move(request: DeskRequest, policy_id: int) -> HttpResponse:
    """One place earlier or later."""
    is_for_groups = _policy(policy_id).is_for_groups
    ids = list(Policy.objects.for_groups(is_for_groups).in_order().values_list("pk", flat=True))
    order = ordering.moved(ids, policy_id, up=request.POST.get("to") == "earlier")
    actions.reorder(actor=request.actor, policy_ids=order, now=timezone.now(), is_for_groups=is_for_groups)
    return redirect("administration:service_levels:list")


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SERVICE_LEVELS)
def delete(request: DeskRequest, policy_id: int) -> HttpResponse:
    """Ask, then have it gone."""
    policy = _policy(policy_id)
    if request.method == "GET":
        return render(request, "administration/service_levels/delete.html", {"policy": policy, "section": SECTION})
    which: dict[str, Any] = {"policy_id": policy.pk, "is_for_groups": policy.is_for_groups}
    actions.delete(actor=request.actor, now=timezone.now(), **which)
    messages.success(request, _("%(title)s is deleted.") % {"title": policy.title})
    return redirect("administration:service_levels:list")


def _promises(policy: Policy) -> list[str]:
    """ "First reply: urgent 1h, high 4h (opening hours)" """
    found = []
    for metric in Metric:
        its = {one["priority"]: one for one in policy.policy_metrics if one["metric"] == metric}
        times = [f"{label.lower()} {time_words(its[name]['target'])}" for name, label in PRIORITIES if name in its]
        hours = " (opening hours)" if any(one["business_hours"] for one in its.values()) else ""
        found += [f"{metric.label}: {', '.join(times)}{hours}"] if times else []
    return found


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _is_saving(request: DeskRequest, form: PolicyForm) -> bool:
    return request.method == "POST" and request.POST.get("do") == "save" and form.is_valid()


def _policy(policy_id: int) -> Policy:
    found = Policy.objects.filter(pk=policy_id).first()
    if found is None:
        raise NotFound
    return found


def _page(request: DeskRequest, form: PolicyForm, policy: Policy | None, *, is_for_groups: bool) -> HttpResponse:
    is_refused = request.method == "POST" and request.POST.get("do") == "save"
    if not is_refused:
        form.errors.clear()  # somebody who adds a line has not finished typing
    has_hours = Schedule.objects.exists()
    context = {"form": form, "policy": policy, "has_hours": has_hours, "section": SECTION, "for_groups": is_for_groups}
    template = "administration/service_levels/edit.html" + ("#builder" if request.htmx else "")
    return render(request, template, context, status=422 if is_refused else 200)
