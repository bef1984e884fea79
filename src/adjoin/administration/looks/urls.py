from __future__ import annotations

from django.urls import path

from adjoin.administration.looks import views

app_name = "looks"
urlpatterns = [
    path("", views.edit, name="edit"),
    path("preview/", views.preview, name="preview"),
    path("drafts/<slug:draft>/", views.tried_on, name="tried_on"),
    path("drafts/<slug:draft>/<slug:sheet_name>.css", views.sheet, name="sheet"),
    path("revisions/", views.revisions, name="revisions"),
    path("revisions/<int:look_id>/restore/", views.restore, name="restore"),
]
