from __future__ import annotations

from django.urls import path

from adjoin.administration.automations import views

app_name = "automations"
urlpatterns = [
    path("", views.automations, name="list"),
    path("new/", views.new, name="new"),
    path("<int:automation_id>/", views.edit, name="edit"),
    path("<int:automation_id>/dry-run/", views.dry_run, name="dry_run"),
    path("<int:automation_id>/switch/", views.switch, name="switch"),
    path("<int:automation_id>/move/", views.move, name="move"),
    path("<int:automation_id>/delete/", views.delete, name="delete"),
]
