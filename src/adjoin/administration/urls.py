from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from adjoin.administration import views

app_name = "administration"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.first_room, name="home"),
    path("access/", include("adjoin.administration.access.urls")),
    path("tokens/", include("adjoin.administration.tokens.urls")),
    path("view-as/", include("adjoin.administration.view_as.urls")),
]
