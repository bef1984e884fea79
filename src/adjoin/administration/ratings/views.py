"""What people are asked who say how they were helped."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.ratings.forms import ReasonsForm
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.satisfaction import reasons


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def edit(request: DeskRequest) -> HttpResponse:
    """The reasons to choose from, to read and to change."""
    form = ReasonsForm(request.POST if request.method == "POST" else None, rows=list(reasons.offered()))
    if request.method == "POST" and form.is_valid():
        try:
            reasons.choose(actor=request.actor, reasons=form.chosen(), now=timezone.now())
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, _("The reasons are saved."))
            return redirect("administration:ratings:edit")
    context = {"form": form, "section": "ratings"}
    return render(request, "administration/ratings/edit.html", context, status=422 if form.errors else 200)
