from __future__ import annotations

from django.urls import path

from adjoin.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="list"),
    path("template/<str:kind>.csv", views.template, name="template"),
    path("<int:import_id>/", views.show, name="show"),
    path("<int:import_id>/start/", views.start, name="start"),
    path("<int:import_id>/undo/", views.undo, name="undo"),
    path("<int:import_id>/report.csv", views.report, name="report"),
]
