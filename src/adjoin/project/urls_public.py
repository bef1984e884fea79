"""The addresses of hosts that are no account's: health, and the demo's mailbox."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from adjoin.brands import hosts
from adjoin.project import health, host_views, mailbox_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path(hosts.PROOF_PATH.removeprefix("/"), host_views.proof, name="host_proof"),
    path("tls/ask", host_views.certificate, name="certificate"),
    path("mail/", mailbox_views.mailbox, name="mailbox"),
    path("mail/<slug:key>/", mailbox_views.one, name="mail"),
]

handler404 = "adjoin.project.views.not_found"
handler500 = "adjoin.project.views.server_error"
