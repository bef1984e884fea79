from __future__ import annotations

from django.urls import path

from adjoin.administration.access import views

app_name = "access"
urlpatterns = [path("", views.question, name="question")]
