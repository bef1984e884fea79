"""What triggers do to a ticket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.access import actors, assignable
from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.kernel.wording import kept
from adjoin.people.models import GroupMembership, User
from adjoin.rules import values
from adjoin.rules.comparing import an_id, tag_words
from adjoin.rules.registry import Action, Rule, add_action
from adjoin.rules.values import EMPTY, TAGS, one_of, rows, typed
from adjoin.tickets.changes import Change, clean_tags
from adjoin.tickets.terms import Priority, TicketStatus, TicketType


def register() -> None:
    """Make the ticket's own actions known."""
    groups, brands = rows(values.groups, nullable=True), rows(values.brands, nullable=False)
    agents = rows(values.agents, "current_user", "requester_id", nullable=True)
    followers = rows(values.agents_who_read, "current_user", nullable=False)
    copied = typed(
        _("Person"),
        values.people,
        "email",
        "current_user",
        hint=_("An address or the person making the update"),
        unknown=_("No person is called %(typed)s"),
    )
    assignee = an_id(_("Assignee"), values.everybody_on_the_team, words=("current_user", "requester_id"), nullable=True)
    follower = an_id(_("Follower"), values.agents_who_read, words=("current_user",), nullable=False)
    cc = an_id(_("CC"), values.people, words=("current_user",), nullable=False)
    schedule = an_id(_("Schedule"), values.schedules, nullable=False)
    for action in (
        Action(
            "status", _("Status"), _set_status, check_choice(_("Status"), TicketStatus), one_of(TicketStatus.choices)
        ),
        Action(
            "priority",
            _("Priority"),
            _setter("priority"),
            check_choice(_("Priority"), Priority),
            one_of(Priority.choices),
        ),
        Action("type", _("Type"), _setter("type"), check_choice(_("Type"), TicketType), one_of(TicketType.choices)),
        Action("group_id", _("Group"), _set_group, an_id(_("Group"), values.groups, nullable=True), groups),
        Action("assignee_id", _("Assignee"), _set_assignee, assignee, agents),
        Action("brand_id", _("Brand"), _set_brand, an_id(_("Brand"), values.brands, nullable=False), brands),
        Action("set_tags", _("Set tags"), _set_tags, tag_words, TAGS),
        Action("current_tags", _("Add tags"), _add_tags, tag_words, TAGS),
        Action("remove_tags", _("Remove tags"), _remove_tags, tag_words, TAGS),
        Action("follower", _("Add follower"), _add_follower, follower, followers, repeatable=True),
        Action("cc", _("Add CC"), _add_cc, cc, copied, repeatable=True),
        Action("set_schedule", _("Schedule"), _set_schedule, schedule, rows(values.schedules, nullable=False)),
    ):
        add_action(action)


def check_choice(label: str, values: type[TicketStatus | Priority | TicketType]) -> Callable[[Any], str]:
    """A check for one of an enum's values."""
    return check_value(label, values.values)


def check_value(label: str, values: Sequence[str]) -> Callable[[Any], str]:
    """A check for one of these values."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in values:
            raise Invalid.field(
                "value", gettext("%(label)s is one of %(values)s") % {"label": said(label), "values": ", ".join(values)}
            )
        return value

    return check


def _setter(name: str) -> Callable[[Change, Any, Rule], None]:
    def apply(change: Change, value: Any, rule: Rule) -> None:
        change.set(name, value, rule=rule)

    return apply


def _set_status(change: Change, value: Any, rule: Rule) -> None:
    if value != TicketStatus.NEW or change.is_create:  # never back to new
        change.set("status", value, rule=rule)


def _set_group(change: Change, value: Any, rule: Rule) -> None:
    group_id = _existing(values.groups(), "group", value)
    if change.set("group_id", group_id, rule=rule) and change.ticket.assignee_id is not None:
        members = GroupMembership.objects.filter(group_id=group_id or 0, user_id=change.ticket.assignee_id)
        if not members.exists():
            change.set("assignee_id", None, rule=rule)


def _set_assignee(change: Change, value: Any, rule: Rule) -> None:
    if value == "current_user":
        assignee_id = change.actor.user_id if change.actor.is_agent else change.ticket.assignee_id
    elif value == "requester_id":
        is_agent = values.agents().filter(pk=change.ticket.requester_id).exists()
        assignee_id = change.ticket.requester_id if is_agent else change.ticket.assignee_id
    else:
        assignee_id = _existing(values.everybody_on_the_team(), "agent", value)
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
    change.record("Error", rule=rule, message=kept(assignable.told_of_wall(name, change.ticket)))


def _set_brand(change: Change, value: Any, rule: Rule) -> None:
    change.set("brand_id", _existing(values.brands(), "brand", value), rule=rule)


def _set_schedule(change: Change, value: Any, rule: Rule) -> None:
    schedule_id, before = _existing(values.schedules(), "schedule", value), change.ticket.schedule_id
    if schedule_id != before:
        change.ticket.schedule_id = schedule_id
        change.record("ScheduleAssignment", rule=rule, previous_schedule_id=before, new_schedule_id=schedule_id)


def _add_follower(change: Change, value: Any, rule: Rule) -> None:
    user_id = _person(change, value, values.agents_who_read())
    if user_id is not None:
        change.followers = _people_now(change, change.followers, "followed") | {user_id}


def _add_cc(change: Change, value: Any, rule: Rule) -> None:
    user_id = _person(change, value, values.people())
    if user_id is not None and user_id != change.ticket.requester_id:
        change.ccs = _people_now(change, change.ccs, "copied") | {user_id}


def _person(change: Change, value: Any, people: QuerySet[User]) -> int | None:
    """Who is meant; None for an updater who is none of them. Raises `Invalid` for somebody who has gone."""
    if value != "current_user":
        return _existing(people, "person", value)
    return people.filter(pk=change.actor.user_id or 0).values_list("pk", flat=True).first()


def _people_now(change: Change, moved: set[int] | None, name: str) -> set[int]:
    if moved is not None:
        return moved
    return set() if change.is_create else set(getattr(change.ticket, name).values_list("user_id", flat=True))


def _existing(rows: QuerySet[Any], noun: str, value: Any) -> int | None:
    """The id in `value`, None when it is empty. Raises `Invalid` for what has gone since the rule was saved."""
    if value in EMPTY:
        return None
    if not rows.filter(pk=int(value)).exists():
        raise Invalid.field(
            "value", gettext("The %(noun)s %(value)s is no longer there.") % {"noun": noun, "value": value}
        )
    return int(value)


def _set_tags(change: Change, value: Any, rule: Rule) -> None:
    change.set("tags", clean_tags(value.split()), rule=rule)


def _add_tags(change: Change, value: Any, rule: Rule) -> None:
    change.add_tags(value.split(), rule=rule)


def _remove_tags(change: Change, value: Any, rule: Rule) -> None:
    change.remove_tags(value.split(), rule=rule)
