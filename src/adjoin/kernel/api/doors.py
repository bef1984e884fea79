"""Who may come in at all. What they may read and do inside, `access` decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from adjoin.kernel.errors import NotAllowed, NotSignedIn
from adjoin.kernel.wording import say

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.kernel.requests import DeskRequest


def signed_in(request: HttpRequest) -> Actor:
    """For people with an account here. Raises `NotSignedIn`."""
    actor = cast("DeskRequest", request).actor
    if actor.user_id is None:
        raise NotSignedIn
    return actor


def agents_only(request: HttpRequest) -> Actor:
    """For agents and admins. Raises `NotSignedIn`, `NotAllowed`."""
    actor = signed_in(request)
    if not actor.is_agent:
        raise NotAllowed(say("You do not have access to this page. Ask an admin of this help desk for help."))
    return actor
