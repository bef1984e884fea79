"""How the desk is, for whoever watches over it: `/healthz`, `/readyz`, `/metrics`, on every host."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from adjoin.project import metrics as counted
from adjoin.project import schemas


def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when requests can be served, 503 with the reason when not."""
    trouble = _trouble()
    if trouble:
        return JsonResponse({"status": "unavailable", "reason": trouble}, status=503)
    return JsonResponse({"status": "ok"})


def metrics(_request: HttpRequest) -> HttpResponse:
    """Counts and timings for Prometheus."""
    return HttpResponse(counted.as_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _trouble() -> str:
    try:
        missing = schemas.missing_migrations()
    except DatabaseError:
        return "The database does not answer."
    return f"{len(missing)} migrations are missing: run adjoin migrate." if missing else ""
