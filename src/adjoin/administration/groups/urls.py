from __future__ import annotations

from django.urls import path

from adjoin.administration.groups import views

app_name = "groups"
urlpatterns = [
    path("", views.groups, name="list"),
    path("new/", views.new, name="new"),
    path("<int:group_id>/", views.edit, name="edit"),
    path("<int:group_id>/delete/", views.delete, name="delete"),
]
