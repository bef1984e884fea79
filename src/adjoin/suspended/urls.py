from __future__ import annotations

from django.urls import path

from adjoin.suspended import views

app_name = "suspended"
urlpatterns = [
    path("", views.waiting, name="list"),
    path("recover/", views.recover, name="recover"),
    path("delete/", views.delete, name="delete"),
    path("<int:suspended_id>/files/<int:file_id>/", views.file, name="file"),
    path("<int:suspended_id>/", views.detail, name="detail"),
]
