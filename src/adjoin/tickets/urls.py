"""The agents' pages of tickets, below /agent/tickets/."""

from __future__ import annotations

from django.urls import path

from adjoin.tickets import macro_views, merge_views, redact_views, views

app_name = "tickets"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("people/", views.people, name="people"),
    path("lookup/", views.lookup, name="lookup"),
    path("<int:ticket_id>/", views.detail, name="detail"),
    path("<int:ticket_id>/live/", views.live, name="live"),
    path("<int:ticket_id>/comment/", views.comment, name="comment"),
    path("<int:ticket_id>/macro/", macro_views.apply, name="macro"),
    path("<int:ticket_id>/update/", views.update, name="update"),
    path("<int:ticket_id>/merge/", merge_views.merge, name="merge"),
    path("<int:ticket_id>/comments/<int:comment_id>/redact/", redact_views.redact, name="redact"),
]
