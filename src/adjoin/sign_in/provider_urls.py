from __future__ import annotations

from django.urls import path

from adjoin.sign_in import provider_views

app_name = "sign_in_with"
urlpatterns = [
    path("jwt", provider_views.signed_token, name="signed_token"),
    path("with/<int:provider_id>/", provider_views.begin, name="begin"),
    path("with/<int:provider_id>/connect/", provider_views.connect, name="connect"),
    path("oidc/<int:provider_id>/callback/", provider_views.oidc_callback, name="oidc_callback"),
]
