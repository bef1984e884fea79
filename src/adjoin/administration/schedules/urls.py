from __future__ import annotations

from django.urls import path

from adjoin.administration.schedules import holiday_views, views

app_name = "schedules"
urlpatterns = [
    path("", views.schedules, name="list"),
    path("new/", views.new, name="new"),
    path("<int:schedule_id>/", views.edit, name="edit"),
    path("<int:schedule_id>/delete/", views.delete, name="delete"),
    path("<int:schedule_id>/holidays/", holiday_views.add, name="holidays"),
    path("<int:schedule_id>/holidays/<int:holiday_id>/delete/", holiday_views.drop, name="drop_holiday"),
]
