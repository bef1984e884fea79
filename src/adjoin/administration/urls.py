from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from adjoin.administration import views

app_name = "administration"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.first_room, name="home"),
]
