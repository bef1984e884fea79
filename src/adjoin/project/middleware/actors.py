"""Who asks, and in whose name a change is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.utils import timezone

from adjoin.access import actors
from adjoin.administration.view_as import middleware as view_as
from adjoin.kernel import api_errors
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.requests import DeskRequest, client_address
from adjoin.people import scopes, sessions
from adjoin.people.api_auth import BadCredentials, sign_in
from adjoin.project.middleware.errors import Handler, speaks_json, with_errors
from adjoin.sign_in import devices, enrolment

WHO_AM_I = "/api/v2/users/me"  # answers everybody, also those whose credentials are wrong


def actor(get_response: Handler) -> Handler:
    """Finds out who asks: a program by its header (API only), a person by their session."""

    def middleware(given: HttpRequest) -> HttpResponseBase:
        if hasattr(given, "actor"):
            return get_response(given)
        request = cast("DeskRequest", given)
        request.api_token = request.viewing = None
        is_api = request.path.startswith(("/api/", "/attachments/"))
        header = request.headers.get("Authorization", "") if is_api else ""
        if header:
            try:
                user, token = sign_in(header, timezone.now())
            except BadCredentials:
                if request.path_info != WHO_AM_I:
                    raise
                request.user = AnonymousUser()
                request.actor = actors.Actor.anonymous()
                return get_response(request)
            if missing := scopes.missing(token.scopes, request.method or "", request.path_info) if token else "":
                told = f"You are missing the following required scopes: {missing}"
                return JsonResponse({"error": "Forbidden", "description": told}, status=403)
            request.user = user
            request.api_token = token
            request.actor = actors.load(user.pk)
            return _done_by(request, get_response)
        if _has_yet_to_set_up(request):
            return _to_second_factor(request, get_response)
        view_as.look(request)
        request.actor = actors.load(request.user.pk)
        if is_api and request.user.is_authenticated:
            refused = CsrfViewMiddleware(get_response).process_view(request, _no_view, (), {})
            if refused is not None:
                return JsonResponse(api_errors.CSRF, status=403)
        return _done_by(request, get_response)

    return with_errors(middleware)


def _has_yet_to_set_up(request: HttpRequest) -> bool:
    """Whether the session's person, who is nobody at another host, has first to set up a second factor."""
    if not sessions.is_good_at(request.session, request.get_host()):
        request.user = AnonymousUser()
    if request.user.is_authenticated and enrolment.is_pending(request.session, request.user):
        return True
    devices.touch(request.session, timezone.now())
    return False


def _to_second_factor(request: DeskRequest, get_response: Handler) -> HttpResponseBase:
    """Whoever has yet to set up a second factor does that as nobody yet: no page, no API knows them before."""
    request.actor = actors.Actor.anonymous()
    if enrolment.is_open(request.path):
        return get_response(request)
    request.user = AnonymousUser()
    return get_response(request) if speaks_json(request) else redirect("mfa_index")


def _done_by(request: DeskRequest, get_response: Handler) -> HttpResponseBase:
    """What the request changes is recorded as done by whoever signed in."""
    who, token, viewing = request.actor, request.api_token, request.viewing
    if who.user_id is None:
        return get_response(request)
    somebody = viewing.acting if viewing else Acting(user_id=who.user_id, name=who.name)
    prefix = token.prefix if token is not None else ""
    with acting(replace(somebody, address=client_address(request), token_prefix=prefix)):
        return get_response(request)


def _no_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
