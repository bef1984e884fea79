"""The rules that desks bring from Zendesk: each loads over the API, and acts on what it is for."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from adjoin.notifications.defaults import AUTOMATIONS, TRIGGERS, TRIGGERS_OFF
from adjoin.people import actions as people
from adjoin.rules import automating, defaults
from adjoin.rules.models import Automation, Macro, Trigger
from adjoin.satisfaction import offers
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets import actions
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Audit, Event, Ticket
from adjoin.tickets.terms import Channel


def fired(ticket: Ticket) -> set[str]:
    """The titles of the triggers that acted on the last update, without what begins each of them."""
    audit = Audit.objects.filter(ticket=ticket).latest("pk")
    via = [one.data.get("via", {}) for one in Event.objects.filter(audit=audit)]
    return {one["source"]["from"]["title"].removeprefix("Notify ") for one in via if one.get("channel") == "rule"}


def test_the_triggers_that_desks_bring_load_over_the_api_and_act_as_they_say(api: Caller, cast: Cast) -> None:
    assert set(Trigger.objects.filter(is_active=False).values_list("title", flat=True)) == {
        one[0] for one in TRIGGERS_OFF
    }
    Trigger.objects.all().delete()
    people.add_to_group(user=cast.users["ana"], group=cast.returns, now=NOW)
    for title, every, some, does in (*TRIGGERS, *TRIGGERS_OFF):
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
    fresh = cast.ticket(by="ada")
    assert "requester of new proactive ticket" in fired(fresh)


def test_the_automations_that_desks_bring_load_over_the_api_and_act_in_their_hour(api: Caller, cast: Cast) -> None:
    kept = Automation.objects.values_list("title", "is_active")
    assert dict(kept) == {title: is_active for title, is_active, _, _ in AUTOMATIONS}
    Automation.objects.all().delete()
    for title, _, every, does in AUTOMATIONS:
        rows = [dict(zip(("field", "operator", "value"), row, strict=True)) for row in every]
        lines = {"conditions": {"all": rows}, "actions": [{"field": field, "value": value} for field, value in does]}
        answer = api.as_("ada").post("/automations", {"automation": {"title": title, **lines}})
        assert answer.status_code == 201, (title, answer.content)
    solved = cast.ticket(status="solved", assignee_id=cast.users["ana"].pk)
    waits = cast.ticket(status="pending", assignee_id=cast.users["ana"].pk)
    acted: dict[int, dict[int, str]] = {}
    for hours in (1, 24, 25, 95, 96, 120, 121):
        before = Audit.objects.count()
        automating.run_all(partial(_after, hours))
        new = Audit.objects.order_by("pk").values_list("ticket_id", "channel_source__from__title")[before:]
        acted |= {hours: dict(new)} if new else {}
    assert acted == {
        24: {solved.pk: "Request customer satisfaction rating", waits.pk: "Pending notification 24 hours"},
        96: {solved.pk: "Close ticket 4 days after status is set to solved"},
        120: {waits.pk: "Pending notification 5 days"},
    }
    solved.refresh_from_db()
    assert (solved.status, offers.score_of(solved.pk)) == ("closed", "offered")


def _after(hours: int) -> datetime:
    return NOW + timedelta(hours=hours, minutes=1)


def test_the_macros_of_a_new_account_do_what_they_say_and_load_over_the_api(api: Caller, cast: Cast) -> None:
    ana, ticket = api.as_("ana"), cast.ticket()
    mine = {"assignee_id": cast.users["ana"].pk, "group_id": cast.support.pk}
    sets: dict[str, dict[str, Any]] = {
        "Close and redirect to topics": {"status": "solved", "priority": "normal", "type": "incident", **mine},
        "Customer not responding": {"status": "pending"},
        "Downgrade and inform": {"priority": "low"},
        "Take it!": mine,
    }
    assert set(Macro.objects.values_list("title", flat=True)) == set(sets)
    for title, does in defaults.MACROS:
        lines = [{"field": field, "value": value} for field, value in does]
        made = api.as_("ada").post("/macros", {"macro": {"title": title, "actions": lines}})
        assert made.status_code == 201, (title, made.content)
        for pk in (made.json()["macro"]["id"], Macro.objects.filter(title=title).earliest("pk").pk):
            shown = ana.get(f"/macros/{pk}/apply").json()["result"]["ticket"]
            assert {name: shown[name] for name in sets[title]} == sets[title], title
            whole = ana.get(f"/tickets/{ticket.pk}/macros/{pk}/apply").json()["result"]["ticket"]
            says = whole.get("comment", {}).get("body", "")
            assert says.startswith("Hello Cyd,") is (title != "Take it!"), title
