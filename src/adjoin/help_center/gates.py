"""Who may come into a help center at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from adjoin.kernel.errors import NotAllowed, NotFound, TooMany
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access as knowledge

View = Callable[..., HttpResponse]


class NotForYou(NotAllowed):
    """The whole help center is kept for some of those who sign in."""

    def __init__(self) -> None:
        super().__init__(say("This help center is kept for some people. Ask the people of this help desk to add you."))


def open_here(view: View) -> View:
    """Only where the brand has a help center; where it asks everybody to sign in, strangers see nothing else."""

    @wraps(view)
    def checked(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.brand.has_help_center:
            raise NotFound
        person = request.actor
        if request.brand.requires_sign_in and person.is_anonymous:
            return to_sign_in(request)
        if request.brand.requires_sign_in and not knowledge.is_open_to(person, request.brand):
            return _not_for_you(request)
        return view(request, *args, **kwargs)

    return checked


def signed_in_here(view: View) -> View:
    """Only for people who have signed in; others are asked to, and come back."""

    @open_here
    @wraps(view)
    def checked(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return to_sign_in(request) if request.actor.is_anonymous else view(request, *args, **kwargs)

    return checked


def _not_for_you(request: DeskRequest) -> HttpResponse:
    """The way out, for everything else here is closed to them. Raises `NotForYou` where a page is open already."""
    if request.htmx:
        raise NotForYou
    return render(request, "help_center/not_for_you.html", {"words": str(NotForYou())}, status=403)


def throttle(request: DeskRequest, email: str, action: str = "stranger") -> None:
    """Raises `TooMany` for an address, or a place in the net, that asks too much. `action` names the limit."""
    if not ratelimit.consume(request, action=action, key=email.strip().lower()):
        raise TooMany(say("Too much was sent from here. Wait an hour, then try again."), retry_after_seconds=3600)


def to_sign_in(request: DeskRequest) -> HttpResponse:
    """To the way in, and back from there."""
    back = request.get_full_path() if request.method == "GET" else reverse("help_center:home")
    return onwards(request, f"{reverse('account_login')}?{urlencode({'next': back})}")


def onwards(request: DeskRequest, path: str) -> HttpResponse:
    """To another page: htmx, which shows how far files are, goes there as a whole."""
    return HttpResponse(status=204, headers={"HX-Redirect": path}) if request.htmx else redirect(path)
