"""How articles are found: by their words, and by what they mean where there is a model that says it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.article_search.forms import MeaningForm
from adjoin.kernel.errors import Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import understanding
from adjoin.knowledge.actions import meaning

SECTION = "article_search"


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def edit(request: DeskRequest) -> HttpResponse:
    """The model, how far it has read, and what is missing where there is none."""
    form = MeaningForm(request.POST if request.method == "POST" else None, row=meaning.current())
    if request.method == "POST" and form.is_valid():
        try:
            meaning.choose(actor=request.actor, now=timezone.now(), **form.chosen())
        except Invalid as error:
            for field, problems in error.details.items():
                form.add_error(field, [sentence for _, sentence in problems])
        else:
            messages.success(request, _("Article search is saved."))
            return redirect("administration:article_search:edit")
    context = {"form": form, "state": understanding.state(), "section": SECTION}
    return render(request, "administration/article_search/edit.html", context, status=422 if form.errors else 200)
