from __future__ import annotations

from django.urls import path

from adjoin.administration.tokens import views

app_name = "customer_tokens"
urlpatterns = [
    path("", views.own_in_help_center, name="list"),
    path("<int:api_token_id>/revoke/", views.revoke_in_help_center, name="revoke"),
]
