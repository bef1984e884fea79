"""The account, and in it the brand, that a host name stands for."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

from adjoin.access import actors
from adjoin.accounts import current
from adjoin.accounts.models import Account, Domain
from adjoin.brands import hosts
from adjoin.brands.models import Brand, subdomain_of
from adjoin.kernel import statements
from adjoin.kernel.requests import DeskRequest
from adjoin.project.middleware.errors import Handler, speaks_json, with_errors

HOST_FREE_PATHS = ("/healthz", "/readyz", "/metrics", hosts.PROOF_PATH, "/tls/ask")


class AccountMiddleware:
    """Chooses the account, and in it the brand, by host name. A host that is no account's is not found."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in HOST_FREE_PATHS:
            return self._outside(request)  # whether the database answers is what they are asked
        return with_errors(self._at_host)(request)

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
