"""The pages of a ticket that are about access."""

from __future__ import annotations

from django.urls import path

from adjoin.administration.access import views

app_name = "ticket_access"
urlpatterns = [
    path("", views.card, name="card"),
    path("sentence/", views.sentence, name="sentence"),
]
