from __future__ import annotations

from django.urls import path

from adjoin.administration.organizations import field_views, member_views, views

app_name = "organizations"
urlpatterns = [
    path("", views.organizations, name="list"),
    path("new/", views.new, name="new"),
    path("suggest/", views.suggest, name="suggest"),
    path("fields/", field_views.fields, name="fields"),
    path("fields/<int:field_id>/", field_views.field, name="field"),
    path("fields/<int:field_id>/delete/", field_views.delete, name="delete_field"),
    path("<int:organization_id>/", views.organization, name="detail"),
    path("<int:organization_id>/domains/", views.domains, name="domains"),
    path("<int:organization_id>/merge/", views.merge, name="merge"),
    path("<int:organization_id>/delete/", views.delete, name="delete"),
    path("<int:organization_id>/members/", member_views.add, name="add_member"),
    path("<int:organization_id>/members/<int:membership_id>/", member_views.change, name="change_member"),
    path("<int:organization_id>/members/<int:membership_id>/remove/", member_views.remove, name="remove_member"),
]
