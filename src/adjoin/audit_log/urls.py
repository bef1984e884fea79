from __future__ import annotations

from django.urls import path

from adjoin.audit_log import views

app_name = "audit_log"
urlpatterns = [
    path("", views.log, name="log"),
    path("export.csv", views.export, name="export"),
]
