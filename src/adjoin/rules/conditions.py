"""The conditions on a ticket itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from adjoin.kernel.errors import Invalid
from adjoin.rules.comparing import IS, choice, only_in_updates, reference, tags, words_in
from adjoin.rules.registry import Condition, add_condition
from adjoin.tickets.terms import Channel, Priority, TicketStatus, TicketType

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change


def register() -> None:
    """Make the ticket's own conditions known."""
    for condition in (
        choice("status", "Status", TicketStatus.values, nullable=False),
        choice("priority", "Priority", Priority.values, nullable=True),
        choice("type", "Type", TicketType.values, nullable=True),
        reference("group_id", "Group", words=("current_groups",)),
        reference("assignee_id", "Assignee", words=("current_user", "requester_id")),
        reference("requester_id", "Requester", words=("current_user", "assignee_id")),
        reference("organization_id", "Organization"),
        reference("brand_id", "Brand"),
        tags(),
        _via(),
        _current_via(),
        _updated_at(),
        _ticket_is_public(),
        only_in_updates("update_type", "Ticket", ("is",), _update_type, ("Create", "Change")),
        only_in_updates(
            "comment_is_public",
            "Comment",
            ("is",),
            _comment_is_public,
            ("true", "false", "not_relevant", "requester_can_see_comment"),
        ),
        only_in_updates("role", "Current user", IS, _role),
        only_in_updates("subject_includes_word", "Subject text", ("includes", "not_includes"), _subject_words),
        only_in_updates("comment_includes_word", "Comment text", ("includes", "not_includes"), _comment_words),
    ):
        add_condition(condition)


def _update_type(change: Change, value: Any) -> bool:
    return change.is_create is (value == "Create")


def _comment_is_public(change: Change, value: Any) -> bool:
    if value == "not_relevant":
        return bool(change.comments)
    if value == "false":
        return any(not comment.is_public for comment in change.comments)
    return any(comment.is_public for comment in change.comments)


def _role(change: Change, value: Any) -> bool:
    actor = change.actor
    if value == "agent":
        return actor.is_agent or actor.agreement_id is not None
    if value == "end_user":
        return actor.is_end_user
    return str(actor.user_id) == str(value)


def _subject_words(change: Change, value: Any) -> bool:
    return words_in(change.ticket.subject, value)


def _comment_words(change: Change, value: Any) -> bool:
    return any(words_in(comment.body, value) for comment in change.comments)


def _channels(value: Any) -> list[str]:
    return [channel.value for channel in Channel if str(channel.via_id) == str(value)]


def _check_via(value: Any) -> str:
    if not _channels(value):
        raise Invalid.field("value", "Channel takes the number of a channel, such as 4 for mail")
    return str(value)


def _via() -> Condition:
    def matches(change: Change, operator: str, value: Any) -> bool:
        return (change.ticket.channel in _channels(value)) is (operator == "is")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found = Q(channel__in=_channels(value))
        return found if operator == "is" else ~found

    return Condition("via_id", "Channel", IS, matches, sql, _check_via)


def _current_via() -> Condition:
    def matches(change: Change, operator: str, value: Any) -> bool:
        return (change.via.channel in _channels(value)) is (operator == "is")

    return Condition("current_via_id", "Update channel", IS, matches, None, _check_via)


def _updated_at() -> Condition:
    """Whole hours since the last update."""

    def check(value: Any) -> str:
        if not str(value).isdecimal():
            raise Invalid.field("value", "Hours since update takes a whole number")
        return str(value)

    def matches(change: Change, operator: str, value: Any) -> bool:
        return operator == "less_than"  # it is being updated now

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        since = timezone.now() - timedelta(hours=int(value))
        return Q(updated_at__gt=since) if operator == "less_than" else Q(updated_at__lt=since)

    return Condition("updated_at", "Hours since update", ("less_than", "greater_than"), matches, sql, check)


def _ticket_is_public() -> Condition:
    def check(value: Any) -> str:
        if value not in ("public", "private"):
            raise Invalid.field("value", "Privacy is public or private")
        return str(value)

    def matches(change: Change, operator: str, value: Any) -> bool:
        is_public = any(comment.is_public for comment in change.comments) or (
            not change.is_create and change.ticket.is_public
        )
        return (is_public is (value == "public")) is (operator == "is")

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return Q(is_public=(value == "public") is (operator == "is"))

    return Condition("ticket_is_public", "Privacy", IS, matches, sql, check)
