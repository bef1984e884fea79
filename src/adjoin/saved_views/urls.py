"""The agents' lists, below /agent/."""

from __future__ import annotations

from django.urls import path

from adjoin.saved_views import views

app_name = "saved_views"
urlpatterns = [
    path("", views.home, name="home"),
    path("views/<int:view_id>/", views.show, name="show"),
    path("tickets/", views.everything, name="everything"),
]
