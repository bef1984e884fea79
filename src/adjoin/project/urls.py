"""Every address of an account's hosts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from adjoin.kernel.languages import in_language
from adjoin.project import docs_views, health, views
from adjoin.project.api import api
from adjoin.project.api_adjoin import api as api_adjoin

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v2/docs", docs_views.api_docs, name="api_docs"),
    path("api/v2/", api.urls),
    path("api/adjoin/v1/", api_adjoin.urls),
    path("attachments/", include("adjoin.tickets.file_urls")),
    path("accounts/", include("adjoin.people.urls")),
    path("accounts/", include("adjoin.sign_in.urls")),
    path("access/", include("adjoin.sign_in.provider_urls")),
    path("scim/v2/", include("adjoin.sign_in.scim.urls")),
    path("hc/", include([in_language([path("api-tokens/", include("adjoin.administration.tokens.customer_urls"))])])),
    path("hc/", include([in_language([path("mail/", include("adjoin.notifications.customer_urls"))])])),
    path("hc/", include("adjoin.help_center.urls")),
    path("agent/tickets/<int:ticket_id>/access/", include("adjoin.administration.access.ticket_urls")),
    path("agent/tickets/<int:ticket_id>/rules/", include("adjoin.administration.triggers.trace_urls")),
    path("agent/tickets/", include("adjoin.tickets.urls")),
    path("agent/suspended/", include("adjoin.suspended.urls")),
    path("agent/search/", include("adjoin.search.urls")),
    path("agent/view-editor/", include("adjoin.administration.view_editor.urls")),
    path("agent/knowledge/", include("adjoin.knowledge.urls")),
    path("agent/macros/", include("adjoin.administration.macros.urls")),
    path("agent/notifications/", include("adjoin.notifications.urls")),
    path("agent/tokens/", include("adjoin.administration.tokens.own_urls")),
    path("agent/", include("adjoin.saved_views.urls")),
    path("sharing/", include("adjoin.sharing.wire.urls")),
    path("admin/sharing/", include("adjoin.sharing.urls")),
    path("admin/segments/", include("adjoin.knowledge.segment_urls")),
    path("admin/imports/", include("adjoin.imports.urls")),
    path("admin/audit-log/", include("adjoin.audit_log.urls")),
    path("admin/", include("adjoin.administration.urls")),
]

handler404 = "adjoin.project.views.not_found"
handler500 = "adjoin.project.views.server_error"
