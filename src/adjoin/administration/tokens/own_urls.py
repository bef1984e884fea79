from __future__ import annotations

from django.urls import path

from adjoin.administration.tokens import views

app_name = "own_tokens"
urlpatterns = [
    path("", views.own, name="list"),
    path("<int:api_token_id>/revoke/", views.revoke_own, name="revoke"),
]
