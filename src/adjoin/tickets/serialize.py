"""Tickets and what belongs to them as the API shows them: Zendesk's keys, in its order.

`base` is where the API begins for the client asking: `http://acme.localhost:8000/api/v2`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.fields import statuses
from adjoin.fields.statuses import Book
from adjoin.kernel.api.answers import Json, moment
from adjoin.kernel.wording import tell
from adjoin.tickets import field_json, follow_ups, hooks
from adjoin.tickets.models import Attachment, Audit, Comment, Event, Ticket, TicketCc, TicketFollower, Upload
from adjoin.tickets.terms import Channel, TicketType

SYSTEM_ID = -1  # the author of what the desk did by itself
_CHANNEL_NAMES = {Channel.HELP_CENTER: "web", Channel.SHARING: "api"}  # the API knows these by other names


def tickets(actor: Actor, rows: Sequence[Ticket], base: str) -> list[Json]:
    """Tickets as `actor` sees them. The number of queries does not depend on how many there are.

    An agent who only asked for a ticket sees of it what end users see of their requests."""
    ids = [row.pk for row in rows]
    told, book = descriptions(actor, ids), statuses.book()
    ccs, followers = copied(ids), _followers(ids)
    extra, linked, own = hooks.extra_keys(actor, rows), _linked(actor, rows), field_json.of_tickets(actor, rows)
    later = follow_ups.of(actor, [row.pk for row in rows if row.is_closed])
    shown = [
        {
            **_ticket(row, book, base, told.get(row.pk, ""), ccs[row.pk], followers[row.pk]),
            **linked[row.pk],
            "followup_ids": later.get(row.pk, []),
            **own[row.pk],
            **extra[row.pk],
        }
        for row in rows
    ]
    asked_for = [one for one in shown if one["requester_id"] == actor.user_id and not actor.is_admin]
    if asked_for:
        as_agent = readable.tickets_as_agent(actor).filter(pk__in=[one["id"] for one in asked_for])
        whole = set(as_agent.values_list("pk", flat=True))
        for one in asked_for:
            one.update({} if one["id"] in whole else {**_NOT_FOR_REQUESTERS, "collaborator_ids": one["email_cc_ids"]})
        as_end_users = field_json.of_requests([row for row in rows if row.pk in {one["id"] for one in asked_for}])
        for one in asked_for:
            one.update({} if one["id"] in whole else as_end_users[one["id"]])
    return shown


# What a request in the API does not have, or has only where a field is shown to end users.
_NOT_FOR_REQUESTERS: Json = {
    "external_id": None,
    "assignee_id": None,
    "group_id": None,
    "follower_ids": [],
    "followup_ids": [],
    "problem_id": None,
    "has_incidents": False,
    "tags": [],
    "sharing_agreement_ids": [],
}


def _linked(actor: Actor, rows: Sequence[Ticket]) -> dict[int, Json]:
    """By ticket id, its problem and whether it has incidents, as far as `actor` may read those."""
    mine = readable.tickets_as_agent(actor)
    named = {row.problem_id for row in rows if row.problem_id is not None}
    problems = set(mine.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    asked = [row.pk for row in rows if row.type == TicketType.PROBLEM]
    causes = set(mine.filter(problem__in=asked).values_list("problem_id", flat=True)) if asked else set()
    return {
        row.pk: {
            "problem_id": row.problem_id if row.problem_id in problems else None,
            "has_incidents": row.pk in causes,
        }
        for row in rows
    }


def _ticket(row: Ticket, book: Book, base: str, description: str, ccs: list[int], followers: list[int]) -> Json:
    return {
        "url": f"{base}/tickets/{row.pk}.json",
        "id": row.pk,
        "external_id": row.external_id,
        "via": via(row),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "generated_timestamp": int(row.generated_at.timestamp()),
        "type": row.type,
        "subject": row.subject,
        "raw_subject": row.subject,
        "description": description,
        "priority": row.priority,
        "status": row.status,
        "recipient": row.recipient,
        "requester_id": row.requester_id,
        "submitter_id": row.submitter_id,
        "assignee_id": row.assignee_id,
        "organization_id": row.organization_id,
        "group_id": row.group_id,
        "collaborator_ids": sorted({*ccs, *followers}),
        "follower_ids": followers,
        "email_cc_ids": ccs,
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": row.is_public,
        "due_at": moment(row.due_at),
        "tags": row.tags,
        "custom_fields": [],
        "satisfaction_rating": None,
        "sharing_agreement_ids": [],
        "custom_status_id": book.id_of(row.status, row.custom_status_id),
        "fields": [],
        "followup_ids": [],
        "ticket_form_id": None,
        "brand_id": row.brand_id,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }


def descriptions(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """By ticket id, the first comment on it that `actor` may read. One query."""
    first = readable.comments(actor).filter(ticket_id__in=ids).order_by("ticket_id", "created_at", "pk")
    return dict(first.distinct("ticket_id").values_list("ticket_id", "body"))


def first_words(rows: Sequence[Ticket]) -> dict[int, str]:
    """By ticket id, what was said first on these tickets, which the caller may show. One query."""
    first = Comment.objects.filter(ticket__in=rows).order_by("ticket_id", "created_at", "pk")
    return dict(first.distinct("ticket_id").values_list("ticket_id", "body"))


def comments(rows: Iterable[Comment], base: str) -> list[Json]:
    """Comments out of a query made with `with_files`."""
    return [
        {
            "id": row.pk,
            "type": "Comment",
            "author_id": row.author_id,
            **_words(row),
            "public": row.is_public,
            "attachments": [attachment(file, base) for file in row.attachments.all()],
            "audit_id": row.audit_id,
            "via": via(row),
            "created_at": moment(row.created_at),
            "metadata": _metadata(row.audit.metadata),
            **({"local_only": True} if row.is_local else {}),  # ours; all others have Zendesk's keys and no more
        }
        for row in rows
    ]


def request_comments(rows: Iterable[Comment], base: str) -> list[Json]:
    """Public comments as end users see them, out of a query made with `with_files`."""
    return [
        {
            "id": row.pk,
            "type": "Comment",
            "request_id": row.ticket_id,
            **_words(row),
            "public": row.is_public,
            "author_id": row.author_id,
            "attachments": [attachment(file, base) for file in row.attachments.all()],
            "created_at": moment(row.created_at),
        }
        for row in rows
    ]


def with_files(rows: Any) -> Any:
    """A query of comments with everything they show, so that a list asks once."""
    return rows.select_related("audit").prefetch_related("attachments")


def audits(actor: Actor, rows: Sequence[Audit], base: str) -> list[Json]:
    """Audits with their events; a comment among them only if `actor` may read it. Three queries for any number."""
    said = readable.comments(actor).filter(audit__in=[row.pk for row in rows])
    shown = {comment["id"]: comment for comment in comments(with_files(said), base)}
    events = defaultdict(list)
    for event in Event.objects.filter(audit__in=[row.pk for row in rows]).order_by("audit_id", "pk"):
        events[event.audit_id].append(_event(event, shown))
    return [
        {
            "id": row.pk,
            "ticket_id": row.ticket_id,
            "created_at": moment(row.created_at),
            "author_id": row.author_id or SYSTEM_ID,
            "metadata": _metadata(row.metadata),
            "events": [event for event in events[row.pk] if event is not None],
            "via": via(row),
        }
        for row in rows
    ]


def attachment(row: Attachment, base: str) -> Json:
    """A file. Its address asks who comes: only those who may read the comment get it."""
    address = f"{base.removesuffix('/api/v2')}/attachments/token/{row.token}/?name={quote(row.file_name, safe='')}"
    return {
        "url": f"{base}/attachments/{row.pk}.json",
        "id": row.pk,
        "file_name": row.file_name,
        "content_url": address,
        "mapped_content_url": address,
        "content_type": row.content_type,
        "size": row.size_bytes,
        "width": row.width,
        "height": row.height,
        "inline": False,
        "deleted": row.redacted_at is not None,
        "malware_access_override": False,
        "malware_scan_result": "not_scanned",
        "thumbnails": [],
    }


def upload(row: Upload, base: str) -> Json:
    """Files sent ahead of their comment; `attachment` is the newest."""
    files = [attachment(file, base) for file in row.attachments.order_by("pk")]
    return {
        "token": row.token,
        "expires_at": moment(row.expires_at),
        "attachments": files,
        "attachment": files[-1] if files else None,
    }


def via(row: Ticket | Comment | Audit) -> Json:
    """The way something came in."""
    source = {"from": {}, "to": {}, "rel": None, **row.channel_source}
    if row.channel == Channel.SHARING:
        source["rel"] = source["rel"] or "ticket_sharing"
    return {"channel": _CHANNEL_NAMES.get(Channel(row.channel), row.channel), "source": source}


def copied(ids: Sequence[int]) -> dict[int, list[int]]:
    """By ticket id, the ids of the people copied on it."""
    return _people(TicketCc.objects.filter(ticket__in=ids).order_by("user_id").values_list("ticket_id", "user_id"))


def _followers(ids: Sequence[int]) -> dict[int, list[int]]:
    return _people(
        TicketFollower.objects.filter(ticket__in=ids).order_by("user_id").values_list("ticket_id", "user_id")
    )


def _people(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for ticket_id, user_id in pairs:
        found[ticket_id].append(user_id)
    return found


def _words(row: Comment) -> Json:
    return {
        "body": row.body,
        "html_body": f'<div class="zd-comment" dir="auto">{row.html_body}</div>',
        "plain_body": row.body,
    }


def _metadata(stored: dict[str, Any]) -> Json:
    return {"system": stored.get("system", {}), "custom": stored.get("custom", {})}


def _event(event: Event, comments_by_id: dict[int, Json]) -> Json | None:
    if event.type == "Comment":
        return comments_by_id.get(event.data.get("comment_id"))
    order = ("value", "field_name", "previous_value")
    named = {name: event.data[name] for name in order if name in event.data}
    told = {"message": tell(event.data["message"])} if event.type == "Error" else {}
    return {"id": event.pk, "type": event.type, **named, **event.data, **told}
