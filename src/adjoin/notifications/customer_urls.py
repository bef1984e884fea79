from __future__ import annotations

from django.urls import path

from adjoin.notifications import customer_views

app_name = "customer_mail"
urlpatterns = [path("", customer_views.own_mail, name="choose")]
