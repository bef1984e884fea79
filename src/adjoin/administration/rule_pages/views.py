"""What the pages of triggers and of automations have in common: switching one on or off, moving it, deleting it.

Each kind has its list in `administration/<kind>s/list.html`; what fills it, whoever makes these pages gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import writes
from adjoin.rules.kinds import Kind

Page = Callable[..., HttpResponse]
Filling = Callable[[], dict[str, Any]]  # the context of the list
STEPS = {"earlier": -1, "later": 1}


def switch(kind: Kind, filling: Filling) -> Page:
    """Have a rule act, or keep still."""

    @require_POST
    @allowed_only(kind.permission)
    def page(request: DeskRequest, /, **ids: int) -> HttpResponse:
        rule = found(kind, ids)
        change = {"rule_id": rule.pk, "now": timezone.now(), "is_active": not rule.is_active}
        try:
            writes.update(kind, actor=request.actor, **change)
        except Invalid as error:
            return _changed(
                request, kind, filling, _("%(title)s cannot act. %(error)s") % {"title": rule.title, "error": error}
            )
        return _changed(request, kind, filling)

    return page


def move(kind: Kind, filling: Filling) -> Page:
    """Have a rule looked at one place earlier or later."""

    @require_POST
    @allowed_only(kind.permission)
    def page(request: DeskRequest, /, **ids: int) -> HttpResponse:
        rule, by = found(kind, ids), STEPS.get(request.POST.get("to", ""), 0)
        writes.move(kind, actor=request.actor, rule_id=rule.pk, by=by, now=timezone.now())
        return _changed(request, kind, filling)

    return page


def delete(kind: Kind) -> Page:
    """Ask, then have a rule gone."""

    @require_http_methods(["GET", "POST"])
    @allowed_only(kind.permission)
    def page(request: DeskRequest, /, **ids: int) -> HttpResponse:
        rule = found(kind, ids)
        if request.method == "GET":
            context = {"rule": rule, "kind": kind.name, "keep": f"administration:{kind.name}s:edit"}
            return render(request, "administration/rules/delete.html", {**context, "section": f"{kind.name}s"})
        writes.delete(kind, actor=request.actor, rule_id=rule.pk, now=timezone.now())
        messages.success(request, _("%(title)s is deleted.") % {"title": rule.title})
        return redirect(f"administration:{kind.name}s:list")

    return page


def found(kind: Kind, ids: dict[str, int]) -> Any:
    """The rule that an address names. Raises `NotFound`."""
    rule = kind.rows.filter(pk=ids[f"{kind.name}_id"]).first()
    if rule is None:
        raise NotFound
    return rule


def _changed(request: DeskRequest, kind: Kind, filling: Filling, problem: str = "") -> HttpResponse:
    if request.htmx:
        template = f"administration/{kind.name}s/list.html#rows"
        return render(request, template, {**filling(), "problem": problem})
    if problem:
        messages.error(request, problem)
    return redirect(f"administration:{kind.name}s:list")
