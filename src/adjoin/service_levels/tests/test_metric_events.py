"""What happens to the clocks of every ticket is kept, and admins fetch it."""

from __future__ import annotations

from typing import Any

from adjoin.people import actions as people
from adjoin.service_levels import marks
from adjoin.service_levels.models import Ledger, MetricEvent, Target
from adjoin.service_levels.tests.test_counting import HOUR, MINUTE, promise
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Ticket

SINCE = int(NOW.timestamp())


def told(ticket: Ticket, metric: str) -> list[tuple[int, str, int]]:
    """Which instance, what happened, and after how many minutes."""
    rows = MetricEvent.objects.filter(ticket=ticket, metric=metric).order_by("pk")
    return [(one.instance_id, one.type, (one.happened_at - NOW) // MINUTE) for one in rows]


def live(cast: Cast) -> Ticket:
    """Filed, answered into pending after 30 minutes, asked again after 60, answered and solved after 90."""
    ticket = cast.ticket(priority="urgent", group_id=cast.support.pk)
    cast.update("ana", ticket, at=NOW + 30 * MINUTE, say="Which one?", status="pending")
    cast.update("cyd", ticket, at=NOW + HOUR, say="The red one.")
    cast.update("ana", ticket, at=NOW + 90 * MINUTE, say="Here is a new one.", status="solved")
    return ticket


def test_each_metric_tells_when_it_ran_stood_still_and_was_done_with_nothing_promised(cast: Cast) -> None:
    ticket = live(cast)
    done = [(1, "fulfill", 90), (1, "update_status", 90)]
    once = [(0, "measure", 0), (1, "activate", 0)]
    assert told(ticket, "reply_time") == [
        *once,
        *((1, "fulfill", 30), (1, "update_status", 30), (2, "activate", 60)),
        *((2, "fulfill", 90), (2, "update_status", 90)),
    ]
    assert told(ticket, "agent_work_time") == [*once, (1, "pause", 30), (1, "activate", 60), *done]
    assert told(ticket, "resolution_time") == told(ticket, "group_ownership_time") == [*once, *done]
    assert told(ticket, "periodic_update_time") == [
        *((0, "measure", 30), (1, "activate", 30), (1, "fulfill", 90), (1, "update_status", 90)),
        *((2, "activate", 90), (2, "fulfill", 90), (2, "update_status", 90)),
    ]
    sums = MetricEvent.objects.filter(ticket=ticket, type="update_status").values_list("metric", "said__status")
    minutes = {metric: said["calendar"] for metric, said in sums if metric != "reply_time" and said["calendar"]}
    assert minutes.pop("periodic_update_time") == 60
    assert minutes.pop("pausable_update_time") == 30
    assert minutes == {
        "requester_wait_time": 60,
        "agent_work_time": 60,
        "resolution_time": 90,
        "group_ownership_time": 90,
    }
    before = sorted(MetricEvent.objects.values_list("metric", "instance_id", "type", "happened_at"))
    MetricEvent.objects.all().delete()
    Ledger.objects.all().delete()  # as in a desk that is older than this: all of it is told from the history
    cast.update("ana", ticket, at=NOW + 2 * HOUR, tags=["late"])
    assert sorted(MetricEvent.objects.values_list("metric", "instance_id", "type", "happened_at")) == before


def test_promises_and_missing_them_are_told_once_and_admins_fetch_all_of_it(api: Caller, cast: Cast) -> None:
    policy = promise(cast, first_reply_time=20)
    ticket = live(cast)
    ada: Any = api.as_("ada")
    found = ada.get(f"/incremental/ticket_metric_events.json?start_time={SINCE}").json()
    of_replies = [one for one in found["ticket_metric_events"] if one["metric"] == "reply_time"]
    assert [one["type"] for one in of_replies][:4] == ["measure", "activate", "apply_sla", "breach"]
    its = {"id": policy.pk, "title": "Care", "description": ""}
    assert of_replies[2]["sla"] == {"target": 20, "business_hours": False, "policy": its}
    assert of_replies[3]["time"] == "2026-03-04T10:20:00Z"
    assert sum(one["type"] == "breach" for one in of_replies) == 1
    assert (found["count"], found["end_of_stream"]) == (MetricEvent.objects.count(), True)
    pages, way, ids = 0, f"?start_time={SINCE}&per_page=3", []
    while way:
        page = ada.get(f"/incremental/ticket_metric_events{way}").json()
        ids += [one["id"] for one in page["ticket_metric_events"]]
        pages += 1
        way = "" if page["end_of_stream"] else f"?{page['next_page'].partition('?')[2]}&per_page=3"
    assert (ids, pages) == ([one["id"] for one in found["ticket_metric_events"]], 4)
    first = ada.get(f"/incremental/ticket_metric_events?start_time={SINCE}&page[size]=2").json()
    after = first["meta"]["after_cursor"]
    second = ada.get(f"/incremental/ticket_metric_events?start_time={SINCE}&page[size]=2&page[after]={after}").json()
    both = [*first["ticket_metric_events"], *second["ticket_metric_events"]]
    assert [one["id"] for one in both] == ids[:4]
    shown = ada.get(f"/tickets/{ticket.pk}?include=metric_events").json()["ticket"]["metric_events"]
    assert [one["type"] for one in shown["reply_time"]] == [one["type"] for one in of_replies]
    both = ada.get(f"/tickets/{ticket.pk}?include=metric_sets").json()["ticket"]["metric_set"]
    assert both["replies"] == ada.get(f"/tickets/{ticket.pk}/metrics").json()["ticket_metric"]["replies"] > 0
    assert api.as_("ana").get(f"/incremental/ticket_metric_events?start_time={SINCE}").status_code == 403
    assert ada.get("/incremental/ticket_metric_events").status_code == 400


def test_groups_promise_each_other_how_long_they_keep_a_ticket(api: Caller, cast: Cast) -> None:
    ada: Any = api.as_("ada")
    target = {"priority": "urgent", "metric": "group_ownership_time", "target": 45, "business_hours": False}
    these = {"field": "group_id", "operator": "includes", "value": [cast.support.pk, cast.returns.pk]}
    tagged = {"field": "current_tags", "operator": "not_includes", "value": "vip"}
    body = {"title": "Hand over", "filter": {"all": [these, tagged]}, "policy_metrics": [target]}
    made = ada.post("/group_slas/policies", {"group_sla_policy": body})
    assert made.status_code == 201, made.content
    shown = made.json()["group_sla_policy"]
    assert (shown["filter"], shown["policy_metrics"][0]["target"]) == (body["filter"], 45)
    policy_id = shown["id"]
    assert isinstance(policy_id, str)
    assert ada.get(f"/slas/policies/{policy_id}").status_code == 404
    told = ada.get("/group_slas/policies/definitions").json()["definitions"]["all"]
    assert "includes" in [one["value"] for row in told if row["subject"] == "group_id" for one in row["operators"]]
    run_jobs()
    people.add_to_group(user=cast.users["ana"], group=cast.returns, now=NOW)
    promise(cast, total_resolution_time=600)
    ticket = cast.ticket(priority="urgent", group_id=cast.support.pk)
    cast.update("ana", ticket, at=NOW + 30 * MINUTE, group_id=cast.returns.pk)
    due = Target.objects.get(ticket=ticket, metric="group_ownership_time")
    assert (due.started_at, due.due_at) == (NOW + 30 * MINUTE, NOW + 75 * MINUTE)
    assert "Ownership in" in marks.of(due, NOW + HOUR).label
    cast.update("ada", ticket, at=NOW + 80 * MINUTE, status="solved", assignee_id=cast.users["ana"].pk)
    rows = MetricEvent.objects.filter(ticket=ticket, metric="group_ownership_time").order_by("pk")
    assert [(one.instance_id, one.type) for one in rows] == [
        *((0, "measure"), (1, "activate"), (1, "apply_group_sla"), (1, "fulfill"), (1, "update_status")),
        *((2, "activate"), (2, "apply_group_sla"), (2, "breach"), (2, "fulfill"), (2, "update_status")),
    ]
    assert rows[2].said["group_sla"]["policy"]["id"] == policy_id
    wrong = {**body, "policy_metrics": [{**target, "metric": "first_reply_time"}]}
    assert ada.post("/group_slas/policies", {"group_sla_policy": wrong}).status_code == 422
    assert ada.put(f"/group_slas/policies/reorder?group_sla_policy_ids={policy_id}", {}).status_code == 200
    changed = ada.put(f"/group_slas/policies/{policy_id}", {"group_sla_policy": {"title": "Quick"}}).json()
    assert changed["group_sla_policy"]["filter"] == body["filter"]
    assert ada.delete(f"/group_slas/policies/{policy_id}").status_code == 204
    assert ada.get("/group_slas/policies").json()["count"] == 0


def test_each_ticket_has_a_set_of_times_and_counts_for_those_who_read_it(api: Caller, cast: Cast) -> None:
    ticket, ana = live(cast), api.as_("ana")
    cast.update("cyd", ticket, at=NOW + 2 * HOUR, say="Broken again.")
    cast.update("ana", ticket, at=NOW + 3 * HOUR, note="Closed for good.", status="solved")
    shown = ana.get(f"/tickets/{ticket.pk}/metrics").json()["ticket_metric"]
    counts = {name: shown[name] for name in ("reopens", "replies", "group_stations", "assignee_stations")}
    assert counts == {"reopens": 1, "replies": 2, "group_stations": 1, "assignee_stations": 1}
    times = {name: its["calendar"] for name, its in shown.items() if name.endswith("_in_minutes")}
    assert times == {
        "reply_time_in_minutes": 30,
        "first_resolution_time_in_minutes": 90,
        "full_resolution_time_in_minutes": 150,
        "agent_wait_time_in_minutes": 30,
        "requester_wait_time_in_minutes": 120,
        "on_hold_time_in_minutes": 0,
    }
    assert (shown["initially_assigned_at"], shown["latest_comment_added_at"]) == (
        "2026-03-04T11:30:00Z",
        "2026-03-04T13:00:00Z",
    )
    Ledger.objects.all().delete()
    assert ana.get(f"/ticket_metrics/{ticket.pk}").json()["ticket_metric"] == shown
    assert [one["ticket_id"] for one in ana.get("/ticket_metrics").json()["ticket_metrics"]] == [ticket.pk]
    assert api.as_("ben").get(f"/ticket_metrics/{ticket.pk}").status_code == 404
    assert api.as_("cyd").get("/ticket_metrics").status_code == 403
