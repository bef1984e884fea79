"""Actions with which a rule says something: `reply_public` to everybody on the ticket, `reply_internal` to agents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _

from adjoin.access import actors
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.rules import placeholders
from adjoin.rules.registry import Action, Rule, add_action
from adjoin.rules.values import LONG_TEXT
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

WORDS_MAX = 60_000  # characters, as a rule has at most 65,000


def register() -> None:
    """Make them known."""
    for key, label, is_public in (
        ("reply_public", _("Reply to the requester"), True),
        ("reply_internal", _("Add a private note"), False),
    ):
        add_action(Action(key, label, partial(_say, is_public), _check, LONG_TEXT, repeatable=True))


def _check(value: Any) -> list[str]:
    words = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(words, str) or not words.strip() or len(words) > WORDS_MAX:
        raise Invalid.field("value", say("A reply is text, at most %(most)s characters") % {"most": f"{WORDS_MAX:,}"})
    placeholders.check(words)
    return [words]


def _say(is_public: bool, change: Change, value: Any, rule: Rule) -> None:
    """Add a comment in the name of who answers for the ticket. Nothing is said to what a partner's desk wrote: two
    desks with such rules would answer each other without end."""
    if change.actor.agreement_id is not None:
        return
    by, via = _in_whose_name(change), Via(Channel.RULE, rule["source"])
    fill = partial(_fill, value[0], by, is_public)
    change.say(NewComment(body=value[0], is_public=is_public, author_id=by, via=via, fill=fill), rule=rule)


def _in_whose_name(change: Change) -> int:
    """The assignee; without one an agent who makes the update and may speak in public, or else the account's owner, or
    the first of its admins."""
    actor, assignee_id = change.actor, change.ticket.assignee_id
    if assignee_id is not None:
        return int(assignee_id)
    if actor.is_agent and actor.user_id is not None and not actor.only_private_comments:
        return actor.user_id
    admins = User.objects.active().filter(role=Role.ADMIN).order_by("-is_owner", "pk")
    return int(admins.values_list("pk", flat=True)[0])


def _fill(words: str, by: int, is_public: bool, change: Change) -> str:
    """The words with their placeholders filled in. Nobody looks at them before they go, so what only agents read about
    people stays empty in public."""
    told = placeholders.values_for(actors.load(by), change.ticket, is_inside=not is_public)
    told["current_user"] = placeholders.by(lambda: change.actor.user_id, is_inside=not is_public)
    return placeholders.render(words, told)
