from __future__ import annotations

from django.urls import path

from adjoin.administration.service_levels import views

app_name = "service_levels"
urlpatterns = [
    path("", views.policies, name="list"),
    path("new/", views.new, name="new"),
    path("new-among-groups/", views.new, {"is_for_groups": True}, name="new_among_groups"),
    path("<int:policy_id>/", views.edit, name="edit"),
    path("<int:policy_id>/move/", views.move, name="move"),
    path("<int:policy_id>/delete/", views.delete, name="delete"),
]
