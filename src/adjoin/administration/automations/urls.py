from __future__ import annotations

from django.urls import path

from adjoin.administration.automations import views
from adjoin.administration.rule_pages import views as pages
from adjoin.administration.rule_revisions import views as revisions
from adjoin.rules.kinds import AUTOMATION

app_name = "automations"
urlpatterns = [
    path("", views.automations, name="list"),
    path("new/", views.new, name="new"),
    path("<int:automation_id>/", views.edit, name="edit"),
    path("<int:automation_id>/revisions/", revisions.revisions(AUTOMATION), name="revisions"),
    path("<int:automation_id>/revisions/<int:revision_id>/restore/", revisions.restore(AUTOMATION), name="restore"),
    path("<int:automation_id>/dry-run/", views.dry_run, name="dry_run"),
    path("<int:automation_id>/switch/", pages.switch(AUTOMATION, views.filling), name="switch"),
    path("<int:automation_id>/move/", pages.move(AUTOMATION, views.filling), name="move"),
    path("<int:automation_id>/delete/", pages.delete(AUTOMATION), name="delete"),
]
