from __future__ import annotations

from django.urls import path

from adjoin.administration.triggers import views

app_name = "triggers"
urlpatterns = [
    path("", views.triggers, name="list"),
    path("new/", views.new, name="new"),
    path("<int:trigger_id>/", views.edit, name="edit"),
    path("<int:trigger_id>/switch/", views.switch, name="switch"),
    path("<int:trigger_id>/move/", views.move, name="move"),
    path("<int:trigger_id>/delete/", views.delete, name="delete"),
]
