from __future__ import annotations

from django.urls import path

from adjoin.administration.settings import views

app_name = "settings"
urlpatterns = [path("", views.settings, name="edit")]
