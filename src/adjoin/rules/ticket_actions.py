"""The actions on a ticket itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from adjoin.access import actors, assignable
from adjoin.brands.models import Brand
from adjoin.kernel.errors import Invalid
from adjoin.people.models import Group, GroupMembership, User
from adjoin.rules.comparing import EMPTY
from adjoin.rules.registry import Action, Rule, add_action
from adjoin.tickets.changes import Change, clean_tags
from adjoin.tickets.terms import Priority, TicketStatus, TicketType


def register() -> None:
    """Make the ticket's own actions known."""
    for action in (
        Action("status", "Status", _set_status, _one_of("Status", TicketStatus.values)),
        Action("priority", "Priority", _setter("priority"), _one_of("Priority", Priority.values)),
        Action("type", "Type", _setter("type"), _one_of("Type", TicketType.values)),
        Action("group_id", "Group", _set_group, _an_id("Group", nullable=True)),
        Action("assignee_id", "Assignee", _set_assignee, _an_id("Assignee", nullable=True, words=("current_user",))),
        Action("brand_id", "Brand", _set_brand, _an_id("Brand", nullable=False)),
        Action("set_tags", "Set tags", _set_tags, _words),
        Action("current_tags", "Add tags", _add_tags, _words),
        Action("remove_tags", "Remove tags", _remove_tags, _words),
    ):
        add_action(action)


def _setter(name: str) -> Callable[[Change, Any, Rule], None]:
    def apply(change: Change, value: Any, rule: Rule) -> None:
        change.set(name, value, rule=rule)

    return apply


def _set_status(change: Change, value: Any, rule: Rule) -> None:
    if value != TicketStatus.NEW or change.is_create:  # never back to new
        change.set("status", value, rule=rule)


def _set_group(change: Change, value: Any, rule: Rule) -> None:
    group_id = _existing(Group.objects.filter(is_deleted=False), "group", value)
    if change.set("group_id", group_id, rule=rule) and change.ticket.assignee_id is not None:
        members = GroupMembership.objects.filter(group_id=group_id or 0, user_id=change.ticket.assignee_id)
        if not members.exists():
            change.set("assignee_id", None, rule=rule)


def _set_assignee(change: Change, value: Any, rule: Rule) -> None:
    if value == "current_user":
        assignee_id = change.actor.user_id if change.actor.is_agent else change.ticket.assignee_id
    else:
        assignee_id = _existing(User.objects.active().agents(), "agent", value)
    if assignee_id is None:
        change.set("assignee_id", None, rule=rule)
    elif _is_behind_a_wall(change, assignee_id):
        _leave_to_group(change, assignee_id, rule)
    elif change.set("assignee_id", assignee_id, rule=rule):
        groups = GroupMembership.objects.filter(user_id=assignee_id, group__is_deleted=False)
        if not groups.filter(group_id=change.ticket.group_id or 0).exists():
            own = groups.order_by("-is_default", "pk").values_list("group_id", flat=True).first()
            change.set("group_id", own, rule=rule)


def _is_behind_a_wall(change: Change, agent_id: int) -> bool:
    """Whether that agent could not read the ticket, or cannot be assigned to any."""
    is_assignable = assignable.agents().filter(pk=agent_id).exists()
    return not (is_assignable and assignable.could_work_on(actors.load(agent_id), change.ticket))


def _leave_to_group(change: Change, agent_id: int, rule: Rule) -> None:
    """Nobody is assigned: the ticket stays with its group, or without one goes to the agent's; the history says why."""
    if change.ticket.group_id is None:
        groups = GroupMembership.objects.filter(user_id=agent_id, group__is_deleted=False, group__is_public=True)
        own = groups.order_by("-is_default", "pk").values_list("group_id", flat=True).first()
        change.set("group_id", own, rule=rule)
    change.set("assignee_id", None, rule=rule)
    name = User.objects.values_list("name", flat=True).get(pk=agent_id)
    change.record("Error", rule=rule, message=assignable.told_of_wall(name, change.ticket))


def _set_brand(change: Change, value: Any, rule: Rule) -> None:
    change.set("brand_id", _existing(Brand.objects.filter(is_active=True), "brand", value), rule=rule)


def _existing(rows: QuerySet[Any], noun: str, value: Any) -> int | None:
    """The id in `value`, None when it is empty. Raises `Invalid` for what has gone since the rule was saved."""
    if value in EMPTY:
        return None
    if not rows.filter(pk=int(value)).exists():
        raise Invalid.field("value", f"The {noun} {value} is no longer there.")
    return int(value)


def _set_tags(change: Change, value: Any, rule: Rule) -> None:
    change.set("tags", clean_tags(value.split()), rule=rule)


def _add_tags(change: Change, value: Any, rule: Rule) -> None:
    change.add_tags(value.split(), rule=rule)


def _remove_tags(change: Change, value: Any, rule: Rule) -> None:
    change.remove_tags(value.split(), rule=rule)


def _one_of(label: str, values: Sequence[str]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if value not in values:
            raise Invalid.field("value", f"{label} is one of {', '.join(values)}")
        return value

    return check


def _an_id(label: str, *, nullable: bool, words: Sequence[str] = ()) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if (nullable and value in EMPTY) or value in words:
            return value or ""
        if not str(value).isdecimal():
            raise Invalid.field("value", f"{label} takes an id")
        return str(value)

    return check


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.split():
        raise Invalid.field("value", "Tags takes words")
    return " ".join(clean_tags(value.split()))
