from __future__ import annotations

from django.urls import path

from adjoin.knowledge import segment_views

app_name = "segments"
urlpatterns = [
    path("", segment_views.segments_list, name="list"),
    path("new/", segment_views.new, name="new"),
    path("<int:segment_id>/", segment_views.edit, name="edit"),
    path("<int:segment_id>/delete/", segment_views.delete, name="delete"),
]
