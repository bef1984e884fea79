"""What happens to every request: account, actor, errors, headers, one log line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from adjoin.access import actors
from adjoin.accounts import current
from adjoin.accounts.models import Account, Domain
from adjoin.administration.view_as import middleware as view_as
from adjoin.brands import hosts
from adjoin.brands.models import Brand, subdomain_of
from adjoin.kernel import api_errors, languages, statements
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.api import answers
from adjoin.kernel.errors import DeskError, TooMany
from adjoin.kernel.requests import DeskRequest, client_address
from adjoin.kernel.wording import say
from adjoin.people import scopes, sessions
from adjoin.people.api_auth import BadCredentials, sign_in
from adjoin.project import gateway, metrics
from adjoin.sign_in import devices, enrolment

Handler = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger("adjoin.web")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HOST_FREE_PATHS = ("/healthz", "/readyz", "/metrics", hosts.PROOF_PATH, "/tls/ask")
# Whoever has such an address may have the file: it stays out of the logs.
_SECRET_IN_PATH = re.compile(
    r"^(/sharing/+attachments/+|/attachments/token/|/admin/view-as/enter/|/accounts/link/)[^/]+"
)
API_PATHS = ("/api/v2/", "/api/adjoin/v1/")
MACHINE_PATHS = ("/api/", "/scim/", "/sharing/", "/sharing", "/healthz", "/readyz")


WHO_AM_I = "/api/v2/users/me"  # answers everybody, also those whose credentials are wrong


def speaks_json(request: HttpRequest) -> bool:
    """Whether a program asks here, so that errors are JSON."""
    return request.path.startswith(MACHINE_PATHS)


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


class AccountMiddleware:
    """Chooses the account, and in it the brand, by host name. A host that is no account's is not found."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in HOST_FREE_PATHS:
            return self._outside(request)  # whether the database answers is what they are asked
        return _with_errors(self._at_host)(request)

    def _at_host(self, request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0].lower().rstrip(".")
        account = self._enter(request, host)
        return self.get_response(request) if account else self._without_account(request, host)

    def _enter(self, request: HttpRequest, host: str) -> Account | None:
        account = self._account_at(host)  # from inside whatever account this thread served last, most likely the same
        if account is None:
            current.leave()
        else:
            current.enter(account)
            desk = cast("DeskRequest", request)
            desk.account, desk.brand = account, _brand_at(host)
        return account

    def _outside(self, request: HttpRequest) -> HttpResponseBase:
        request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        cast("DeskRequest", request).actor = actors.Actor.anonymous()
        return self.get_response(request)

    @staticmethod
    def _account_at(host: str) -> Account | None:
        domain = next(iter(_domains(host)), None)
        return domain.tenant if domain else None

    def _without_account(self, request: HttpRequest, host: str) -> HttpResponseBase:
        own = host in (settings.ADJOIN_DOMAIN, "127.0.0.1", "localhost")
        if own:
            return self._outside(request)
        if speaks_json(request):
            return JsonResponse(
                {"error": {"title": "No help desk found", "message": f"{host} is no help desk."}}, status=404
            )
        return render(request, "errors/no_account.html", {"host": host}, status=404)


@statements.kept(is_prepared=True)
def _domains(host: str) -> QuerySet[Domain]:
    found: QuerySet[Domain] = Domain.objects.select_related("tenant").filter(domain=host)
    return found


def _brand_at(host: str) -> Brand:
    found = _brands(host, subdomain_of(host))
    return found[0] if found else Brand.objects.get(is_default=True)


@statements.kept(is_prepared=True)
def _brands(host: str, subdomain: str) -> QuerySet[Brand]:
    return Brand.objects.called(host, subdomain)


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

    return _with_errors(middleware)


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


def language(get_response: Handler) -> Handler:
    """Speaks the language of the address, else the person's own, else one their browser takes, else the brand's.

    Programs are answered in English unless they say `Accept-Language` themselves: they compare words."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if speaks_json(request):
            asked = languages.of_browser(request.headers.get("Accept-Language", ""))
            with translation.override(asked or languages.FIRST):
                return get_response(request)
        with translation.override(_language_of(request)):
            return get_response(request)

    return middleware


def _language_of(request: HttpRequest) -> str:
    brand = getattr(request, "brand", None)  # None outside of any account, where nobody has signed in
    return (
        languages.of_path(request.path)
        or (brand and languages.of_locale(getattr(request.user, "locale", "")))
        or languages.of_locale(request.COOKIES.get(languages.COOKIE, "")[:12])
        or languages.of_browser(request.headers.get("Accept-Language", ""))
        or (brand and languages.of_locale(brand.locale))
        or languages.FIRST
    )


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


def _with_errors(handler: Handler) -> Handler:
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


def _no_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
