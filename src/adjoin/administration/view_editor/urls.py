from __future__ import annotations

from django.urls import path

from adjoin.administration.view_editor import views

app_name = "view_editor"
urlpatterns = [
    path("", views.all_views, name="list"),
    path("new/", views.new, name="new"),
    path("<int:view_id>/", views.edit, name="edit"),
    path("<int:view_id>/move/", views.move, name="move"),
    path("<int:view_id>/delete/", views.delete, name="delete"),
]
