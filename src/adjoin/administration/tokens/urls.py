from __future__ import annotations

from django.urls import path

from adjoin.administration.tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.everybody, name="list"),
    path("<int:api_token_id>/revoke/", views.revoke, name="revoke"),
]
