"""The page of the partners' people, for those who manage agreements."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access import permissions, readable
from adjoin.access.gates import admins_only
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import DeskError
from adjoin.kernel.requests import DeskRequest
from adjoin.sharing.people import actions, queries


@require_GET
@admins_only
def people(request: DeskRequest) -> HttpResponse:
    """Those whom partners have named, some at a time; `?q=` finds them by name."""
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    words = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    after = _whole(request.GET.get("after", ""))
    found = queries.page(words, after)
    page = {
        "rows": found.rows,
        "q": words,
        "first": urlencode({"q": words}),
        "next": urlencode({"q": words, "after": found.next}) if found.next else "",
        "is_later": bool(after),
        "section": "sharing",
    }
    return render(request, "sharing/people.html", page)


@require_POST
@admins_only
def change(request: DeskRequest, person_id: int) -> HttpResponse:
    """Link somebody with an end user by their address, unlink them, or forget their name."""
    step, now = request.POST.get("step", ""), timezone.now()
    try:
        if step == "anonymise":
            actions.anonymise(actor=request.actor, person_id=person_id, now=now)
        else:
            user_id = _user_id(request) if step == "link" else None
            actions.link(actor=request.actor, person_id=person_id, user_id=user_id, now=now)
        messages.success(request, _("Changed."))
    except DeskError as error:
        if error.status in (403, 404):
            raise
        messages.error(request, str(error))
    return redirect("sharing:people")


def _whole(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0


def _user_id(request: DeskRequest) -> int:
    address = request.POST.get("email", "").strip().replace("\x00", "")
    found = readable.users(request.actor).filter(email=address, is_active=True).first() if address else None
    if found is None:
        raise DeskError(_("Nobody here has that address. Add the person first."))
    return found.pk
