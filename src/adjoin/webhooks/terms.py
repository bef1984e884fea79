"""The words of webhooks, as Zendesk has them."""

from __future__ import annotations

from django.db.models import TextChoices


class Format(TextChoices):
    """How a body is written."""

    JSON = "json", "JSON"
    XML = "xml", "XML"
    FORM = "form_encoded", "Form encoded"


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

    NONE = "", "None"
    BASIC = "basic_auth", "User name and password"
    BEARER = "bearer_token", "Bearer token"
    API_KEY = "api_key", "API key in a header"


AUTH_DATA = {  # what each of them needs; the last is its secret
    Auth.NONE: (),
    Auth.BASIC: ("username", "password"),
    Auth.BEARER: ("token",),
    Auth.API_KEY: ("name", "value"),
}


class CallState(TextChoices):
    """How far a call has come, as Zendesk names it."""

    WAITING = "waiting", "Waiting"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    TERMINATED = "terminated", "Given up"


BY_RULES = "conditional_ticket_events"  # called by triggers and automations
_ALL = "zen:event-type:"
_PREFIX = f"{_ALL}ticket."
EVENTS = {  # event to what happened, in words
    f"{_PREFIX}created": "Ticket created",
    f"{_PREFIX}status_changed": "Status changed",
    f"{_PREFIX}comment_added": "Comment added",
    f"{_PREFIX}subject_changed": "Subject changed",
    f"{_PREFIX}priority_changed": "Priority changed",
    f"{_PREFIX}type_changed": "Type changed",
    f"{_PREFIX}tags_changed": "Tags changed",
    f"{_PREFIX}requester_changed": "Requester changed",
    f"{_PREFIX}agent_assignment_changed": "Assignee changed",
    f"{_PREFIX}group_assignment_changed": "Group changed",
    f"{_PREFIX}organization_changed": "Organization changed",
    f"{_PREFIX}brand_changed": "Brand changed",
    f"{_PREFIX}external_id_changed": "External id changed",
    f"{_PREFIX}custom_field_changed": "Custom field changed",
    f"{_PREFIX}soft_deleted": "Ticket deleted",
    f"{_ALL}user.created": "Person added",
    f"{_ALL}user.name_changed": "Person: name changed",
    f"{_ALL}user.role_changed": "Person: role changed",
    f"{_ALL}user.suspended_changed": "Person suspended, or no more",
    f"{_ALL}user.tags_changed": "Person: tags changed",
    f"{_ALL}user.external_id_changed": "Person: external id changed",
    f"{_ALL}user.deleted": "Person deleted",
    f"{_ALL}organization.created": "Organization added",
    f"{_ALL}organization.name_changed": "Organization: name changed",
    f"{_ALL}organization.tags_changed": "Organization: tags changed",
    f"{_ALL}organization.external_id_changed": "Organization: external id changed",
    f"{_ALL}organization.custom_field_changed": "Organization: custom field changed",
    f"{_ALL}organization.deleted": "Organization deleted",
    f"{_ALL}article.published": "Article published",
    f"{_ALL}article.unpublished": "Article unpublished",
}


def event(name: str, of: str = "ticket") -> str:
    """`created` as subscriptions name it."""
    return f"{_ALL}{of}.{name}"
