"""What a list of tickets shows beside its rows, or adds to each of them, when `include` asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpRequest

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.brands import serialize as brands
from adjoin.fields import serialize as fields
from adjoin.fields.models import CustomStatus
from adjoin.kernel.api import answers, reading
from adjoin.kernel.api.answers import Json
from adjoin.people.api import sideloads as people
from adjoin.tickets import hooks, serialize
from adjoin.tickets.models import Audit, Ticket


def tickets(request: HttpRequest, actor: Actor, rows: Sequence[Ticket]) -> tuple[list[Json], dict[str, list[Json]]]:
    """The tickets as the API shows them, and the sideloads asked for, by key."""
    base = answers.base(request)
    shown = serialize.tickets(actor, rows, base)
    asked = reading.includes(request)
    if "comment_count" in asked:
        _count_comments(actor, shown)
    for name in asked & hooks.sideloads.keys():
        key, reader = hooks.sideloads[name]
        found = reader(actor, rows, base)
        for ticket in shown:
            ticket[key] = found.get(ticket["id"])
    return shown, {name: load(actor, shown, base) for name, load in _SIDELOADS.items() if name in asked}


def _count_comments(actor: Actor, shown: list[Json]) -> None:
    of_these = readable.comments(actor).filter(ticket_id__in=_ids(shown, "id")).order_by()
    counts = dict(of_these.values_list("ticket_id").annotate(number=Count("pk")))
    for ticket in shown:
        ticket["comment_count"] = counts.get(ticket["id"], 0)


def _users(actor: Actor, shown: list[Json], base: str) -> list[Json]:
    named = _ids(shown, "requester_id", "submitter_id", "assignee_id")
    return people.users(actor, named.union(*(ticket["collaborator_ids"] for ticket in shown)), base)


def _groups(actor: Actor, shown: list[Json], base: str) -> list[Json]:
    return people.groups(actor, _ids(shown, "group_id"), base)


def _organizations(actor: Actor, shown: list[Json], base: str) -> list[Json]:
    return people.organizations(actor, _ids(shown, "organization_id"), base)


def _brands(actor: Actor, shown: list[Json], base: str) -> list[Json]:
    rows = readable.brands(actor).filter(pk__in=_ids(shown, "brand_id")).order_by("pk")
    return brands.brands(list(rows), base)


def _custom_statuses(actor: Actor, shown: list[Json], base: str) -> list[Json]:
    rows = CustomStatus.objects.filter(pk__in=_ids(shown, "custom_status_id")).in_order()
    return [fields.custom_status(row, base, to_agents=actor.is_agent) for row in rows]


def _last_audits(actor: Actor, shown: list[Json], base: str) -> list[Json]:
    newest: Iterable[Audit] = (
        readable.audits(actor)
        .filter(ticket_id__in=_ids(shown, "id"))
        .order_by("ticket_id", "-pk")
        .distinct("ticket_id")
    )
    return serialize.audits(actor, list(newest), base)


def _ids(shown: Iterable[Json], *names: str) -> set[Any]:
    return {ticket[name] for ticket in shown for name in names} - {None}


_SIDELOADS: dict[str, Callable[[Actor, list[Json], str], list[Json]]] = {
    "users": _users,
    "groups": _groups,
    "organizations": _organizations,
    "brands": _brands,
    "last_audits": _last_audits,
    "custom_statuses": _custom_statuses,
}
