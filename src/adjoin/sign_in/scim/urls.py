from __future__ import annotations

from django.urls import path

from adjoin.sign_in.scim import views

app_name = "scim"
urlpatterns = [
    path("Users", views.users, name="users"),
    path("Users/<slug:scim_id>", views.user, name="user"),
    path("Groups", views.groups, name="groups"),
    path("Groups/<slug:scim_id>", views.group, name="group"),
    path("ServiceProviderConfig", views.configuration, name="configuration"),
    path("ResourceTypes", views.resource_types, name="resource_types"),
]
