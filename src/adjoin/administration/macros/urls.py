from __future__ import annotations

from django.urls import path

from adjoin.administration.macros import views

app_name = "macros"
urlpatterns = [
    path("", views.all_macros, name="list"),
    path("new/", views.new, name="new"),
    path("<int:macro_id>/", views.edit, name="edit"),
    path("<int:macro_id>/delete/", views.delete, name="delete"),
]
