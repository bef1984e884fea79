from __future__ import annotations

from django.urls import path

from adjoin.sign_in import provider_views, saml_views

app_name = "sign_in_with"
urlpatterns = [
    path("jwt", provider_views.signed_token, name="signed_token"),
    path("with/<int:provider_id>/", provider_views.begin, name="begin"),
    path("with/<int:provider_id>/connect/", provider_views.connect, name="connect"),
    path("oidc/<int:provider_id>/callback/", provider_views.oidc_callback, name="oidc_callback"),
    path("saml/<int:provider_id>/metadata/", saml_views.metadata, name="saml_metadata"),
    path("saml/<int:provider_id>/answer/", saml_views.consume, name="saml_consume"),
    path("saml/<int:provider_id>/finish/", saml_views.finish, name="saml_finish"),
    path("saml/<int:provider_id>/logout/", saml_views.log_out, name="saml_log_out"),
]
