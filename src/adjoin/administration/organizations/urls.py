from __future__ import annotations

from django.urls import path

from adjoin.administration.organizations import member_views, views
from adjoin.administration.own_fields import urls as own_fields
from adjoin.administration.own_fields.shelves import ORGANIZATIONS

app_name = "organizations"
urlpatterns = [
    path("", views.organizations, name="list"),
    path("new/", views.new, name="new"),
    path("suggest/", views.suggest, name="suggest"),
    *own_fields.of(ORGANIZATIONS),
    path("<int:organization_id>/", views.organization, name="detail"),
    path("<int:organization_id>/domains/", views.domains, name="domains"),
    path("<int:organization_id>/merge/", views.merge, name="merge"),
    path("<int:organization_id>/delete/", views.delete, name="delete"),
    path("<int:organization_id>/members/", member_views.add, name="add_member"),
    path("<int:organization_id>/members/<int:membership_id>/", member_views.change, name="change_member"),
    path("<int:organization_id>/members/<int:membership_id>/remove/", member_views.remove, name="remove_member"),
]
