"""The conditions on a ticket itself. Those on an update are in `update_conditions`, hours in `time_conditions`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.people.terms import Role
from adjoin.rules import (
    counted_conditions,
    requester_conditions,
    schedule_conditions,
    time_conditions,
    update_conditions,
    values,
)
from adjoin.rules.comparing import IS, choice, equals, reference, tags
from adjoin.rules.registry import DATABASE_COST, Condition, add_condition
from adjoin.rules.values import TRUE_OR_FALSE, Value, one_of, rows, typed
from adjoin.tickets.terms import Channel, Priority, TicketStatus, TicketType

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

IN_POLICIES = {  # which tickets a service level is for, as Zendesk has it
    *("type", "group_id", "assignee_id", "requester_id", "requester_role", "organization_id", "brand_id"),
    *("current_tags", "via_id", "recipient", "ticket_is_public", "schedule_id", "exact_created_at"),
}
REQUESTER_ROLES = {"0": (Role.END_USER, _("End user")), "4": (Role.AGENT, _("Agent")), "2": (Role.ADMIN, _("Admin"))}


def register() -> None:
    """Make every condition of this app known."""
    everybody = typed(
        _("Person"),
        values.people,
        "email",
        "current_user",
        "assignee_id",
        hint=_("An address or the person making the update or the assignee"),
        unknown=_("No person is called %(typed)s"),
    )
    organizations = typed(
        _("Organization"),
        values.organizations,
        "name",
        hint=_("The name of an organization"),
        unknown=_("No organization is called %(typed)s"),
    )
    groups = rows(values.groups, "current_groups", nullable=True)
    assignees = rows(values.agents, "current_user", "requester_id", nullable=True)
    for condition in (
        choice("status", _("Status"), TicketStatus.choices, nullable=False),
        choice("type", _("Type"), TicketType.choices, nullable=True),
        choice("priority", _("Priority"), Priority.choices, nullable=True),
        reference("group_id", _("Group"), groups, values.groups, words=("current_groups",), nullable=True),
        reference(
            "assignee_id",
            _("Assignee"),
            assignees,
            values.everybody_on_the_team,
            words=("current_user", "requester_id"),
            nullable=True,
        ),
        reference(
            "requester_id",
            _("Requester"),
            everybody,
            values.people,
            words=("current_user", "assignee_id"),
            nullable=False,
        ),
        _requester_role(),
        reference("organization_id", _("Organization"), organizations, values.organizations, nullable=True),
        reference("brand_id", _("Brand"), rows(values.brands, nullable=True), values.brands, nullable=True),
        tags(),
        _via(),
        _recipient(),
        _ticket_is_public(),
        _has_due_date(),
        *requester_conditions.all_of_them(),
        *update_conditions.all_of_them(),
        *time_conditions.all_of_them(),
        *schedule_conditions.all_of_them(),
        *counted_conditions.all_of_them(),
    ):
        add_condition(replace(condition, in_policies=condition.key in IN_POLICIES))


def channels_of(value: Any) -> list[str]:
    """The channels with that number, or with one of those in a list."""
    numbers = {str(one) for one in value} if isinstance(value, list) else {str(value)}
    return [channel.value for channel in Channel if str(channel.via_id) in numbers]


def check_via(value: Any) -> Any:
    """A check for the number of a channel, or several in a list. Raises `Invalid`."""
    several = value if isinstance(value, list) else [value]
    if not several or not all(channels_of(str(one)) for one in several):
        raise Invalid.field("value", gettext("Channel takes the number of a channel, such as 4 for mail"))
    return [str(one) for one in value] if isinstance(value, list) else str(value)


def _via() -> Condition:
    def matches(change: Change, operator: str, value: Any) -> bool:
        return (change.ticket.channel in channels_of(value)) is (operator in ("is", "includes"))

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found = Q(channel__in=channels_of(value))
        return found if operator in ("is", "includes") else ~found

    operators = (*IS, "includes", "not_includes")
    return Condition("via_id", _("Channel"), operators, matches, sql, check_via, one_of(values.channels()))


def _requester_role() -> Condition:
    def check(value: Any) -> str:
        if str(value) not in REQUESTER_ROLES:
            raise Invalid.field("value", gettext("Role of the requester is 0 (end user), 4 (agent) or 2 (admin)"))
        return str(value)

    def matches(change: Change, operator: str, value: Any) -> bool:
        return (change.ticket.requester.role == REQUESTER_ROLES[value][0]) is (operator == "is")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return equals("requester__role", operator, REQUESTER_ROLES[value][0])

    choices = [(number, label) for number, (_, label) in REQUESTER_ROLES.items()]
    shown = one_of(choices)
    return Condition(
        "requester_role", _("Role of the requester"), IS, matches, sql, check, shown, "requester", cost=DATABASE_COST
    )


def _recipient() -> Condition:
    def check(value: Any) -> str:
        if not isinstance(value, str) or "@" not in value:
            raise Invalid.field("value", gettext("Received at takes an address"))
        return value.strip().lower()

    def matches(change: Change, operator: str, value: Any) -> bool:
        return bool(change.ticket.recipient == value)

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return Q(recipient=value)

    shown = Value("text", (values.Part(_("Address"), hint=_("One of the desk's own")),))
    return Condition("recipient", _("Received at"), ("is",), matches, sql, check, shown)


def _has_due_date() -> Condition:
    def check(value: Any) -> str:
        if str(value).lower() not in ("true", "false"):
            raise Invalid.field("value", gettext("Has a due date is true or false"))
        return str(value).lower()

    def matches(change: Change, operator: str, value: Any) -> bool:
        return (change.ticket.due_at is not None) is (value == "true")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return Q(due_at__isnull=value == "false")

    return Condition("ticket_due_date", _("Has a due date"), ("is",), matches, sql, check, one_of(TRUE_OR_FALSE))


def _ticket_is_public() -> Condition:
    def check(value: Any) -> str:
        if value not in ("public", "private"):
            raise Invalid.field("value", gettext("Privacy is public or private"))
        return str(value)

    def matches(change: Change, operator: str, value: Any) -> bool:
        is_public = any(comment.is_public for comment in change.comments) or (
            not change.is_create and change.ticket.is_public
        )
        return (is_public is (value == "public")) is (operator == "is")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return Q(is_public=(value == "public") is (operator == "is"))

    choices = (("public", "public"), ("private", "private"))
    return Condition("ticket_is_public", _("Privacy"), IS, matches, sql, check, one_of(choices))
