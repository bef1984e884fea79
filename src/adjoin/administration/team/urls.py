from __future__ import annotations

from django.urls import path

from adjoin.administration.team import second_factor_views, views

app_name = "team"
urlpatterns = [
    path("", views.members, name="list"),
    path("brands/", views.set_brands, name="brands"),
    path("invite/", views.invite, name="invite"),
    path("<int:user_id>/", views.member, name="member"),
    path("<int:user_id>/suspend/", views.suspend, name="suspend"),
    path("<int:user_id>/second-factor/", second_factor_views.reset, name="reset_second_factor"),
    path("<int:user_id>/reactivate/", views.reactivate, name="reactivate"),
]
