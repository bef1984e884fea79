"""Rating how one was helped: on the request's page, and behind a mailed link without signing in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from adjoin.access import actors
from adjoin.help_center import requests
from adjoin.help_center.gates import signed_in_here
from adjoin.help_center.stranger_forms import RatingForm
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.satisfaction import actions, offers, queries
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

VIA = Via(Channel.HELP_CENTER)
REFUSED = 422


@require_POST
@signed_in_here
def rate(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The requester's rating, from the request's page."""
    person = request.actor.as_end_user(request.brand.pk)
    requests.get(person, ticket_id)  # nothing is said of a request that is not theirs, not even what is wrong
    form = RatingForm(request.POST, initial=RatingForm.kept(queries.of(ticket_id)))
    if form.is_valid():
        actions.rate(actor=person, ticket_id=ticket_id, now=now(), via=VIA, **form.cleaned_data)
        messages.success(request, _("Your rating is kept. Thank you."))
    else:
        messages.error(request, _("Choose good or bad."))
    return redirect("help_center:request", ticket_id)


@never_cache
@require_http_methods(["GET", "POST"])
def rate_by_link(request: DeskRequest, one_time_key: str) -> HttpResponse:
    """The page behind the mailed link. It rates when its button is pressed: mail scanners follow links, too."""
    try:
        ticket = offers.ticket_of(one_time_key)
        chosen = RatingForm.kept(queries.of(ticket.pk))
        chosen["score"] = request.GET.get("score") or chosen.get("score", "")
        form = RatingForm(request.POST or None, initial=chosen)
        is_done = request.method == "POST" and form.is_valid()
        if is_done:
            person = actors.load(ticket.requester_id).as_end_user()
            actions.rate(actor=person, ticket_id=ticket.pk, now=now(), via=VIA, **form.cleaned_data)
    except DeskError as error:
        return render(request, "help_center/dead_link.html", {"words": str(error)}, status=error.status)
    context = {"form": form, "ticket": ticket, "is_done": is_done}
    return render(request, "help_center/rating.html", context, status=REFUSED if form.errors else 200)
