from __future__ import annotations

from django.urls import path

from adjoin.help_center import views

app_name = "help_center"
urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("brand.css", views.brand_styles, name="brand_styles"),
    path("en/", views.home, name="home"),
    path("en/requests/new/", views.new, name="new"),
    path("en/requests/audience/", views.who_will_see, name="audience"),
    path("en/requests/", views.own_requests, name="requests"),
    path("en/requests/copied/", views.copied_requests, name="copied"),
    path("en/requests/organizations/", views.organization_requests, name="organizations"),
    path("en/requests/organizations/<int:organization_id>/follow/", views.follow, name="follow"),
    path("en/requests/<int:ticket_id>/", views.detail, name="request"),
    path("en/requests/<int:ticket_id>/reply/", views.reply, name="reply"),
    path("en/requests/<int:ticket_id>/solve/", views.solve, name="solve"),
    path("en/requests/<int:ticket_id>/colleagues/", views.add_colleague, name="add_colleague"),
]
