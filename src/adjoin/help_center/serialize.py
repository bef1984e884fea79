"""Requests as the API shows them to end users: Zendesk's keys, in its order. Nothing in it is only for agents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from adjoin.access.actors import Actor
from adjoin.fields import statuses
from adjoin.fields.statuses import Book
from adjoin.kernel.api.answers import Json, moment
from adjoin.people import serialize as people
from adjoin.people.models import User
from adjoin.tickets import field_json, queries
from adjoin.tickets import serialize as tickets
from adjoin.tickets.terms import TicketType

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket


def requests(actor: Actor, rows: Sequence[Ticket], base: str) -> list[Json]:
    """Requests as `actor`, an end user, sees them. Six queries for any number."""
    ids = [row.pk for row in rows]
    told, ccs, own = tickets.descriptions(actor, ids), tickets.copied(ids), field_json.of_requests(rows)
    book = statuses.book()
    return [{**_request(actor, row, book, base, told.get(row.pk, ""), ccs[row.pk]), **own[row.pk]} for row in rows]


def can_be_solved_by(actor: Actor, row: Ticket) -> bool:
    """Whether the requester may say that it is solved: once an agent works on it, and it is no problem ticket."""
    is_own_and_taken = row.requester_id == actor.user_id and row.assignee_id is not None
    return is_own_and_taken and not row.is_solved and row.type != TicketType.PROBLEM


def authors(actor: Actor, ids: Iterable[int | None]) -> list[Json]:
    """The people of a conversation, as much of them as end users see. One query."""
    rows: Any = people.with_defaults(User.objects.filter(pk__in={pk for pk in ids if pk is not None}).order_by("pk"))
    return [
        {
            "id": row.pk,
            "name": row.alias or row.name if row.is_agent else row.name,
            "photo": None,
            "agent": row.is_agent or row.is_partner_agent,
            "organization_id": _shared_organization(actor, row),
        }
        for row in rows
    ]


def _shared_organization(actor: Actor, row: Any) -> int | None:
    return row.default_organization_id if row.default_organization_id in actor.organization_ids else None


def _request(actor: Actor, row: Ticket, book: Book, base: str, description: str, ccs: list[int]) -> Json:
    return {
        "url": f"{base}/requests/{row.pk}.json",
        "id": row.pk,
        "status": row.status,
        "priority": row.priority,
        "type": row.type,
        "subject": row.subject,
        "description": description,
        "organization_id": row.organization_id,
        "via": _via(row),
        "custom_fields": [],
        "requester_id": row.requester_id,
        "collaborator_ids": ccs,  # followers are agents, and not for end users to see
        "email_cc_ids": ccs,
        "is_public": row.is_public,
        "due_at": moment(row.due_at),
        "can_be_solved_by_me": can_be_solved_by(actor, row),
        "solved": row.is_solved,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "recipient": row.recipient,
        "followup_source_id": queries.followed_id(row),
        "assignee_id": None,  # end users see neither assignee nor group
        "group_id": None,
        "ticket_form_id": None,
        "custom_status_id": book.id_of(row.status, row.custom_status_id),
        "fields": [],
    }


def _via(row: Ticket) -> Json:
    """The channel alone: where it came from in detail is for agents."""
    return {"channel": tickets.via(row)["channel"], "source": {"from": {}, "to": {}, "rel": None}}
