"""What goes wrong, told to whoever asked."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from adjoin.kernel import api_errors
from adjoin.kernel.api import answers
from adjoin.kernel.errors import DeskError, TooMany
from adjoin.kernel.wording import say
from adjoin.people.api_auth import BadCredentials
from adjoin.project import gateway

Handler = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger("adjoin.web")
MACHINE_PATHS = ("/api/", "/scim/", "/sharing/", "/sharing", "/healthz", "/readyz")


def speaks_json(request: HttpRequest) -> bool:
    """Whether a program asks here, so that errors are JSON."""
    return request.path.startswith(MACHINE_PATHS)


def desk_errors(get_response: Handler) -> Handler:
    """Turns an expected failure inside a view into a page, a fragment or JSON."""
    return _ErrorsOfViews(get_response)


class _ErrorsOfViews:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.META.get(gateway.TOO_LARGE):
            return _explained(request, _too_large())
        response = self.get_response(request)
        if response.status_code == 405 and request.path.startswith("/api/"):
            told = answers.answer(api_errors.NO_METHOD, 405)
            told["Allow"] = response.get("Allow", "")
            return told
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_to(request, exception)


def answer_to(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The response to a failure we know how to explain; None for a bug, which rises and is logged."""
    if isinstance(exception, BadCredentials):
        body = api_errors.INVALID_TOKEN if exception.is_bearer else api_errors.UNAUTHENTICATED
        return JsonResponse(body, status=401, headers={"WWW-Authenticate": 'Basic realm="Adjoin"'})
    if isinstance(exception, OperationalError):
        log.warning("database_unavailable", error=str(exception).splitlines()[0])
        exception = DatabaseAway(
            say("The database does not answer right now. Nothing was changed; try again in a moment.")
        )
    return _explained(request, exception) if isinstance(exception, DeskError) else None


def _explained(request: HttpRequest, exception: DeskError) -> HttpResponse:
    headers = {}
    if isinstance(exception, TooMany):
        headers["Retry-After"] = str(exception.retry_after_seconds)
    if isinstance(exception, DatabaseAway):
        headers["Retry-After"] = "1"
    if speaks_json(request):
        response = answers.answer(api_errors.body(exception), exception.status)
        for name, value in headers.items():
            response.headers[name] = value
        return response
    template = "errors/fragment.html" if getattr(request, "htmx", False) else "errors/desk_error.html"
    response = render(request, template, {"error": exception}, status=exception.status)
    for name, value in headers.items():
        response.headers[name] = value
    return response


class TooLarge(DeskError):
    """More came than we take at once; what it was nobody knows."""

    code = "TooLarge"
    status = 413


def _too_large() -> TooLarge:
    told = say("Together that is more than %(most)s MB. Send fewer or smaller files.")
    return TooLarge(told % {"most": settings.ATTACHMENT_MAX_BYTES // 1024**2})


class DatabaseAway(DeskError):
    """PostgreSQL is restarting or out of reach."""

    code = "ServiceUnavailable"
    status = 503


def with_errors(handler: Handler) -> Handler:
    """Also explain failures of a middleware itself, which no view surrounds."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            return handler(request)
        except (DeskError, OperationalError) as error:
            answer = answer_to(request, error)
            if answer is None:
                raise
            return answer

    return middleware
