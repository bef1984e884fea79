"""Who sees what, and why: of a person, of a ticket, of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from adjoin.access import actors, explain, permissions, reach, readable, readers
from adjoin.access.gates import agents_only, allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.api import reading
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.people.models import User

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket

FOUND_MAX = 10


@require_GET
@allowed_only(Permission.EXPLAIN_ACCESS)
def question(request: DeskRequest) -> HttpResponse:
    """Ask what somebody reads, and why or why not one ticket."""
    person_words, ticket_words = reading.words(request, "person"), reading.words(request, "ticket").lstrip("#")
    people = _people(person_words)
    person = people[0] if len(people) == 1 else None
    page: dict[str, Any] = {"section": "access", "person_words": person_words, "ticket_words": ticket_words}
    page |= {"people": people, "person": person}
    if person is not None:
        page |= _about(person, reading.whole_number(ticket_words), asked_for_ticket=bool(ticket_words))
    return render(request, "administration/access/question.html", page)


@require_GET
@agents_only
def card(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Everybody who can read a ticket, by rule: by name for people in charge, by number for other agents."""
    ticket = _ticket(request, ticket_id)
    is_in_charge = permissions.allows(request.actor, Permission.EXPLAIN_ACCESS)
    page = {"ticket": ticket, "found": readers.of(ticket), "by_name": is_in_charge, "section": "views"}
    return render(request, "administration/access/card.html", page)


@require_GET
@agents_only
def sentence(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The first line of the card, for the ticket's page."""
    ticket = _ticket(request, ticket_id)
    return render(request, "administration/access/sentence.html", {"ticket": ticket, "found": readers.of(ticket)})


def _ticket(request: DeskRequest, ticket_id: int) -> Ticket:
    """The ticket, for those who read its private side. Raises `NotFound`."""
    found = readable.tickets_as_agent(request.actor).filter(pk=ticket_id).first()
    if found is None:
        raise NotFound
    return found


def _people(words: str) -> list[User]:
    """The people meant by an id, an address or a part of a name; none for nothing."""
    if not words:
        return []
    rows = User.objects.active().order_by("name", "pk")
    if (user_id := reading.whole_number(words)) is not None:
        return list(rows.filter(pk=user_id))
    exact = list(rows.filter(Q(email=words.lower()) | Q(name__iexact=words))[:FOUND_MAX])
    return exact or list(rows.filter(Q(name__icontains=words) | Q(email__startswith=words.lower()))[:FOUND_MAX])


def _about(person: User, ticket_id: int | None, *, asked_for_ticket: bool) -> dict[str, Any]:
    actor = actors.load(person.pk)
    if not asked_for_ticket:
        return {"reach": reach.of(actor), "can_sign_in": actor.user_id is not None}
    if ticket_id is None or not readable.facts(ticket_id):
        return {"no_ticket": True}
    return {"told": explain.ticket(actor, ticket_id), "ticket_id": ticket_id, "can_sign_in": actor.user_id is not None}
