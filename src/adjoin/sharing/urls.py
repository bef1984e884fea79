"""The pages of sharing: agreements for admins, and the panel on a ticket's page."""

from __future__ import annotations

from django.urls import path

from adjoin.sharing.agreements import views
from adjoin.sharing.journal import views as journal_views
from adjoin.sharing.people import views as people_views
from adjoin.sharing.shares import views as ticket_views

app_name = "sharing"
urlpatterns = [
    path("", views.agreements, name="agreements"),
    path("invite/", views.invite, name="invite"),
    path("decline-all/", views.decline_all, name="decline_all"),
    path("resume/", views.resume, name="resume"),
    path("<int:agreement_id>/", views.agreement, name="agreement"),
    path("<int:agreement_id>/terms/", views.change_terms, name="change_terms"),
    path("<int:agreement_id>/fields/", views.map_fields, name="map_fields"),
    path("<int:agreement_id>/key/", views.rotate_key, name="rotate_key"),
    path("<int:agreement_id>/move/confirm/", views.confirm_move, name="confirm_move"),
    path("<int:agreement_id>/move/refuse/", views.refuse_move, name="refuse_move"),
    path("<int:agreement_id>/accept/", views.accept, name="accept"),
    path("<int:agreement_id>/decline/", views.decline, name="decline"),
    path("<int:agreement_id>/deactivate/", views.deactivate, name="deactivate"),
    path("<int:agreement_id>/try-now/", views.try_now, name="try_now"),
    path("<int:agreement_id>/deliveries/", journal_views.agreement, name="journal_of_agreement"),
    path("<int:agreement_id>/deliveries/again/", journal_views.send_agreement_again, name="send_agreement_again"),
    path("tickets/<int:ticket_id>/deliveries/", journal_views.ticket, name="journal_of_ticket"),
    path("tickets/<int:ticket_id>/deliveries/again/", journal_views.send_ticket_again, name="send_ticket_again"),
    path("people/", people_views.people, name="people"),
    path("people/<int:person_id>/", people_views.change, name="change_person"),
    path("orphans/", ticket_views.orphans, name="orphans"),
    path("tickets/<int:ticket_id>/panel/", ticket_views.panel, name="panel"),
    path("tickets/<int:ticket_id>/preview/<int:agreement_id>/", ticket_views.preview, name="preview"),
    path("tickets/<int:ticket_id>/preview/<int:agreement_id>/hold/", ticket_views.hold, name="hold"),
    path("tickets/<int:ticket_id>/share/", ticket_views.share, name="share"),
    path("tickets/<int:ticket_id>/unshare/", ticket_views.unshare, name="unshare"),
    path("tickets/<int:ticket_id>/send-again/", ticket_views.send_again, name="send_again"),
    path("tickets/<int:ticket_id>/fetch-again/", ticket_views.fetch_again, name="fetch_again"),
]
