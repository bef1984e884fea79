"""What each condition means for tickets. Whoever is named in one is looked up through what the actor may read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.fields import queries, statuses
from adjoin.search import custom_fields, words
from adjoin.search.grammar import Term
from adjoin.search.named import NOTHING, Condition, among, named, number, when
from adjoin.tickets.filters import with_custom_status
from adjoin.tickets.terms import Channel, Priority, TicketStatus

if TYPE_CHECKING:
    from adjoin.tickets.models import Comment

# Comments that PostgreSQL expects to have a word. Up to about here it is quicker to gather all of them: of 100,000
# tickets, a page of 50 with a word of 90,000 comments took 2,100 ms that way and 20 the other, of 1,500 150 and 230.
COMMENTS_MANY = 10_000
SEEN_BY_END_USERS = {"id", "status", "priority", "ticket_type", "created", "updated", "subject", "description"}
_CHANNELS = {
    "mail": [Channel.EMAIL],
    "email": [Channel.EMAIL],
    "web": [Channel.WEB, Channel.HELP_CENTER],
    "ticket_sharing": [Channel.SHARING],
}


def condition(actor: Actor, term: Term, now: datetime) -> Q | None:
    """What `term` asks of a ticket; None when it asks nothing, or of something that tickets do not have."""
    if term.field == "":
        return _anywhere(actor, term)
    known = _CONDITIONS.get(term.field) or custom_fields.condition(term.field)
    if known is None or not (actor.is_agent or actor.is_system or term.field in SEEN_BY_END_USERS):
        return None
    return known(actor, term, now)


def knows(actor: Actor, field: str) -> bool:
    """Whether tickets can be asked for that."""
    if not (actor.is_agent or actor.is_system):
        return field in SEEN_BY_END_USERS
    return field in _CONDITIONS or custom_fields.knows(field)


def _anywhere(actor: Actor, term: Term) -> Q | None:
    """In the subject or in a comment that the actor may read; a number may also be the ticket's own."""
    sought = words.query(term)
    if sought is None:
        return None
    said = readable.comments(actor).filter(search_vector=sought).order_by()
    found = _met_often(sought, said) if _is_common(said) else _met_seldom(actor, sought, said)
    pk = number(term.value.removeprefix("#"))
    return found if pk is None else found | Q(pk=pk)


def _is_common(said: QuerySet[Comment]) -> bool:
    plan = said.explain(format="json")  # empty where the rules let nothing through
    return bool(plan) and json.loads(plan)[0]["Plan"]["Plan Rows"] > COMMENTS_MANY


def _met_seldom(actor: Actor, sought: SearchQuery, said: QuerySet[Comment]) -> Q:
    """All tickets with a word that few comments have."""
    by_subject = readable.tickets(actor).filter(search_vector=sought).order_by().values("pk")
    # Two id sets, so that each index answers for itself; as one OR every ticket would be looked at.
    return Q(pk__in=by_subject.union(said.values("ticket_id")))


def _met_often(sought: SearchQuery, said: QuerySet[Comment]) -> Q:
    """The same for a word that many comments have: tickets are looked into one by one, until a page is full.

    One value, not EXISTS: out of that, PostgreSQL would gather all such comments first."""
    one = said.filter(ticket_id=OuterRef("pk")).values("pk")[:1]
    return Q(search_vector=sought) | Q(IsNull(Subquery(one), False))


def _subject(actor: Actor, term: Term, now: datetime) -> Q:
    sought = words.query(term)
    return NOTHING if sought is None else Q(search_vector=sought)


def _said(actor: Actor, term: Term, now: datetime) -> Q:
    sought = words.query(term)
    if sought is None:
        return NOTHING
    return Q(pk__in=readable.comments(actor).filter(search_vector=sought).order_by().values("ticket_id"))


def _ranked(column: str, values: list[str]) -> Condition:
    """A field whose values have an order: `status<solved`."""

    def build(actor: Actor, term: Term, now: datetime) -> Q:
        value = term.value.lower()
        if value == "none":
            return Q(**{f"{column}__isnull": True})
        if value not in values:
            return NOTHING
        place = values.index(value)
        wanted = {
            ":": values[place : place + 1],
            "<": values[:place],
            "<=": values[: place + 1],
            ">": values[place + 1 :],
            ">=": values[place:],
        }[term.operator]
        return Q(**{f"{column}__in": wanted})

    return build


def _id(actor: Actor, term: Term, now: datetime) -> Q:
    pk = number(term.value)
    lookup = {":": "exact", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}[term.operator]
    return NOTHING if pk is None else Q(**{f"pk__{lookup}": pk})


def _custom_status(actor: Actor, term: Term, now: datetime) -> Q:
    pk = number(term.value)
    return NOTHING if pk is None else with_custom_status(statuses.book(), pk)


def _tags(actor: Actor, term: Term, now: datetime) -> Q:
    return Q(tags=[]) if term.value.lower() == "none" else Q(tags__contains=[term.value.lower()])


def _via(actor: Actor, term: Term, now: datetime) -> Q:
    return Q(channel__in=_CHANNELS.get(term.value.lower(), [term.value.lower()]))


def _external_id(actor: Actor, term: Term, now: datetime) -> Q:
    return Q(external_id=term.value)


def _has_attachment(actor: Actor, term: Term, now: datetime) -> Q:
    with_files = readable.attachments(actor).filter(comment__isnull=False).order_by().values("comment__ticket_id")
    return Q(pk__in=with_files) if term.value.lower() == "true" else ~Q(pk__in=with_files)


def _commenter(actor: Actor, term: Term, now: datetime) -> Q:
    people = named(readable.users, "author_id")(actor, term, now)
    return Q(pk__in=readable.comments(actor).filter(people).order_by().values("ticket_id"))


_CONDITIONS: dict[str, Callable[[Actor, Term, datetime], Q]] = {
    "id": _id,
    "ticket_id": _id,
    "status": _ranked("status", [str(value) for value in TicketStatus.values]),
    "custom_status_id": _custom_status,
    "priority": _ranked("priority", [str(value) for value in Priority.values]),
    "ticket_type": _ranked("type", ["problem", "incident", "question", "task"]),
    "created": when("created_at"),
    "updated": when("updated_at"),
    "solved": when("solved_at"),
    "due_date": when("due_at"),
    "subject": _subject,
    "description": _said,
    "tags": _tags,
    "via": _via,
    "external_id": _external_id,
    "has_attachment": _has_attachment,
    "requester": named(readable.users, "requester_id"),
    "submitter": named(readable.users, "submitter_id"),
    "assignee": named(readable.users, "assignee_id"),
    "cc": among(readable.tickets, named(readable.users, "copied__user_id")),
    "follower": among(readable.tickets, named(readable.users, "followed__user_id")),
    "commenter": _commenter,
    "organization": named(readable.organizations, "organization_id"),
    "group": named(readable.groups, "group_id"),
    "brand": named(readable.brands, "brand_id"),
    "form": named(queries.forms_known_to, "ticket_form_id"),
}
