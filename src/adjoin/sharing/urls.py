"""The pages of sharing: agreements for admins, and the panel on a ticket's page."""

from __future__ import annotations

from django.urls import path

from adjoin.sharing import views

app_name = "sharing"
urlpatterns = [
    path("", views.agreements, name="agreements"),
    path("invite/", views.invite, name="invite"),
    path("<int:agreement_id>/accept/", views.accept, name="accept"),
    path("<int:agreement_id>/decline/", views.decline, name="decline"),
    path("<int:agreement_id>/deactivate/", views.deactivate, name="deactivate"),
    path("<int:agreement_id>/try-now/", views.try_now, name="try_now"),
    path("tickets/<int:ticket_id>/panel/", views.panel, name="panel"),
    path("tickets/<int:ticket_id>/share/", views.share, name="share"),
    path("tickets/<int:ticket_id>/unshare/", views.unshare, name="unshare"),
    path("tickets/<int:ticket_id>/send-again/", views.send_again, name="send_again"),
    path("tickets/<int:ticket_id>/fetch-again/", views.fetch_again, name="fetch_again"),
]
