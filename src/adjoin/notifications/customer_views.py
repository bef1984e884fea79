"""How end users hear of requests, in the help center."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access.gates import customers_only
from adjoin.kernel.requests import DeskRequest
from adjoin.notifications import actions, queries
from adjoin.notifications.forms import OwnMailForm


@require_http_methods(["GET", "POST"])
@customers_only
def own_mail(request: DeskRequest) -> HttpResponse:
    """How often mails about requests come; the same at every brand."""
    chosen = queries.chosen_by(request.actor.user_id or 0)
    initial = {"digest": chosen.digest, "others": chosen.others}
    form = OwnMailForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.choose_digest(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("That is how mails come from now on."))
        return redirect("customer_mail:choose")
    return render(request, "notifications/own_mail.html", {"form": form}, status=422 if form.errors else 200)
