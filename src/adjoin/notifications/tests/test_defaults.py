"""The triggers that desks bring from Zendesk: each loads over the API, and acts on the updates it is for."""

from __future__ import annotations

from typing import Any

from adjoin.notifications.defaults import TRIGGERS
from adjoin.people import actions as people
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets import actions
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Audit, Event, Ticket
from adjoin.tickets.terms import Channel

ALL_AGENTS = ("all_agents", "[Ticket] {{ticket.title}}", "{{ticket.comments_formatted}}")
MORE: tuple[Any, ...] = (
    (
        "Notify all agents of received request",
        [("update_type", "is", "Create")],
        [],
        [("notification_user", list(ALL_AGENTS))],
    ),
    (
        "Auto-assign to first email responding agent",
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


def fired(ticket: Ticket) -> set[str]:
    """The titles of the triggers that acted on the last update, without what begins each of them."""
    audit = Audit.objects.filter(ticket=ticket).latest("pk")
    via = [one.data.get("via", {}) for one in Event.objects.filter(audit=audit)]
    return {one["source"]["from"]["title"].removeprefix("Notify ") for one in via if one.get("channel") == "rule"}


def test_the_triggers_that_desks_bring_load_over_the_api_and_act_as_they_say(api: Caller, cast: Cast) -> None:
    Trigger.objects.all().delete()
    people.add_to_group(user=cast.users["ana"], group=cast.returns, now=NOW)
    for title, every, some, does in (*TRIGGERS, *MORE):
        lines = [
            [dict(zip(("field", "operator", "value"), row, strict=True)) for row in rows] for rows in (every, some)
        ]
        body = {
            "title": title,
            "conditions": {"all": lines[0], "any": lines[1]},
            "actions": [{"field": field, "value": value} for field, value in does],
        }
        answer = api.as_("ada").post("/triggers", {"trigger": body})
        assert answer.status_code == 201, (title, answer.content)
    cyd = cast.users["cyd"].pk
    how: dict[str, Any] = {"now": NOW, "via": Via(Channel.HELP_CENTER), "requester_id": cyd, "subject": "Leaks"}
    ticket = actions.create(actor=cast.actor("cyd"), comment=NewComment(body="It leaks."), **how).ticket
    assert {"requester and CCs of received request", "all agents of received request"} <= fired(ticket)
    cast.update("ada", ticket, group_id=cast.returns.pk)
    assert fired(ticket) == {"group of assignment"}
    actions.update(
        actor=cast.actor("ana"),
        ticket_id=ticket.pk,
        now=NOW,
        via=Via(Channel.EMAIL),
        comment=NewComment(body="Which kettle?"),
    )
    assert fired(ticket) == {"requester and CCs of comment update", "Auto-assign to first email responding agent"}
    cast.update("cyd", ticket, say="The red one.")
    assert fired(ticket) == {"assignee of comment update"}  # who wrote it is not told of it
    cast.update("ana", ticket, status="solved")
    assert fired(ticket) == set()
    cast.update("cyd", ticket, say="It leaks again.")
    assert fired(ticket) == {"assignee of reopened ticket"}
    cast.update("ada", ticket, assignee_id=cast.users["ada"].pk)
    assert fired(ticket) == set()
    cast.update("ada", ticket, assignee_id=cast.users["ana"].pk)
    assert fired(ticket) == {"assignee of assignment"}
