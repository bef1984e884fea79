"""What is asked of every host name, known or not: does it lead here, and may it have a certificate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from adjoin.accounts.models import Domain
from adjoin.brands import hosts


def proof(request: HttpRequest) -> HttpResponse:
    """The proof that the host asked for leads to this desk; see `hosts.why_elsewhere`."""
    host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0].lower().rstrip(".")
    return HttpResponse(hosts.proof(host), content_type="text/plain; charset=utf-8")


def certificate(request: HttpRequest) -> HttpResponse:
    """200 for a `?domain=` that some account answers at, else 404: what Caddy asks before it gets a certificate."""
    is_ours = Domain.objects.filter(domain=request.GET.get("domain", "").lower().rstrip(".")[:253]).exists()
    return HttpResponse(status=200 if is_ours else 404)
