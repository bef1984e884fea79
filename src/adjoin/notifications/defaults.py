"""The triggers and automations every new account has, as Zendesk ships them: who is told what, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from adjoin.access.actors import Actor
from adjoin.rules import actions, categories, writes
from adjoin.rules.kinds import TRIGGER
from adjoin.rules.models import Automation, Trigger, TriggerCategory

REPLY = "{{ticket.latest_public_comment}}"
# No words of the sender: nobody can have us mail their text to a stranger.
RECEIVED = gettext_noop("""Your request ({{ticket.id}}) has reached {{ticket.brand.name}} and is being looked at.

You will get a mail when somebody answers.""")
AGENT_NEWS = gettext_noop("Ticket {{ticket.id}} ({{ticket.title}}) has news:\n\n{{ticket.latest_comment}}")
Row = tuple[str, str, Any]

Triggers = tuple[tuple[str, list[Row], list[Row], list[tuple[str, Any]]], ...]

TRIGGERS: Triggers = (
    (
        gettext_noop("Notify requester and CCs of received request"),
        [
            ("update_type", "is", "Create"),
            ("status", "is_not", "solved"),
            ("ticket_is_public", "is", "public"),
            ("comment_is_public", "is", "true"),
            ("role", "is", "end_user"),
        ],
        [],
        [
            (
                "notification_user",
                [
                    "requester_and_ccs",
                    gettext_noop("[Request received]"),
                    RECEIVED,
                ],
            )
        ],
    ),
    (
        gettext_noop("Notify requester of new proactive ticket"),
        [("update_type", "is", "Create"), ("ticket_is_public", "is", "public"), ("role", "is", "agent")],
        [],
        [("notification_user", ["requester_and_ccs", "{{ticket.title}}", REPLY])],
    ),
    (
        gettext_noop("Notify requester and CCs of comment update"),
        [("update_type", "is", "Change"), ("comment_is_public", "is", "true")],
        [],
        [("notification_user", ["requester_and_ccs", "[{{ticket.account}}] Re: {{ticket.title}}", REPLY])],
    ),
    (
        gettext_noop("Notify assignee of comment update"),
        [
            ("comment_is_public", "is", "not_relevant"),
            ("assignee_id", "is_not", "current_user"),
            ("assignee_id", "is_not", "requester_id"),
            ("assignee_id", "not_changed", ""),
            ("status", "not_value_previous", "solved"),
        ],
        [],
        [("notification_user", ["assignee_id", "[{{ticket.account}}] Re: {{ticket.title}}", AGENT_NEWS])],
    ),
    (
        gettext_noop("Notify assignee of assignment"),
        [("assignee_id", "changed", ""), ("assignee_id", "is_not", "current_user")],
        [],
        [
            (
                "notification_user",
                [
                    "assignee_id",
                    gettext_noop("[{{ticket.account}}] Assignment: {{ticket.title}}"),
                    gettext_noop("Ticket {{ticket.id}} is now yours."),
                ],
            )
        ],
    ),
    (
        gettext_noop("Notify assignee of reopened ticket"),
        [
            ("assignee_id", "is_not", "current_user"),
            ("status", "value_previous", "solved"),
            ("status", "is_not", "closed"),
        ],
        [],
        [
            (
                "notification_user",
                ["assignee_id", gettext_noop("[{{ticket.account}}] Reopened: {{ticket.title}}"), AGENT_NEWS],
            )
        ],
    ),
    (
        gettext_noop("Notify group of assignment"),
        [("group_id", "is_not", ""), ("assignee_id", "is", "")],
        [("group_id", "changed", ""), ("assignee_id", "changed", "")],
        [
            (
                "notification_group",
                [
                    "group_id",
                    gettext_noop("[{{ticket.account}}] For your group: {{ticket.title}}"),
                    gettext_noop("Ticket {{ticket.id}} waits for you."),
                ],
            )
        ],
    ),
)
TRIGGERS_OFF: Triggers = (  # there to be switched on
    (
        gettext_noop("Notify all agents of received request"),
        [("update_type", "is", "Create")],
        [],
        [
            (
                "notification_user",
                ["all_agents", gettext_noop("[{{ticket.account}}] New: {{ticket.title}}"), AGENT_NEWS],
            )
        ],
    ),
    (
        gettext_noop("Auto-assign to first email responding agent"),
        [
            ("update_type", "is", "Change"),
            ("current_via_id", "is", "4"),
            ("assignee_id", "is", ""),
            ("role", "is_not", "end_user"),
        ],
        [],
        [("assignee_id", "current_user")],
    ),
)

CATEGORY = gettext_noop("Notifications")
RATING = gettext_noop("Request customer satisfaction rating")
CLOSING = gettext_noop("Close ticket 4 days after status is set to solved")
WAITING = gettext_noop("""Your request ({{ticket.id}}) waits for an answer of yours.

{{ticket.latest_public_comment}}""")
AUTOMATIONS: tuple[tuple[str, bool, list[Row], list[tuple[str, Any]]], ...] = (
    (CLOSING, True, [("status", "is", "solved"), ("SOLVED", "greater_than", "96")], [("status", "closed")]),
    *(
        (
            title,
            False,
            [("status", "is", "pending"), ("PENDING", "is", hours), ("ticket_is_public", "is", "public")],
            [
                (
                    "notification_user",
                    [
                        "requester_and_ccs",
                        gettext_noop("[{{ticket.account}}] Waiting for you: {{ticket.title}}"),
                        WAITING,
                    ],
                )
            ],
        )
        for title, hours in (
            (gettext_noop("Pending notification 24 hours"), "24"),
            (gettext_noop("Pending notification 5 days"), "120"),
        )
    ),
    (
        RATING,
        False,
        [
            ("status", "is", "solved"),
            ("SOLVED", "is", "24"),
            ("ticket_is_public", "is", "public"),
            ("satisfaction_score", "is", "unoffered"),
        ],
        [("satisfaction_score", "offered")],
    ),
)


def furnish_notifications(now: datetime) -> None:
    """Put the default triggers and automations into a new account, with titles in its language.

    What they write to people is told in the language of each."""
    system = Actor.system()
    category = TriggerCategory.objects.filter(name=gettext(CATEGORY)).first()
    category = category or categories.create(actor=system, name=gettext(CATEGORY), now=now)
    for title, every, some, does in (*TRIGGERS, *TRIGGERS_OFF):
        if not Trigger.objects.filter(title=gettext(title)).exists():
            writes.create(
                TRIGGER,
                category=category,
                actor=system,
                title=gettext(title),
                conditions={"all": [_condition(row) for row in every], "any": [_condition(row) for row in some]},
                actions=[{"field": field, "value": value} for field, value in does],
                now=now,
                is_active=title not in {one[0] for one in TRIGGERS_OFF},
            )
    for title, is_active, every, does in AUTOMATIONS:
        if not Automation.objects.filter(title=gettext(title)).exists():
            actions.create_automation(
                actor=system,
                title=gettext(title),
                conditions={"all": [_condition(row) for row in every]},
                actions=[{"field": field, "value": value} for field, value in does],
                now=now,
                is_active=is_active,
            )


def _condition(row: Row) -> dict[str, Any]:
    return dict(zip(("field", "operator", "value"), row, strict=True))
