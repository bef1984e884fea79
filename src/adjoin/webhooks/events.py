"""What happened to a ticket, as webhooks that ask for events are told of it: Zendesk's event schema."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.desk_settings import editions
from adjoin.kernel.api.answers import dumps, moment
from adjoin.tickets import queries
from adjoin.webhooks import queueing
from adjoin.webhooks.models import Webhook
from adjoin.webhooks.terms import event

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Comment, Ticket

Json = dict[str, Any]
SCHEMA = "2022-11-06"  # `zendesk_event_version`
BODY_MAX = 20_000  # characters of a comment
_CHANGES = {  # field of the ticket to its event
    "status": "status_changed",
    "subject": "subject_changed",
    "priority": "priority_changed",
    "type": "type_changed",
    "requester_id": "requester_changed",
    "assignee_id": "agent_assignment_changed",
    "group_id": "group_assignment_changed",
    "organization_id": "organization_changed",
    "brand_id": "brand_changed",
    "external_id": "external_id_changed",
}


def follow(*, ticket_id: int, audit_id: int, change: Change, **_: Any) -> None:
    """After each change of a ticket: one call for each event of it that a webhook asks for."""
    if not _are_asked_for():
        return
    hooks = [hook for hook in Webhook.objects.active() if hook.events]
    for number, (name, told, is_public) in enumerate(_happened(change)):
        for hook in hooks:
            if event(name) in hook.events and (is_public or hook.carries_notes):
                key = f"{hook.pk}-{audit_id}-{number}"
                payload = _payload(name, change.ticket, change.author_id, told, change.now, key)
                queueing.put(hook, key=key, cause=event(name), ticket_id=ticket_id, now=change.now, payload=payload)


@editions.kept("webhooks")
def _are_asked_for() -> bool:
    """Whether any webhook asks for events."""
    return Webhook.objects.active().exclude(events=[]).exists()


def follow_deletion(*, ticket_id: int) -> None:
    """A ticket was deleted. It is told of as it was."""
    hooks = [hook for hook in Webhook.objects.active() if event("soft_deleted") in hook.events]
    ticket = queries.deleted_tickets(Actor.system()).filter(pk=ticket_id).first() if hooks else None
    if ticket is None or ticket.deleted_at is None:
        return
    for hook in hooks:
        key = f"{hook.pk}-{ticket_id}-deleted-{ticket.deleted_at.timestamp()}"
        payload = _payload("soft_deleted", ticket, None, {}, ticket.deleted_at, key)
        queueing.put(
            hook, key=key, cause=event("soft_deleted"), ticket_id=ticket_id, now=ticket.deleted_at, payload=payload
        )


def _happened(change: Change) -> Iterator[tuple[str, Json, bool]]:
    """Name, what is told of it, and whether whoever asked for the ticket could see that."""
    if change.is_create:
        yield "created", {}, True
    else:
        yield from _changed(change)
    for comment in change.written_comments.values():
        if not comment.is_local:  # such a note never leaves the desk
            yield "comment_added", {"comment": _comment(comment)}, comment.is_public


def _changed(change: Change) -> Iterator[tuple[str, Json, bool]]:
    for field, name in _CHANGES.items():
        if change.has_changed(field):
            before, now = change.was(field), getattr(change.ticket, field)
            yield name, {"current": _value(field, now), "previous": _value(field, before)}, True
    if change.has_changed("tags"):
        now, before = set(change.ticket.tags), set(change.was("tags"))
        yield "tags_changed", {"tags_added": sorted(now - before), "tags_removed": sorted(before - now)}, True
    was, is_now = change.was("custom_fields") or {}, change.ticket.custom_fields
    for key in sorted(was.keys() | is_now.keys()):
        if was.get(key) != is_now.get(key):
            told = {"current": is_now.get(key), "previous": was.get(key), "field": {"id": key}}
            yield "custom_field_changed", told, True


def _payload(name: str, ticket: Ticket, author_id: int | None, told: Json, now: datetime, key: str) -> str:
    return envelope(event(name), f"ticket:{ticket.pk}", _detail(ticket, author_id), told, now, key)


def envelope(kind: str, subject: str, detail: Json, told: Json, now: datetime, key: str) -> str:
    """The body of an event. `key` begins with the webhook's number; what comes after it is the event's own."""
    return dumps(
        {
            "type": kind,
            "account_id": current.account().pk,
            # The same event has the same id however often it is sent, also to several webhooks.
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{current.schema()}/{key.partition('-')[2]}")),
            "time": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "zendesk_event_version": SCHEMA,
            "subject": f"zen:{subject}",
            "detail": detail,
            "event": told,
        }
    )


def _detail(ticket: Ticket, author_id: int | None) -> Json:
    return {
        "id": str(ticket.pk),
        "external_id": ticket.external_id,
        "subject": ticket.subject,
        "status": _value("status", ticket.status),
        "priority": _value("priority", ticket.priority),
        "type": _value("type", ticket.type),
        "tags": ticket.tags,
        "requester_id": _value("", ticket.requester_id),
        "submitter_id": _value("", ticket.submitter_id),
        "assignee_id": _value("", ticket.assignee_id),
        "group_id": _value("", ticket.group_id),
        "organization_id": _value("", ticket.organization_id),
        "brand_id": _value("", ticket.brand_id),
        "form_id": _value("", ticket.ticket_form_id),
        "actor_id": str(author_id or -1),
        "is_public": ticket.is_public,
        "via": {"channel": str(ticket.channel)},
        "created_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
    }


def _comment(comment: Comment) -> Json:
    return {
        "id": str(comment.pk),
        "body": comment.body[:BODY_MAX],
        "is_public": comment.is_public,
        "author": {"id": str(comment.author_id), "name": comment.author.name, "is_staff": comment.author.is_agent},
    }


def _value(field: str, value: Any) -> Any:
    """As events have them: ids as text, enums in capitals."""
    if value in (None, ""):
        return None
    return str(value).upper() if field in ("status", "priority", "type") else str(value)


def parsed(payload: str) -> Any:
    """A body as data; the text itself where it is none."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload
