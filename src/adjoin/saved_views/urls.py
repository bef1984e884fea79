"""The agents' lists, below /agent/."""

from __future__ import annotations

from django.urls import path

from adjoin.saved_views import bulk_views, deleted_views, views

app_name = "saved_views"
urlpatterns = [
    path("", views.home, name="home"),
    path("views/<int:view_id>/", views.show, name="show"),
    path("views/<int:view_id>/export/", views.export, name="export"),
    path("views/<int:view_id>/play/", views.play, name="play"),
    path("tickets/", views.everything, name="everything"),
    path("tickets/change/", bulk_views.start, name="bulk"),
    path("tickets/change/<str:job_key>/", bulk_views.progress, name="job"),
    path("deleted/", deleted_views.deleted, name="deleted"),
    path("deleted/<int:ticket_id>/restore/", deleted_views.restore, name="restore"),
]
