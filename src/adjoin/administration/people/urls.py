from __future__ import annotations

from django.urls import path

from adjoin.administration.own_fields import urls as own_fields
from adjoin.administration.own_fields.shelves import PEOPLE
from adjoin.administration.people import membership_views, views

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.new, name="new"),
    *own_fields.of(PEOPLE),
    path("suggest/", membership_views.suggest, name="suggest"),
    path("<int:user_id>/", views.person, name="detail"),
    path("<int:user_id>/verify/", views.verify, name="verify"),
    path("<int:user_id>/suspend/", views.suspend, name="suspend"),
    path("<int:user_id>/reactivate/", views.reactivate, name="reactivate"),
    path("<int:user_id>/organizations/", membership_views.join, name="join"),
    path("<int:user_id>/organizations/<int:membership_id>/", membership_views.change, name="change_membership"),
    path(
        "<int:user_id>/organizations/<int:membership_id>/default/", membership_views.make_default, name="make_default"
    ),
    path("<int:user_id>/organizations/<int:membership_id>/leave/", membership_views.leave, name="leave"),
]
