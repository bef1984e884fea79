from __future__ import annotations

from django.urls import path

from adjoin.administration.brands import host_views, views
from adjoin.administration.partner_portal.views import partner_portal

app_name = "brands"
urlpatterns = [
    path("", views.brands, name="list"),
    path("new/", views.new, name="new"),
    path("<int:brand_id>/", views.edit, name="edit"),
    path("<int:brand_id>/host/", host_views.host, name="host"),
    path("<int:brand_id>/partner-portal/", partner_portal, name="partner_portal"),
    path("<int:brand_id>/delete/", views.delete, name="delete"),
]
