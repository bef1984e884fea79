"""Addresses of files, as `content_url` in the API has them."""

from __future__ import annotations

from django.urls import path

from adjoin.tickets import file_views

app_name = "files"
urlpatterns = [path("token/<slug:token>/", file_views.download, name="download")]
