from __future__ import annotations

from django.urls import path

from adjoin.administration.sign_in import directory_views, provider_views, views

app_name = "sign_in"
urlpatterns = [
    path("", views.policies, name="edit"),
    path("providers/new/<slug:kind>/", views.new, name="new"),
    path("providers/preset/<slug:slug>/", provider_views.new_from_preset, name="preset"),
    path("providers/<int:provider_id>/", views.edit, name="provider"),
    path("providers/<int:provider_id>/delete/", views.delete, name="delete"),
    path("providers/<int:provider_id>/secret/", views.secret, name="secret"),
    path("providers/<int:provider_id>/refresh/", provider_views.refresh, name="refresh"),
    path("providers/<int:provider_id>/key/", provider_views.renew_key, name="renew_key"),
    path("directories/", directory_views.directories, name="directories"),
    path("directories/<int:token_id>/revoke/", directory_views.revoke, name="revoke_directory"),
]
