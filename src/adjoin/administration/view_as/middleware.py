"""Where a request finds out whom it sees the desk as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone

from adjoin.administration.view_as import viewing
from adjoin.administration.view_as.viewing import Ended
from adjoin.kernel.errors import NotAllowed
from adjoin.kernel.wording import say

if TYPE_CHECKING:
    from adjoin.kernel.requests import DeskRequest

SAFE = ("GET", "HEAD", "OPTIONS")


def look(request: DeskRequest) -> None:
    """Have the request come from whom its session sees the desk as, if from anybody else: `request.viewing`.

    Raises `NotAllowed` for whatever would change something, except for ending it; `Ended` when it is over, and then
    forms of pages that are still open are refused, too."""
    signed_in_id, now = request.user.pk, timezone.now()
    try:
        found = viewing.read(request.session, signed_in_id=signed_in_id, host=request.get_host(), now=now)
    except Ended:
        leave(request)
        raise
    if found is None:
        return
    request.viewing = found
    if request.method not in SAFE and request.path != reverse("administration:view_as:end"):
        raise NotAllowed(
            say("You see the desk as %(name)s and change nothing. End it to go on as yourself.")
            % {"name": found.person.name}
        )
    request.user = found.person


def leave(request: DeskRequest) -> str:
    """Be oneself again; gives back the address where it began. Forms from before are good no more."""
    back = viewing.end(request.session, timezone.now())
    rotate_token(request)
    request.user, request.viewing = AnonymousUser(), None
    return back
