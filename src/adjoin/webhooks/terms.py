"""The words of webhooks, as Zendesk has them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Format(TextChoices):
    """How a body is written."""

    JSON = "json", "JSON"
    XML = "xml", "XML"
    FORM = "form_encoded", _("Form encoded")


class Method(TextChoices):
    """The HTTP method of a call."""

    POST = "POST", "POST"
    PUT = "PUT", "PUT"
    PATCH = "PATCH", "PATCH"
    GET = "GET", "GET"
    DELETE = "DELETE", "DELETE"

    @property
    def has_body(self) -> bool:
        return self not in (Method.GET, Method.DELETE)


class Auth(TextChoices):
    """How a call says that it is ours, besides its signature."""

    NONE = "", _("None")
    BASIC = "basic_auth", _("User name and password")
    BEARER = "bearer_token", _("Bearer token")
    API_KEY = "api_key", _("API key in a header")


AUTH_DATA = {  # what each of them needs; the last is its secret
    Auth.NONE: (),
    Auth.BASIC: ("username", "password"),
    Auth.BEARER: ("token",),
    Auth.API_KEY: ("name", "value"),
}


class CallState(TextChoices):
    """How far a call has come, as Zendesk names it."""

    WAITING = "waiting", _("Waiting")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    TERMINATED = "terminated", _("Given up")


BY_RULES = "conditional_ticket_events"  # called by triggers and automations
_ALL = "zen:event-type:"
_PREFIX = f"{_ALL}ticket."
EVENTS = {  # event to what happened, in words
    f"{_PREFIX}created": _("Ticket created"),
    f"{_PREFIX}status_changed": _("Status changed"),
    f"{_PREFIX}comment_added": _("Comment added"),
    f"{_PREFIX}subject_changed": _("Subject changed"),
    f"{_PREFIX}priority_changed": _("Priority changed"),
    f"{_PREFIX}type_changed": _("Type changed"),
    f"{_PREFIX}tags_changed": _("Tags changed"),
    f"{_PREFIX}requester_changed": _("Requester changed"),
    f"{_PREFIX}agent_assignment_changed": _("Assignee changed"),
    f"{_PREFIX}group_assignment_changed": _("Group changed"),
    f"{_PREFIX}organization_changed": _("Organization changed"),
    f"{_PREFIX}brand_changed": _("Brand changed"),
    f"{_PREFIX}external_id_changed": _("External id changed"),
    f"{_PREFIX}custom_field_changed": _("Custom field changed"),
    f"{_PREFIX}soft_deleted": _("Ticket deleted"),
    f"{_ALL}user.created": _("Person added"),
    f"{_ALL}user.name_changed": _("Person: name changed"),
    f"{_ALL}user.role_changed": _("Person: role changed"),
    f"{_ALL}user.suspended_changed": _("Person suspended, or no more"),
    f"{_ALL}user.tags_changed": _("Person: tags changed"),
    f"{_ALL}user.external_id_changed": _("Person: external id changed"),
    f"{_ALL}user.deleted": _("Person deleted"),
    f"{_ALL}organization.created": _("Organization added"),
    f"{_ALL}organization.name_changed": _("Organization: name changed"),
    f"{_ALL}organization.tags_changed": _("Organization: tags changed"),
    f"{_ALL}organization.external_id_changed": _("Organization: external id changed"),
    f"{_ALL}organization.custom_field_changed": _("Organization: custom field changed"),
    f"{_ALL}organization.deleted": _("Organization deleted"),
    f"{_ALL}article.published": _("Article published"),
    f"{_ALL}article.unpublished": _("Article unpublished"),
}


def event(name: str, of: str = "ticket") -> str:
    """`created` as subscriptions name it."""
    return f"{_ALL}{of}.{name}"
