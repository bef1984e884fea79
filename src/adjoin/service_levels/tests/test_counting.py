"""A ticket is held against its policy when it changes, when time passes, and when what is promised changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.access.actors import Actor
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.schedules import actions as schedules
from adjoin.service_levels import actions, marks, tasks, telling
from adjoin.service_levels.models import Ledger, Policy, Target
from adjoin.service_levels.stories import Story
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import WEB, Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets import actions as tickets
from adjoin.tickets.changes import Change, NewComment, Via
from adjoin.tickets.models import Audit, Event, Ticket
from adjoin.tickets.terms import Channel

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def promise(cast: Cast, filter: Any = None, *, business: bool = False, title: str = "Care", **minutes: int) -> Policy:
    """A policy for urgent tickets, and twice the time for others: `promise(cast, first_reply_time=60)`."""
    metrics = [
        {"priority": priority, "metric": metric, "target": target * times, "business_hours": business}
        for metric, target in minutes.items()
        for priority, times in (("urgent", 1), ("normal", 2))
    ]
    made = actions.create(actor=cast.actor("ada"), title=title, filter=filter, policy_metrics=metrics, now=NOW)
    run_jobs()
    return made


def target(ticket: Ticket, metric: str = "first_reply_time") -> Target:
    return Target.objects.get(ticket=ticket, metric=metric)


def breach_of(ticket: Ticket) -> datetime | None:
    return Ticket.objects.get(pk=ticket.pk).sla_next_breach_at


def test_an_answer_in_time_is_one_and_a_note_is_none(cast: Cast) -> None:
    promise(cast, first_reply_time=60, next_reply_time=30)
    ticket = cast.ticket(priority="urgent")
    assert breach_of(ticket) == NOW + HOUR
    cast.update("ana", ticket, at=NOW + 10 * MINUTE, note="Not an answer.")
    assert target(ticket).fulfilled_at is None
    cast.update("ana", ticket, at=NOW + 20 * MINUTE, say="Try the switch.")
    assert (target(ticket).fulfilled_at, breach_of(ticket)) == (NOW + 20 * MINUTE, None)
    cast.update("cyd", ticket, at=NOW + 40 * MINUTE, say="It has none.")
    cast.update("cyd", ticket, at=NOW + 50 * MINUTE, say="Hello?")
    assert breach_of(ticket) == NOW + 70 * MINUTE  # from the first of the two
    cast.update("ana", ticket, at=NOW + 90 * MINUTE, say="Then we send one.")
    missed = target(ticket, "next_reply_time")
    assert (missed.breached_at, missed.fulfilled_at) == (NOW + 70 * MINUTE, NOW + 90 * MINUTE)
    told = Event.objects.filter(type="SlaTargetChange").values_list("data__metric", "data__status")
    assert list(told) == [("next_reply_time", "breached")]


def test_priority_and_the_first_policy_that_fits_decide(cast: Cast) -> None:
    group = [{"field": "group_id", "operator": "is", "value": str(cast.returns.pk)}]
    promise(cast, {"all": group}, first_reply_time=10, title="Returns")
    promise(cast, first_reply_time=60, title="All")
    ticket = cast.ticket()
    assert breach_of(ticket) is None  # without a priority nothing is promised
    cast.update("ana", ticket, priority="normal")
    assert breach_of(ticket) == NOW + 2 * HOUR
    cast.update("ana", ticket, at=NOW + MINUTE, group_id=cast.returns.pk)
    assert breach_of(ticket) == NOW + 20 * MINUTE
    turned = [one.pk for one in Policy.objects.order_by("-pk")]
    actions.reorder(actor=cast.actor("ada"), policy_ids=turned, now=NOW)
    run_jobs()
    assert breach_of(ticket) == NOW + 2 * HOUR
    for policy in Policy.objects.all():
        actions.delete(actor=cast.actor("ada"), policy_id=policy.pk, now=NOW)
    run_jobs()
    assert (breach_of(ticket), Target.objects.exists()) == (None, False)


def test_opening_hours_count_where_they_are_promised_and_anew_when_they_change(cast: Cast) -> None:
    promise(cast, business=True, first_reply_time=60)
    ticket = cast.ticket(priority="urgent")
    assert breach_of(ticket) == NOW + HOUR  # no schedule: around the clock
    day = (NOW.isoweekday() % 7) * 1440
    minute = day + NOW.hour * 60 + NOW.minute
    hours = [[minute + 30, minute + 60]]
    made = schedules.create(actor=cast.actor("ada"), name="Short", time_zone="UTC", intervals=hours, now=NOW)
    tasks.recount_some(0, NOW)
    assert breach_of(ticket) == NOW + timedelta(days=7) + HOUR  # half an hour a week
    assert Audit.objects.filter(ticket=ticket).count() == 1  # counting is no update
    schedules.delete(actor=cast.actor("ada"), schedule_id=made.pk, now=NOW)
    assert tasks.recount_some(0, NOW) is None
    assert breach_of(ticket) == NOW + HOUR


def test_the_worker_tells_of_what_is_missed_once_and_the_ticket_is_not_updated(cast: Cast) -> None:
    promise(cast, first_reply_time=60)
    ticket, gone = cast.ticket(priority="urgent"), cast.ticket(priority="urgent")
    tickets.delete(actor=cast.actor("ada"), ticket_id=gone.pk, now=NOW)
    before = Ticket.objects.get(pk=ticket.pk).updated_at
    assert tasks.tell_missed(NOW + HOUR) == 0
    assert [tasks.tell_missed(NOW + HOUR + MINUTE) for _ in range(2)] == [1, 0]
    assert target(ticket).breached_at == NOW + HOUR
    audit = Audit.objects.filter(ticket=ticket).latest("pk")
    assert (audit.author, audit.events.get().type) == (None, "SlaTargetChange")
    assert (breach_of(ticket), Ticket.objects.get(pk=ticket.pk).updated_at) == (NOW + HOUR, before)


def test_a_partner_answers_what_we_shared_with_them_and_asks_on_what_came_from_them(cast: Cast) -> None:
    promise(cast, first_reply_time=60)
    partner = User.objects.create(name="Mo of Maker", partner_name="Maker", created_at=NOW, updated_at=NOW)
    for channel, is_answered in ((Channel.WEB, True), (Channel.SHARING, False)):
        ticket = tickets.create(
            actor=Actor.system(),
            now=NOW,
            via=Via(channel),
            comment=NewComment(body="Broken.", author_id=cast.users["cyd"].pk),
            requester_id=cast.users["cyd"].pk,
            brand_id=cast.home.pk,
            priority="urgent",
        ).ticket
        said = NewComment(body="We look at it.", author_id=partner.pk)
        tickets.update(actor=Actor.system(), ticket_id=ticket.pk, now=NOW + MINUTE, via=WEB, comment=said)
        assert (target(ticket).fulfilled_at is not None) is is_answered


def test_what_is_told_from_the_history_is_what_was_counted_as_it_happened(cast: Cast) -> None:
    promise(cast, first_reply_time=60)
    ticket = cast.ticket(priority="urgent")
    lives: list[tuple[str, dict[str, Any]]] = [
        ("ana", {"say": "Yes?", "status": "pending"}),
        ("cyd", {"say": "Still broken."}),
        ("ana", {"note": "Hm.", "status": "hold"}),
        ("ana", {"say": "Sent.", "status": "solved"}),
        ("cyd", {"say": "It is not here."}),
        ("ana", {"tags": ["slow"]}),
    ]
    for at, (who, fields) in enumerate(lives, 1):
        cast.update(who, ticket, at=NOW + at * HOUR, **fields)
    kept = Story.read(Ledger.objects.get(pk=ticket.pk).story)
    assert kept is not None
    found = Ticket.objects.get(pk=ticket.pk)
    change = Change(ticket=found, actor=Actor.system(), now=NOW + 9 * HOUR, via=WEB, is_create=False)
    anew = telling.chapters(change, None)[-1][1]
    assert (anew.asks, anew.updates, anew.ownings, anew.owned_at) == (3, 2, 1, kept.owned_at)
    assert (kept.asks, kept.updates, kept.ownings) == (3, 2, 1)
    assert (anew.asked_at, anew.replied_at, anew.waited) == (kept.asked_at, kept.replied_at, kept.waited)
    assert (anew.waiting_since, anew.last_reply_at) == (kept.waiting_since, kept.last_reply_at)
    assert [one for one in anew.statuses if one[1] != "new"] == [one for one in kept.statuses if one[1] != "new"]


def test_an_update_costs_no_more_for_many_policies_and_nothing_for_none(cast: Cast) -> None:
    ticket = cast.ticket(priority="urgent")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            cast.update("ana", ticket, at=NOW + MINUTE, subject=f"Kettle {len(asked)}", priority="urgent", note="x")
        return len([one for one in asked.captured_queries if "service_levels" in one["sql"]])

    assert queries() == 0  # beside those of the ledger, which PostgreSQL knows by their names
    promise(cast, first_reply_time=60, agent_work_time=60)
    once = queries()
    for number in range(5):
        tagged = {"field": "current_tags", "operator": "includes", "value": f"t{number}"}
        promise(cast, {"all": [tagged]}, first_reply_time=5)
    assert queries() == once <= 5


def test_a_badge_says_in_words_what_is_due_and_only_to_agents(cast: Cast) -> None:
    promise(cast, first_reply_time=60, agent_work_time=600)
    ticket = cast.ticket(priority="urgent")
    said = {
        minutes: marks.of(target(ticket), NOW + minutes * MINUTE).label for minutes in (0, 55, 61, 60 + 300, 10_000)
    }
    assert list(said.values()) == [
        "First reply in 60 min",
        "First reply in 5 min",
        "First reply 1 min late",
        "First reply 5 h late",
        "First reply 6 d late",
    ]
    both = [ticket, cast.ticket(priority="urgent")]
    assert {pk: len(its) for pk, its in marks.marks(cast.actor("ana"), both).items()} == {one.pk: 1 for one in both}
    assert len(marks.marks(cast.actor("ana"), [ticket])[ticket.pk]) == 2
    assert marks.marks(cast.actor("cyd"), both) == {}


def test_policies_live_over_the_api_and_tickets_tell_how_they_stand(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    metric = {"priority": "urgent", "metric": "first_reply_time", "target": 60, "business_hours": False}
    body = {
        "title": "Urgent",
        "filter": {"all": [{"field": "ticket_type_id", "operator": "is", "value": 2}], "any": []},
        "policy_metrics": [metric],
    }
    made = ada.post("/slas/policies", {"sla_policy": body})
    assert made.status_code == 201
    shown = made.json()["sla_policy"]
    assert shown["filter"] == body["filter"]
    assert shown["policy_metrics"] == [{**metric, "target_in_seconds": 3600}]
    ticket = cast.ticket(priority="urgent", type="incident")
    told = ada.get(f"/tickets/{ticket.pk}?include=slas").json()["ticket"]["slas"]["policy_metrics"]
    assert [(one["metric"], one["stage"]) for one in told] == [("first_reply_time", "active")]
    assert told[0]["days"] < 0
    assert "slas" not in ada.get(f"/tickets/{ticket.pk}").json()["ticket"]
    other = ada.post("/slas/policies", {"sla_policy": {**body, "title": "Two"}}).json()["sla_policy"]
    order = f"/slas/policies/reorder?sla_policy_ids={other['id']},{shown['id']}"
    assert ada.put(order, {}).status_code == 200
    assert [one["title"] for one in ada.get("/slas/policies").json()["sla_policies"]] == ["Two", "Urgent"]
    changed = ada.put(f"/slas/policies/{shown['id']}", {"sla_policy": {"title": "Fast", "filter": {}}})
    assert changed.json()["sla_policy"]["filter"] == {"all": [], "any": []}
    subjects = {one["subject"] for one in ada.get("/slas/policies/definitions").json()["definitions"]["all"]}
    assert {"group_id", "current_tags", "brand_id"} <= subjects
    assert not {"status", "priority"} & subjects
    assert ada.delete(f"/slas/policies/{shown['id']}").status_code == 204
    assert api.as_("ana").get("/slas/policies").status_code == 403


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"title": ""}, "cannot be blank"),
        ({"policy_metrics": []}, "at least one target"),
        ({"policy_metrics": [{"priority": "urgent", "metric": "speed", "target": 1}]}, "metric is one of"),
        ({"policy_metrics": [{"priority": "urgent", "metric": "first_reply_time", "target": 0}]}, "target is minutes"),
        ({"filter": {"all": [{"field": "status", "operator": "is", "value": "new"}]}}, "no condition of a policy"),
        ({"filter": {"all": [{"field": "group_id", "operator": "is", "value": "987654"}]}}, "987654 is not there"),
    ],
)
def test_a_policy_that_cannot_work_is_refused(api: Caller, given: dict[str, Any], says: str) -> None:
    metric = {"priority": "urgent", "metric": "first_reply_time", "target": 60}
    answer = api.as_("ada").post("/slas/policies", {"sla_policy": {"title": "T", "policy_metrics": [metric], **given}})
    assert answer.status_code == 422
    assert says in str(answer.json())


def test_a_policy_that_names_a_group_that_goes_is_left_out_with_a_notice_and_tickets_flow(cast: Cast) -> None:
    asked = {"all": [{"field": "group_id", "operator": "is", "value": str(cast.returns.pk)}]}
    care = promise(cast, asked, first_reply_time=60)
    rest = promise(cast, title="The rest", first_reply_time=90)
    ticket = cast.ticket(priority="urgent", group_id=cast.returns.pk)
    assert breach_of(ticket) == NOW + HOUR
    people.delete_group(group=cast.returns, now=NOW + MINUTE)
    run_jobs()
    care.refresh_from_db()
    assert "Group" in care.notice
    assert target(ticket).policy == rest
    cast.update("ana", ticket, at=NOW + 2 * MINUTE, say="Try the switch.")
    assert target(ticket).fulfilled_at == NOW + 2 * MINUTE
    assert actions.update(actor=cast.actor("ada"), policy_id=care.pk, now=NOW, filter={}).notice == ""
