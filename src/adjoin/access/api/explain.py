"""Why somebody can or cannot read a ticket, and who can."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from adjoin.access import actors, explain, permissions, readable, readers
from adjoin.access.explain import Explanation, Verdict
from adjoin.access.permissions import Permission
from adjoin.access.readers import Readers
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people.models import User

router = Router(tags=["Access"], auth=agents_only)


@router.get("/access/explain", response=dict[str, Any], openapi_extra=describe.takes("user_id", "ticket_id"))
def explain_access(request: DeskRequest) -> HttpResponse:
    """Whether a person reads a ticket, and which rules say so. For admins.

    `grants` let the person in, or would; `walls` keep them out, or would have, had they not come in another way. Each
    rule has the page where it is set."""
    permissions.require(request.actor, Permission.EXPLAIN_ACCESS)
    user, ticket_id = User.objects.filter(pk=_id(request, "user_id")).first(), _id(request, "ticket_id")
    if user is None or not readable.facts(ticket_id):
        raise NotFound
    told = explain.ticket(actors.load(user.pk), ticket_id)
    asked = {"user_id": user.pk, "user_name": user.name, "ticket_id": ticket_id}
    return answers.answer({**asked, **explanation(told, request.build_absolute_uri("/")[:-1])})


@router.get("/tickets/{int:ticket_id}/access", response=dict[str, Any])
def show_readers(request: DeskRequest, ticket_id: int) -> HttpResponse:
    """Who can read a ticket: how many by each rule for agents, everybody by name for admins."""
    ticket = readable.tickets_as_agent(request.actor).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    found = readers.of(ticket)
    is_in_charge = permissions.allows(request.actor, Permission.EXPLAIN_ACCESS)
    return answers.answer(_readers(found, request.build_absolute_uri("/")[:-1], by_name=is_in_charge))


def explanation(told: Explanation, host: str) -> Json:
    """`{"readable", "grants": [{"rule", "sentence", "set_at"}], "walls": […]}`; `host` begins each address."""
    holding = tuple(one for one in told.grants if one.holds)
    walls = told.passed_over if told.is_readable else told.closed_by
    return {
        "readable": told.is_readable,
        "grants": [verdict(one, host) for one in told.opened_by or holding],
        "walls": [verdict(one, host) for one in walls],
    }


def verdict(one: Verdict, host: str) -> Json:
    """One rule: its name, its sentence, and the address of the page where it is set, null for what cannot be set."""
    addresses = [f"{host}{setting.path}" for setting in one.set_at]
    return {"rule": one.rule, "sentence": one.sentence, "set_at": addresses[0] if addresses else None}


def _readers(found: Readers, host: str, *, by_name: bool) -> Json:
    counts = [{"rule": rule, "people": len(people)} for rule, people in found.by_rule().items()]
    shown: Json = {"sentence": found.sentence, "count": len(found.people), "rules": counts}
    shown["companies"] = [
        {"name": one.name, "rule": one.rule, "sentence": one.sentence} for one in found.companies
    ]  # fmt: skip
    if by_name:
        shown["people"] = [
            {
                "user_id": one.user_id,
                "name": one.name,
                "is_agent": one.is_agent,
                "grants": [verdict(grant, host) for grant in one.opened_by],
                "walls": [verdict(wall, host) for wall in one.passed_over],
            }
            for one in found.people
        ]
        shown["kept_out"] = [
            {"user_id": one.user_id, "name": one.name, "walls": [verdict(wall, host) for wall in one.closed_by]}
            for one in found.kept_out
        ]
    return shown


def _id(request: DeskRequest, name: str) -> int:
    found = reading.whole_number(reading.words(request, name))
    if found is None:
        raise BadRequest(say("Parameter %(name)s is required and must be an id") % {"name": name})
    return found
