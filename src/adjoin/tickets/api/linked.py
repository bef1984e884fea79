"""Incidents and the problem they have in common, over the API. Nothing is told of tickets you may not read."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from adjoin.access import readable
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets.api.tickets import LISTED, MANY, page_of, readable_ticket
from adjoin.tickets.terms import TicketType

router = Router(tags=["Tickets"], auth=agents_only)


@router.get("/tickets/{int:ticket_id}/incidents", response=MANY, openapi_extra=LISTED)
def list_incidents(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """The incidents of a problem."""
    mine, problem = readable.tickets_as_agent(request.actor), readable_ticket(request, ticket_id)
    return page_of(request, mine.filter(problem_id=problem.pk, problem__in=mine))


@router.get("/problems", response=MANY, openapi_extra=LISTED)
def list_problems(request: DeskRequest) -> HttpResponse:
    """The problems an incident can be linked to."""
    return page_of(request, readable.tickets_as_agent(request.actor).unsolved().filter(type=TicketType.PROBLEM))
