from __future__ import annotations

from django.urls import path

from adjoin.administration.roles import views

app_name = "roles"
urlpatterns = [
    path("", views.roles, name="list"),
    path("new/", views.new, name="new"),
    path("<int:role_id>/", views.edit, name="edit"),
    path("<int:role_id>/delete/", views.delete, name="delete"),
]
