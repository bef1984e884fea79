"""What macros fill in. Each puts something into a `Draft`; the ticket's own checks say what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.people.models import GroupMembership
from adjoin.rules import placeholders, values
from adjoin.rules.comparing import an_id, tag_words
from adjoin.rules.drafts import Draft
from adjoin.rules.registry import MacroAction, add_macro_action
from adjoin.rules.ticket_actions import check_choice, check_value
from adjoin.rules.values import LONG_TEXT, TAGS, TRUE_OR_FALSE, Part, Value, one_of, rows
from adjoin.tickets.changes import clean_tags
from adjoin.tickets.terms import Priority, TicketStatus, TicketType

CHANNELS = ("channel:all", "channel:web")  # those whose words are for us; others' are left alone
TEXT_MAX = 60_000  # characters
STATUSES = (TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.HOLD, TicketStatus.SOLVED)


def register() -> None:
    """Make them known."""
    statuses = [(one.value, str(one.label)) for one in STATUSES]
    groups = rows(values.groups, "current_groups", nullable=True)
    agents = rows(values.agents, "current_user", nullable=True)
    an_agent = an_id(_("Assignee"), values.everybody_on_the_team, words=("current_user",), nullable=True)
    a_group = an_id(_("Group"), values.groups, words=("current_groups",), nullable=True)
    a_follower = an_id(_("Follower"), values.agents_who_read, words=("current_user",), nullable=False)
    followers = rows(values.agents_who_read, "current_user", nullable=False)
    brands = rows(values.brands, nullable=False)
    subject = Value("text", (Part(_("Subject"), hint=_("May hold placeholders")),))
    for action in (
        MacroAction("comment_value", _("Say"), _say, _check_text, LONG_TEXT, repeatable=True),
        MacroAction("comment_value_html", _("Say (HTML)"), _say_html, _check_text, LONG_TEXT),
        MacroAction("comment_mode_is_public", _("Say it in public"), _speak, _check_flag, one_of(TRUE_OR_FALSE)),
        MacroAction(
            "status",
            _("Status"),
            _fill("status"),
            check_value(_("Status"), [one.value for one in STATUSES]),
            one_of(statuses),
        ),
        MacroAction(
            "priority",
            _("Priority"),
            _fill("priority"),
            check_choice(_("Priority"), Priority),
            one_of(Priority.choices),
        ),
        MacroAction("type", _("Type"), _fill("type"), check_choice(_("Type"), TicketType), one_of(TicketType.choices)),
        MacroAction("group_id", _("Group"), _group, a_group, groups),
        MacroAction("assignee_id", _("Assignee"), _assignee, an_agent, agents),
        MacroAction("brand_id", _("Brand"), _id("brand_id"), an_id(_("Brand"), values.brands, nullable=False), brands),
        MacroAction("subject", _("Subject"), _subject, _check_text, subject),
        MacroAction("set_tags", _("Set tags"), _set_tags, tag_words, TAGS),
        MacroAction("current_tags", _("Add tags"), _add_tags, tag_words, TAGS),
        MacroAction("remove_tags", _("Remove tags"), _remove_tags, tag_words, TAGS),
        MacroAction("follower", _("Add follower"), _follow, a_follower, followers, repeatable=True),
    ):
        add_macro_action(action)


def _fill(name: str) -> Callable[[Draft, Any], None]:
    def fill(draft: Draft, value: Any) -> None:
        draft.fields[name] = value

    return fill


def _id(name: str) -> Callable[[Draft, Any], None]:
    def fill(draft: Draft, value: Any) -> None:
        draft.fields[name] = int(value) if value else None

    return fill


def _group(draft: Draft, value: Any) -> None:
    if value != "current_groups":
        _id("group_id")(draft, value)
        return
    own = GroupMembership.objects.filter(user_id=draft.actor.user_id or 0, group__is_deleted=False)
    first = own.order_by("-is_default", "pk").values_list("group_id", flat=True).first()
    if first is not None:
        draft.fields["group_id"] = first


def _assignee(draft: Draft, value: Any) -> None:
    if value == "current_user":
        draft.fields["assignee_id"] = draft.actor.user_id
    else:
        _id("assignee_id")(draft, value)


def _subject(draft: Draft, value: Any) -> None:
    draft.fields["subject"] = draft.render(value)


def _say(draft: Draft, value: Any) -> None:
    channel, text = value if isinstance(value, list) else ("channel:all", value)
    if channel in CHANNELS:
        draft.body = "\n\n".join(one for one in (draft.body, draft.render(text)) if one)


def _say_html(draft: Draft, value: Any) -> None:
    draft.html_body = draft.render_html(value)


def _speak(draft: Draft, value: Any) -> None:
    draft.is_public = value == "true"


def _set_tags(draft: Draft, value: Any) -> None:
    _tag(draft, value.split())


def _add_tags(draft: Draft, value: Any) -> None:
    _tag(draft, [*draft.tags, *value.split()])


def _remove_tags(draft: Draft, value: Any) -> None:
    gone = set(clean_tags(value.split()))
    _tag(draft, [tag for tag in draft.tags if tag not in gone])


def _tag(draft: Draft, tags: list[str]) -> None:
    draft.tags = draft.fields["tags"] = clean_tags(tags)


def _follow(draft: Draft, value: Any) -> None:
    user_id = draft.actor.user_id if value == "current_user" else int(value)
    if user_id is not None:
        draft.followers.append(user_id)


def _check_text(value: Any) -> Any:
    """Text, or `["channel:all", text]`. Raises `Invalid` for none, too much, or broken placeholders."""
    text = value[1] if isinstance(value, list) and len(value) == 2 else value
    if not isinstance(text, str) or not text.strip() or len(text) > TEXT_MAX:
        raise Invalid.field("value", gettext("Text is needed, at most %(most)s characters") % {"most": f"{TEXT_MAX:,}"})
    placeholders.check(text)
    return value


def _check_flag(value: Any) -> str:
    if str(value).lower() not in ("true", "false"):
        raise Invalid.field("value", gettext("It is true or false"))
    return str(value).lower()
