"""The way into the settings."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from adjoin.access.gates import agents_only
from adjoin.administration import places
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest


@require_GET
@agents_only
def first_room(request: DeskRequest) -> HttpResponse:
    """On to the first room that is open to whoever comes; for others there are no settings."""
    rooms = places.open_to(request.actor)
    if not rooms:
        raise NotFound
    return redirect(rooms[0].url)
