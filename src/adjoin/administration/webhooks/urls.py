from __future__ import annotations

from django.urls import path

from adjoin.administration.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhooks, name="list"),
    path("new/", views.new, name="new"),
    path("<str:webhook_id>/", views.edit, name="edit"),
    path("<str:webhook_id>/test/", views.test, name="test"),
    path("<str:webhook_id>/secret/", views.secret, name="secret"),
    path("<str:webhook_id>/calls/<str:call_id>/", views.call, name="call"),
    path("<str:webhook_id>/delete/", views.delete, name="delete"),
]
