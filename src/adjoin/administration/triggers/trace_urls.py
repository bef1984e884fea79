from __future__ import annotations

from django.urls import path

from adjoin.administration.triggers import trace_views

app_name = "rule_traces"
urlpatterns = [path("", trace_views.trace, name="ticket")]
