"""What the account has decided once for everybody."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adjoin.access import diff
from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.administration.confirm import Words, confirm
from adjoin.administration.settings.forms import SettingsForm
from adjoin.desk_settings import actions
from adjoin.kernel.requests import DeskRequest

SECTION = "settings"
MOVES_READING = {"light_agent_access"}


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_SETTINGS)
def settings(request: DeskRequest) -> HttpResponse:
    """The settings, to read and to change."""
    form = SettingsForm(request.POST if request.method == "POST" else None, row=actions.current())
    if request.method == "POST" and form.is_valid():
        return _changed(request, form)
    context = {"form": form, "section": SECTION}
    return render(request, "administration/settings/edit.html", context, status=422 if form.errors else 200)


def _changed(request: DeskRequest, form: SettingsForm) -> HttpResponse:
    here, changes = reverse("administration:settings:edit"), form.changes()
    change = partial(actions.change, now=timezone.now(), **changes)
    concerned = diff.agents() if MOVES_READING & set(changes) else []
    asked = confirm(request, change=change, user_ids=concerned, words=Words(_("Change the settings"), SECTION, here))
    if asked is not None:
        return asked
    messages.success(request, _("The settings are saved.") if changes else _("Nothing was different."))
    return redirect(here)
