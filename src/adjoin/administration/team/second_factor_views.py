"""Taking away a second factor that somebody has lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adjoin.access import readable
from adjoin.access.gates import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.sign_in import resetting


@require_POST
@agents_only
def reset(request: DeskRequest, user_id: int) -> HttpResponse:
    """Take away somebody's second factor, for the reason given; back to their page."""
    user = readable.users(request.actor).filter(pk=user_id, is_active=True, partner_name="").first()
    if user is None:
        raise NotFound
    try:
        resetting.reset(actor=request.actor, user=user, reason=request.POST.get("reason", ""), now=timezone.now())
    except Invalid as error:
        messages.error(request, str(error))
    else:
        told = _("%(name)s is signed out everywhere, and told by mail. Their password alone signs them in now.")
        messages.success(request, told % {"name": user.name})
    return redirect("administration:team:member" if user.is_agent else "administration:people:detail", user.pk)
