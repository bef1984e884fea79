from __future__ import annotations

from django.urls import path

from adjoin.administration.view_as import views

app_name = "view_as"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("end/", views.end, name="end"),
    path("enter/<str:one_time_key>/", views.enter, name="enter"),
    path("<int:user_id>/", views.begin, name="begin"),
]
