"""The addresses partners speak to. Doubled slashes come from partners who wrote our address with one at its end."""

from __future__ import annotations

from django.urls import re_path

from adjoin.sharing.wire import views

app_name = "wire"
urlpatterns = [
    re_path(r"^/*agreements/+(?P<uuid>[^/]+)/?$", views.agreement, name="agreement"),
    re_path(r"^/*tickets/+(?P<uuid>[^/]+)/?$", views.ticket, name="ticket"),
    re_path(r"^/*together$", views.together, name="together"),
    re_path(r"^/*attachments/+(?P<token>[^/]+)$", views.attachment, name="attachment"),
]
