from __future__ import annotations

from django.urls import path

from adjoin.administration.macros import views

app_name = "macros"
urlpatterns = [
    path("", views.all_macros, name="list"),
    path("new/", views.new, name="new"),
    path("<int:macro_id>/", views.edit, name="edit"),
    path("<int:macro_id>/files/", views.add_file, name="add_file"),
    path("<int:macro_id>/files/<int:macro_attachment_id>/remove/", views.remove_file, name="remove_file"),
    path("<int:macro_id>/delete/", views.delete, name="delete"),
]
