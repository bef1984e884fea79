"""Conditions that only an update can answer: what kind it is, who makes it, what is said in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules import facts, values
from adjoin.rules.comparing import IS, only_in_updates
from adjoin.rules.registry import DATABASE_COST, TEXT_COST, Condition
from adjoin.rules.values import Choices, Part, Value
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

TEXT_OPERATORS = ("includes", "not_includes", *IS)
WORDS_MAX = 1000  # characters
COMMENT_CHOICES = (
    ("not_relevant", _("any at all")),
    ("true", "public"),
    ("false", "private"),
    ("requester_can_see_comment", _("one the requester reads")),
)


def all_of_them() -> tuple[Condition, ...]:
    """Every condition of this module."""
    role = Value("list", (Part(choices=_roles),))
    return (
        only_in_updates(
            "update_type", _("Ticket"), ("is",), _update_type, (("Create", _("created")), ("Change", _("updated")))
        ),
        only_in_updates("role", _("Updater"), IS, _role, check=_check_role, value=role),
        only_in_updates("current_via_id", _("Update channel"), IS, _current_via, values.channels()),
        only_in_updates("comment_is_public", _("Comment"), ("is",), _comment_is_public, COMMENT_CHOICES),
        only_in_updates("attachment", _("With a file"), ("is",), _attachment, values.TRUE_OR_FALSE),
        _text("subject_includes_word", _("Subject text"), lambda change: [change.ticket.subject], TEXT_COST),
        _text("description_includes_word", _("Description"), _described, DATABASE_COST),
        _text("comment_includes_word", _("Comment text"), _said, TEXT_COST),
    )


def words_in(text: str, value: Any) -> bool:
    """Whether at least one of the words of `value` is a word of `text`."""
    return not _words_of(text).isdisjoint(str(value).lower().split())


def _update_type(change: Change, value: Any) -> bool:
    return change.is_create is (value == "Create")


def _comment_is_public(change: Change, value: Any) -> bool:
    if value == "not_relevant":
        return bool(change.comments)
    if value == "false":
        return any(not comment.is_public for comment in change.comments)
    return any(comment.is_public for comment in change.comments)


def _attachment(change: Change, value: Any) -> bool:
    return any(comment.upload_tokens or comment.attachments for comment in change.comments) is (value == "true")


def _current_via(change: Change, value: Any) -> bool:
    return str(Channel(change.via.channel).via_id) == str(value)


def _role(change: Change, value: Any) -> bool:
    actor = change.actor
    if value == "agent":
        return actor.is_agent or actor.agreement_id is not None
    if value == "end_user":
        return actor.is_end_user
    return str(actor.user_id) == str(value)


def _check_role(value: Any) -> str:
    text = str(value)
    if text not in ("agent", "end_user") and not (text.isascii() and text.isdecimal()):
        raise Invalid.field("value", gettext("Updater is agent, end_user or the id of a person"))
    return text


def _roles() -> Choices:
    agents = values.everybody_on_the_team().filter(is_active=True).order_by("name", "pk")[: values.CHOICES_MAX]
    return [
        ("agent", gettext("an agent")),
        ("end_user", gettext("an end user")),
        *((str(one.pk), one.name) for one in agents),
    ]


def _said(change: Change) -> list[str]:
    return [one.body for one in change.comments if one.is_by_people]


def _described(change: Change) -> list[str]:
    return [facts.once(change, _description)]


def _text(key: str, label: str, texts: Callable[[Change], Iterable[str]], cost: int) -> Condition:
    """`includes`: at least one of the words; `is`: the phrase as it stands. Capitals do not matter."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.split() or len(value) > WORDS_MAX:
            raise Invalid.field(
                "value",
                gettext("%(label)s takes words, at most %(most)s characters")
                % {"label": said(label), "most": WORDS_MAX},
            )
        return " ".join(value.split())

    def matches(change: Change, operator: str, value: Any) -> bool:
        if operator in IS:
            found = any(value.lower() in _phrases_of(text) for text in texts(change))
        else:
            found = any(words_in(text, value) for text in texts(change))
        return found is not operator.startswith(("is_not", "not_"))

    words = Value("text", (Part(_("Words"), hint=_("With blanks between; for “is”, the phrase")),))
    return Condition(key, label, TEXT_OPERATORS, matches, None, check, words, cost=cost)


def _description(change: Change) -> str:
    """The first thing said on the ticket."""
    if change.is_create:
        return change.comments[0].body if change.comments else ""
    return change.ticket.comments.order_by("created_at", "pk").values_list("body", flat=True).first() or ""


@lru_cache(maxsize=16)
def _phrases_of(text: str) -> str:
    """On one line in small letters; made once for all the triggers that look at one subject or comment."""
    return " ".join(text.lower().split())


@lru_cache(maxsize=16)
def _words_of(text: str) -> frozenset[str]:
    """Taken apart once for all the triggers that look at one subject or comment."""
    return frozenset("".join(c if c.isalnum() else " " for c in text.lower()).split())
