"""The categories that triggers are put into, in their order, on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration import ordering
from adjoin.kernel.errors import Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import categories as writes
from adjoin.rules.models import TriggerCategory

PAGE = "administration/triggers/categories.html"


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_RULES)
def categories(request: DeskRequest) -> HttpResponse:
    """Every category; a POST adds one."""
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            made = writes.create(actor=request.actor, name=name, now=timezone.now())
        except Invalid as error:
            return render(request, PAGE, _page(problem=str(error), name=name), status=422)
        messages.success(request, _("%(name)s is there, last in order.") % {"name": made.name})
        return redirect("administration:triggers:categories")
    return render(request, PAGE, _page())


@require_POST
@allowed_only(Permission.MANAGE_RULES)
def change(request: DeskRequest, category_id: int) -> HttpResponse:
    """Name one anew, move it up or down, or delete it, as the button says."""
    do, now = request.POST.get("do", ""), timezone.now()
    try:
        if do == "delete":
            writes.delete(actor=request.actor, category_id=category_id, now=now)
        elif do in ("up", "down"):
            ids = list(TriggerCategory.objects.order_by("position", "pk").values_list("pk", flat=True))
            for position, pk in enumerate(ordering.moved(ids, category_id, up=do == "up"), 1):
                writes.update(actor=request.actor, category_id=pk, now=now, position=position)
        else:
            name = request.POST.get("name", "")
            writes.update(actor=request.actor, category_id=category_id, now=now, name=name)
    except Invalid as error:
        return render(request, PAGE, _page(problem=str(error)), status=422)
    return redirect("administration:triggers:categories")


def _page(problem: str = "", name: str = "") -> dict[str, Any]:
    rows = TriggerCategory.objects.annotate(count=Count("triggers")).order_by("position", "pk")
    return {"rows": rows, "problem": problem, "name": name, "section": "triggers"}
