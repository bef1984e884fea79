from __future__ import annotations

from django.urls import path

from adjoin.administration.ticket_fields import views

app_name = "ticket_fields"
urlpatterns = [
    path("", views.ticket_fields, name="list"),
    path("new/", views.new, name="new"),
    path("move/", views.move, name="move"),
    path("<int:field_id>/", views.edit, name="edit"),
    path("<int:field_id>/delete/", views.delete, name="delete"),
]
