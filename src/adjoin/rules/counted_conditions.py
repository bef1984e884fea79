"""Conditions on how often something has happened to a ticket, this update counted in; for triggers only."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people.terms import Role
from adjoin.rules import facts
from adjoin.rules.registry import DATABASE_COST, Condition
from adjoin.rules.values import TRUE_OR_FALSE, Part, Value, one_of
from adjoin.tickets import chronicle
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

NUMBER = Value("text", (Part(_("Number")),))
COMPARED: dict[str, Callable[[int, int], bool]] = {
    "less_than": int.__lt__,
    "less_than_equal": int.__le__,
    "greater_than": int.__gt__,
    "greater_than_equal": int.__ge__,
    "is": int.__eq__,
}
NUMBER_MAX = 1_000_000


def all_of_them() -> tuple[Condition, ...]:
    """Every condition of this module."""
    return (
        _count("reopens", _("Times reopened"), _reopens),
        _count("replies", _("Public replies of agents"), _replies),
        _count("agent_stations", _("Agents who have had it"), _agent_stations),
        _count("group_stations", _("Groups that have had it"), _group_stations),
        _count("number_of_incidents", _("Incidents of this problem"), lambda change: facts.once(change, _incidents)),
        Condition("cc", _("Somebody is copied"), ("is",), _is_copied, None, _check_flag, one_of(TRUE_OR_FALSE)),
    )


def _count(key: str, label: str, count: Callable[[Change], int]) -> Condition:
    def check(value: Any) -> str:
        text = str(value)
        if not (text.isascii() and text.isdecimal()) or int(text[:18]) > NUMBER_MAX:
            raise Invalid.field(
                "value", say("%(label)s takes a number, at most %(most)s") % {"label": label, "most": f"{NUMBER_MAX:,}"}
            )
        return text

    def matches(change: Change, operator: str, value: Any) -> bool:
        return COMPARED[operator](count(change), int(value))

    return Condition(key, label, tuple(COMPARED), matches, None, check, NUMBER, cost=DATABASE_COST)


def _check_flag(value: Any) -> str:
    if str(value).lower() not in ("true", "false"):
        raise Invalid.field("value", say("Somebody is copied is true or false"))
    return str(value).lower()


def _reopens(change: Change) -> int:
    words = [*facts.once(change, _statuses), change.ticket.status]
    done = [word in TicketStatus.finished() for word in words]
    return sum(was and not now for was, now in pairwise(done))


def _replies(change: Change) -> int:
    said = [one for one in change.comments if one.is_public and one.is_by_people]
    answers = [one for one in said if one.author_id in (None, change.actor.user_id)]
    return facts.once(change, _replied) + (len(answers) if change.actor.is_agent else 0)


def _agent_stations(change: Change) -> int:
    return len({*facts.once(change, _assignees), change.ticket.assignee_id} - {None})


def _group_stations(change: Change) -> int:
    return len({*facts.once(change, _groups), change.ticket.group_id} - {None})


def _is_copied(change: Change, operator: str, value: Any) -> bool:
    copied = change.ccs if change.ccs is not None else facts.once(change, _copied)
    return bool(copied) is (value == "true")


def _statuses(change: Change) -> list[str]:
    return [] if change.is_create else [word for at, word in chronicle.statuses(change.ticket)]


def _replied(change: Change) -> int:
    if change.is_create:
        return 0
    said = [person for at, person in chronicle.public_comments(change.ticket)]
    return sum(role in (Role.AGENT, Role.ADMIN) and pk != change.ticket.requester_id for pk, role, partner in said)


def _assignees(change: Change) -> set[int | None]:
    return set() if change.is_create else {pk for at, pk in chronicle.given(change.ticket, "assignee_id")}


def _groups(change: Change) -> set[int | None]:
    return set() if change.is_create else {pk for at, pk in chronicle.given(change.ticket, "group_id")}


def _copied(change: Change) -> list[int]:
    return [] if change.is_create else chronicle.copied_ids(change.ticket.pk)


def _incidents(change: Change) -> int:
    return 0 if change.is_create else readable.tickets(Actor.system()).filter(problem_id=change.ticket.pk).count()
