from __future__ import annotations

from django.urls import path

from adjoin.administration.ticket_forms import views

app_name = "ticket_forms"
urlpatterns = [
    path("", views.ticket_forms, name="list"),
    path("new/", views.new, name="new"),
    path("move/", views.move, name="move"),
    path("<int:form_id>/", views.edit, name="edit"),
    path("<int:form_id>/default/", views.make_default, name="default"),
    path("<int:form_id>/clone/", views.clone, name="clone"),
    path("<int:form_id>/delete/", views.delete, name="delete"),
]
