"""The front door, and the pages for what goes wrong before any app is reached."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from adjoin.kernel import api_errors
from adjoin.kernel.requests import DeskRequest
from adjoin.project.middleware.errors import speaks_json


def home(request: DeskRequest) -> HttpResponse:
    """Agents at the account's own host go to the workspace, everybody else to the help center."""
    return redirect("/agent/" if request.actor.is_agent and request.brand.is_default else "help_center:home")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address, or nothing there that this person may read."""
    if speaks_json(request):
        return JsonResponse(api_errors.NO_ENDPOINT, status=404)
    return render(request, "errors/not_found.html", {"is_part": _is_part(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug: it has been logged, and this is the plain apology."""
    if speaks_json(request):
        return JsonResponse(api_errors.SERVER_ERROR, status=500)
    return render(request, "errors/server_error.html", {"is_part": _is_part(request)}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old, or came from another site."""
    return render(request, "errors/csrf.html", {"is_part": _is_part(request)}, status=403)


def _is_part(request: HttpRequest) -> bool:
    """Whether htmx asks, which puts the answer into the page that is there."""
    return request.headers.get("HX-Request") == "true"
