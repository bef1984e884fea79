from __future__ import annotations

from django.urls import path

from adjoin.administration.ticket_statuses import views

app_name = "ticket_statuses"
urlpatterns = [
    path("", views.ticket_statuses, name="list"),
    path("new/", views.new, name="new"),
    path("move/", views.move, name="move"),
    path("<int:status_id>/", views.edit, name="edit"),
    path("<int:status_id>/default/", views.make_default, name="default"),
    path("<int:status_id>/use/", views.use, name="use"),
]
