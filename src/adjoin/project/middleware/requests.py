"""What every request gets: a line in the log, headers, and its address as Zendesk's clients write it."""

from __future__ import annotations

import re
import time

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from adjoin.project import metrics
from adjoin.project.middleware.errors import Handler

log = structlog.get_logger("adjoin.web")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Whoever has such an address may have the file: it stays out of the logs.
_SECRET_IN_PATH = re.compile(
    r"^(/sharing/+attachments/+|/attachments/token/|/admin/view-as/enter/|/accounts/link/)[^/]+"
)
API_PATHS = ("/api/v2/", "/api/adjoin/v1/")


def request_log(get_response: Handler) -> Handler:
    """One JSON line a request, without bodies, queries or secrets."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        seconds = time.perf_counter() - started
        route = match.view_name if match else ""
        metrics.observe_request(method=request.method or "", route=route, status=response.status_code, seconds=seconds)
        log.info(
            "request",
            method=request.method,
            path=_SECRET_IN_PATH.sub(r"\1…", request.path),
            route=route or None,
            status=response.status_code,
            account=getattr(getattr(request, "account", None), "subdomain", None),
            user_id=getattr(getattr(request, "actor", None), "user_id", None),
            duration_ms=round(seconds * 1000, 1),
        )
        return response

    return middleware


def secure_headers(get_response: Handler) -> Handler:
    """The content security policy on everything, and no caching of what is personal."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def json_suffix(get_response: Handler) -> Handler:
    """Takes the optional `.json`, and a slash at the end, off API paths, as Zendesk's clients send them."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(API_PATHS) and path.endswith(".json") and not path.endswith("/openapi.json"):
            path = path.removesuffix(".json")
        if path.startswith(API_PATHS) and f"{path.rstrip('/')}/" not in API_PATHS:  # a root would lose its address
            request.path_info = path.rstrip("/")
        return get_response(request)

    return middleware
