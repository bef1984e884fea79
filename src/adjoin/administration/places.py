"""The rooms of the settings, in the order of their list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from adjoin.access import permissions
from adjoin.access.permissions import Permission

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from adjoin.access.actors import Actor


@dataclass(frozen=True)
class Place:
    """One entry: `section` is what its pages call themselves, `icon` a lucide name."""

    section: str
    label: Promise
    url: str
    icon: str
    permission: Permission


PLACES = (
    Place("team", _("Team"), "/admin/team/", "users", Permission.SEE_TEAM),
    Place("roles", _("Roles"), "/admin/roles/", "id-card", Permission.MANAGE_ROLES),
    Place("groups", _("Groups"), "/admin/groups/", "users-round", Permission.MANAGE_GROUPS),
    Place("brands", _("Brands"), "/admin/brands/", "store", Permission.MANAGE_BRANDS),
    Place("getting_in", _("Who gets in"), "/admin/getting-in/", "door-open", Permission.MANAGE_BRANDS),
    Place("organizations", _("Organizations"), "/admin/organizations/", "building-2", Permission.EDIT_ORGANIZATIONS),
    Place("people", _("End users"), "/admin/people/", "contact", Permission.MANAGE_END_USERS),
    Place("segments", _("Segments"), "/admin/segments/", "list-filter", Permission.MANAGE_SEGMENTS),
    Place("ticket_fields", _("Ticket fields"), "/admin/ticket-fields/", "list-plus", Permission.MANAGE_TICKET_FIELDS),
    Place("ticket_forms", _("Ticket forms"), "/admin/ticket-forms/", "clipboard-list", Permission.MANAGE_TICKET_FORMS),
    Place(
        "ticket_statuses",
        _("Ticket statuses"),
        "/admin/ticket-statuses/",
        "circle-dot",
        Permission.MANAGE_TICKET_FIELDS,
    ),
    Place("article_search", _("Article search"), "/admin/article-search/", "search", Permission.MANAGE_SETTINGS),
    Place("imports", _("Import"), "/admin/imports/", "upload", Permission.IMPORT_PEOPLE),
    Place("sharing", _("Sharing"), "/admin/sharing/", "handshake", Permission.MANAGE_AGREEMENTS),
    Place("triggers", _("Triggers"), "/admin/triggers/", "zap", Permission.MANAGE_RULES),
    Place("automations", _("Automations"), "/admin/automations/", "timer", Permission.MANAGE_AUTOMATIONS),
    Place(
        "service_levels", _("Service levels"), "/admin/service-levels/", "alarm-clock", Permission.MANAGE_SERVICE_LEVELS
    ),
    Place("schedules", _("Schedules"), "/admin/schedules/", "calendar-clock", Permission.MANAGE_SETTINGS),
    Place("view_editor", _("Views"), "/agent/view-editor/", "list-filter", Permission.MANAGE_RULES),
    Place("macros", _("Macros"), "/agent/macros/", "message-square-text", Permission.MANAGE_RULES),
    Place("ratings", _("Ratings"), "/admin/ratings/", "thumbs-up", Permission.MANAGE_SETTINGS),
    Place("webhooks", _("Webhooks"), "/admin/webhooks/", "webhook", Permission.MANAGE_WEBHOOKS),
    Place("access", _("Who sees what"), "/admin/access/", "eye", Permission.EXPLAIN_ACCESS),
    Place("view_as", _("View as"), "/admin/view-as/", "scan-eye", Permission.VIEW_AS),
    Place("tokens", _("API tokens"), "/admin/tokens/", "key-round", Permission.MANAGE_TEAM),
    Place("audit_log", _("Audit log"), "/admin/audit-log/", "history", Permission.READ_AUDIT_LOG),
    Place("sign_in", _("Signing in"), "/admin/sign-in/", "log-in", Permission.MANAGE_SETTINGS),
    Place("settings", _("Settings"), "/admin/settings/", "sliders-horizontal", Permission.MANAGE_SETTINGS),
)


def open_to(actor: Actor) -> list[Place]:
    """The rooms that `actor` may enter."""
    return [place for place in PLACES if permissions.allows(actor, place.permission)]
