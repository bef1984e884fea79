from __future__ import annotations

from django.urls import path

from adjoin.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.news, name="news"),
    path("read/", views.read_all, name="read_all"),
    path("<int:news_id>/", views.follow, name="follow"),
    path("tickets/<int:ticket_id>/mute/", views.mute, name="mute"),
]
