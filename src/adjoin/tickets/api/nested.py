"""Tickets of a person or an organization, over the API. Only those that the agent asking may read."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.kernel.api import answers, describe
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets.api.schemas import CountJson
from adjoin.tickets.api.tickets import LISTED, MANY, page_of
from adjoin.tickets.models import TicketQuerySet

router = Router(tags=["Tickets"], auth=agents_only)
COUNT = describe.one("count", CountJson)


@router.get("/organizations/{int:organization_id}/tickets", response=MANY, openapi_extra=LISTED)
def list_tickets_of_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """The tickets of an organization."""
    return page_of(request, _of_organization(request, organization_id))


@router.get("/organizations/{int:organization_id}/tickets/count", response=COUNT)
def count_tickets_of_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """How many tickets an organization has."""
    return _count(_of_organization(request, organization_id))


@router.get("/users/{int:user_id}/tickets/requested", response=MANY, openapi_extra=LISTED)
def list_requested_tickets(request: DeskRequest, user_id: int) -> HttpResponse:
    """The tickets somebody asked for."""
    return page_of(request, _of_user(request, user_id).filter(requester_id=user_id))


@router.get("/users/{int:user_id}/tickets/ccd", response=MANY, openapi_extra=LISTED)
def list_ccd_tickets(request: DeskRequest, user_id: int) -> HttpResponse:
    """The tickets somebody is copied on."""
    return page_of(request, _of_user(request, user_id).filter(copied__user_id=user_id))


@router.get("/users/{int:user_id}/tickets/ccd/count", response=COUNT)
def count_ccd_tickets(request: DeskRequest, user_id: int) -> HttpResponse:
    """How many tickets somebody is copied on."""
    return _count(_of_user(request, user_id).filter(copied__user_id=user_id))


@router.get("/users/{int:user_id}/tickets/followed", response=MANY, openapi_extra=LISTED)
def list_followed_tickets(request: DeskRequest, user_id: int) -> HttpResponse:
    """The tickets an agent follows."""
    return page_of(request, _of_user(request, user_id).filter(followed__user_id=user_id))


@router.get("/users/{int:user_id}/tickets/assigned", response=MANY, openapi_extra=LISTED)
def list_assigned_tickets(request: DeskRequest, user_id: int) -> HttpResponse:
    """The tickets assigned to an agent."""
    return page_of(request, _of_user(request, user_id).filter(assignee_id=user_id))


@router.get("/users/{int:user_id}/tickets/assigned/count", response=COUNT)
def count_assigned_tickets(request: DeskRequest, user_id: int) -> HttpResponse:
    """How many tickets are assigned to an agent."""
    return _count(_of_user(request, user_id).filter(assignee_id=user_id))


def _of_user(request: DeskRequest, user_id: int) -> TicketQuerySet:
    if not readable.users(request.actor).filter(pk=user_id).exists():
        raise NotFound
    return readable.tickets(request.actor)


def _of_organization(request: DeskRequest, organization_id: int) -> TicketQuerySet:
    if not readable.organizations(request.actor).filter(pk=organization_id).exists():
        raise NotFound
    return readable.tickets(request.actor).filter(organization_id=organization_id)


def _count(rows: TicketQuerySet) -> HttpResponse:
    return answers.answer(answers.count(rows.count(), timezone.now()))
