"""How the desk is, for whoever watches over it: `/healthz`, `/readyz`, `/metrics`, on every host."""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from adjoin.project import metrics as counted


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


def missing_migrations() -> list[str]:
    """The migrations this code has and the database lacks, as `app.name`. Raises `DatabaseError`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return sorted(_on_disk())
        cursor.execute("SELECT app || '.' || name FROM public.django_migrations")
        return sorted(_on_disk() - {name for (name,) in cursor.fetchall()})


def _trouble() -> str:
    try:
        missing = missing_migrations()
    except DatabaseError:
        return "The database does not answer."
    return f"{len(missing)} migrations are missing: run adjoin migrate." if missing else ""


@cache
def _on_disk() -> frozenset[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(f"{app}.{name}" for app, name in loader.disk_migrations)
