from __future__ import annotations

from django.urls import path

from adjoin.administration.rule_pages import views as pages
from adjoin.administration.rule_revisions import views as revisions
from adjoin.administration.triggers import category_views, views
from adjoin.rules.kinds import TRIGGER

app_name = "triggers"
urlpatterns = [
    path("", views.triggers, name="list"),
    path("new/", views.new, name="new"),
    path("categories/", category_views.categories, name="categories"),
    path("categories/<int:category_id>/", category_views.change, name="category"),
    path("<int:trigger_id>/revisions/", revisions.revisions(TRIGGER), name="revisions"),
    path("<int:trigger_id>/revisions/<int:revision_id>/restore/", revisions.restore(TRIGGER), name="restore"),
    path("<int:trigger_id>/", views.edit, name="edit"),
    path("<int:trigger_id>/switch/", pages.switch(TRIGGER, views.filling), name="switch"),
    path("<int:trigger_id>/move/", pages.move(TRIGGER, views.filling), name="move"),
    path("<int:trigger_id>/delete/", pages.delete(TRIGGER), name="delete"),
]
