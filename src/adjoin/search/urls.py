"""The agents' search page, at /agent/search/."""

from __future__ import annotations

from django.urls import path

from adjoin.search import views

app_name = "search"
urlpatterns = [path("", views.search, name="search")]
