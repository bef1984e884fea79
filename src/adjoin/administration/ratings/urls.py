from __future__ import annotations

from django.urls import path

from adjoin.administration.ratings import views

app_name = "ratings"
urlpatterns = [path("", views.edit, name="edit")]
