"""The addresses of hosts that are no account's: health, and the demo's mailbox."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from adjoin.project import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
