"""What automations promise: they act in time, once for a reason, on at most so many, and go on where they stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adjoin.kernel.errors import Invalid
from adjoin.notifications.defaults import CLOSING
from adjoin.rules import actions, automating, automations, ending, writes
from adjoin.rules.kinds import AUTOMATION
from adjoin.rules.models import Automation, Firing
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Audit, Ticket

HOUR = timedelta(hours=1)
STALE = [("status", "less_than", "solved"), ("NEW", "greater_than", "24")]
MARK = [("current_tags", "not_includes", "stale")]


def lines(rows: Any) -> list[dict[str, Any]]:
    return [{"field": field, "operator": operator, "value": value} for field, operator, value in rows]


def automation(cast: Cast, when: Any, does: Any, some: Any = ()) -> Automation:
    return actions.create_automation(
        actor=cast.actor("ada"),
        title="Test",
        conditions={"all": lines(when), "any": lines(some)},
        actions=[{"field": field, "value": value} for field, value in does],
        now=NOW,
    )


def run(after: timedelta) -> int:
    return automating.run_all(lambda: NOW + after)


def test_a_solved_ticket_is_closed_after_four_days_and_its_history_names_the_automation(cast: Cast) -> None:
    ticket = cast.ticket(status="solved", assignee_id=cast.users["ana"].pk)
    assert run(96 * HOUR - timedelta(minutes=1)) == 0
    assert run(97 * HOUR) == 1
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    audit = Audit.objects.filter(ticket=ticket).latest("pk")
    made = Automation.objects.get(title=CLOSING)
    assert (audit.author, audit.channel, audit.channel_source["rel"]) == (None, "rule", "automation")
    assert audit.channel_source["from"] == {
        "id": made.pk,
        "title": CLOSING,
        "deleted": False,
        "revision_id": made.revision_id,
    }
    assert audit.events.get(data__field_name="status").data["via"]["source"]["rel"] == "automation"


def test_an_hour_that_comes_is_met_once_however_often_it_is_looked_for(cast: Cast) -> None:
    automation(cast, [("status", "is", "pending"), ("PENDING", "is", "24")], [("current_tags", "asked")])
    ticket = cast.ticket(status="pending")
    runs = [run(24 * HOUR + timedelta(minutes=minutes)) for minutes in (-5, 0, 5, 15, 55, 65)]
    assert runs == [0, 1, 0, 0, 0, 0]
    cast.update("ana", ticket, at=NOW + 30 * HOUR, status="open")
    cast.update("ana", ticket, at=NOW + 31 * HOUR, status="pending")  # a new reason
    assert run(55 * HOUR) == 1


def test_what_it_cannot_change_is_not_tried_again_until_somebody_has_answered(cast: Cast) -> None:
    """Ben works for another brand: the ticket falls back to nobody, and its condition still holds."""
    automation(cast, [*STALE, ("assignee_id", "is", "")], [("assignee_id", str(cast.users["ben"].pk))])
    ticket = cast.ticket()
    assert [run(hours * HOUR) for hours in (25, 26, 49)] == [1, 0, 0]
    cast.update("ana", ticket, at=NOW + 50 * HOUR, note="Still waiting.")
    assert [run(hours * HOUR) for hours in (51, 52)] == [1, 0]


def test_two_that_undo_each_other_act_once_each(cast: Cast) -> None:
    for one, other in (("low", "high"), ("high", "low")):
        automation(cast, [*STALE, ("priority", "is", one)], [("priority", other)])
    cast.ticket(priority="low")
    assert [run(hours * HOUR) for hours in (25, 26, 27)] == [2, 0, 0]


def test_a_run_that_is_killed_goes_on_where_it_was(cast: Cast) -> None:
    automation(cast, [*STALE, *MARK], [("current_tags", "stale")])
    tickets = [cast.ticket() for _ in range(5)]
    moments = iter([NOW + 25 * HOUR] * 5)  # two looked up, three done, then nothing more
    with pytest.raises(RuntimeError):
        automating.run_all(lambda: next(moments))
    assert Ticket.objects.filter(tags=["stale"]).count() == 3
    assert run(25 * HOUR) == 2
    assert Audit.objects.filter(ticket__in=tickets).count() == 10


def test_at_most_so_many_within_an_hour_in_batches(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(automating, "HOURLY_MAX", 3)
    monkeypatch.setattr(automating, "BATCH", 2)
    automation(cast, [*STALE, *MARK], [("current_tags", "stale")])
    for _ in range(5):
        cast.ticket()
    assert [run(25 * HOUR), run(25 * HOUR + timedelta(minutes=10)), run(27 * HOUR)] == [3, 0, 2]


def test_a_ticket_has_enough_of_automations_at_some_point(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(automating, "LIFETIME_MAX", 1)
    automation(cast, [*STALE, *MARK], [("current_tags", "stale")])
    second = automation(cast, [*STALE, ("priority", "is", "")], [("priority", "low")])
    cast.ticket()
    assert run(25 * HOUR) == 1
    assert "That is the most" in Firing.objects.get(automation=second).says
    assert run(26 * HOUR) == 0


def test_closed_deleted_and_taken_back_tickets_are_left_alone(cast: Cast) -> None:
    automation(cast, [("status", "greater_than", "new"), ("NEW", "greater_than", "1"), *MARK], [("set_tags", "stale")])
    left = [cast.ticket(status=status, assignee_id=cast.users["ana"].pk) for status in ("closed", "open", "open")]
    Ticket.objects.filter(pk=left[1].pk).update(frozen_by="Maker")
    Ticket.objects.filter(pk=left[2].pk).update(deleted_at=NOW)
    assert run(2 * HOUR) == 0


def test_one_that_has_gone_wrong_says_so_and_the_others_go_on(cast: Cast) -> None:
    broken = automation(cast, [*STALE, *MARK], [("current_tags", "stale")])
    automation(cast, [*STALE, ("priority", "is", "")], [("priority", "low")])
    Automation.objects.filter(pk=broken.pk).update(actions=[{"field": "no_such_action", "value": "1"}])
    ticket = cast.ticket()
    assert [run(25 * HOUR), run(26 * HOUR)] == [1, 0]
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags) == ("low", [])
    assert "could not act" in Firing.objects.get(automation=broken).says
    Automation.objects.filter(pk=broken.pk).update(
        conditions={"all": [{"field": "gone", "operator": "is", "value": "1"}]}
    )
    run(27 * HOUR)
    broken.refresh_from_db()
    assert (broken.is_active, "cannot be asked" in broken.notice) == (False, True)


@pytest.mark.parametrize(
    ("when", "some", "does", "complaint"),
    [
        ([("status", "is", "open")], [], [("status", "pending")], "needs hours since something"),
        ([("SOLVED", "is", "5")], [], [("current_tags", "x")], "needs one on status, type"),
        (STALE, [], [("current_tags", "x")], "none of them makes a condition false"),
        ([*STALE, *MARK], [], [("remove_tags", "stale")], "none of them makes a condition false"),
        (
            STALE,
            [("OPEN", "is", "5")],
            [("status", "solved")],
            "Condition 1 of those of which one has to hold: hours have to be",
        ),
        (
            [("status", "changed", ""), *STALE],
            [],
            [("status", "solved")],
            "Condition 1 of those that all have to hold: Status takes is",
        ),
        ([("update_type", "is", "Create"), *STALE], [], [("status", "solved")], "no condition of an automation"),
        ([*STALE, ("NEW", "greater_than", "soon")], [], [("status", "solved")], "takes a whole number"),
        ([*STALE, ("NEW", "greater_than", "9" * 5000)], [], [("status", "solved")], "takes a whole number"),
    ],
)
def test_what_would_never_end_or_never_begin_is_refused(
    cast: Cast, when: Any, some: Any, does: Any, complaint: str
) -> None:
    with pytest.raises(Invalid, match=complaint):
        automation(cast, when, does, some)


def test_the_same_automation_twice_is_refused_also_when_it_is_switched_on(cast: Cast) -> None:
    first = automation(cast, STALE, [("status", "solved")])
    with pytest.raises(Invalid, match="The automation Test has the same conditions"):
        automation(cast, STALE, [("status", "solved")])
    ada = cast.actor("ada")
    writes.update(AUTOMATION, actor=ada, rule_id=first.pk, now=NOW, is_active=False)
    automation(cast, STALE, [("status", "solved")])
    with pytest.raises(Invalid, match="has the same conditions"):
        writes.update(AUTOMATION, actor=ada, rule_id=first.pk, now=NOW, is_active=True)


def test_what_is_said_to_end_does_end(cast: Cast) -> None:
    """Whenever a rule is taken, and does what it says, its conditions do not hold afterwards."""
    statuses = ("open", "pending", "hold", "solved")
    operators = ("is", "is_not", "less_than", "greater_than")
    asked = st.one_of(
        st.tuples(st.just("status"), st.sampled_from(operators), st.sampled_from(statuses)),
        st.tuples(st.just("priority"), st.sampled_from(operators), st.sampled_from(["", "low", "high"])),
        st.tuples(
            st.just("current_tags"), st.sampled_from(["includes", "not_includes"]), st.sampled_from(["a", "a b"])
        ),
        st.tuples(st.sampled_from(["OPEN", "PENDING"]), st.just("greater_than"), st.just("2")),
    )
    done = st.one_of(
        st.tuples(st.just("status"), st.sampled_from(statuses)),
        st.tuples(st.just("priority"), st.sampled_from(["low", "high"])),
        st.tuples(st.sampled_from(["set_tags", "current_tags", "remove_tags"]), st.sampled_from(["a", "b", "a b"])),
    )
    base = cast.ticket(assignee_id=cast.users["ana"].pk)
    states = st.tuples(
        st.sampled_from(statuses), st.sampled_from([None, "low", "high"]), st.sampled_from([[], ["a"], ["a", "b"]])
    )
    rule = automation(cast, STALE, [("status", "solved")])

    @settings(
        max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
    )
    @given(asked, done, states)
    def ends(row: Any, action: Any, state: Any) -> None:
        every, does = lines([row]), [{"field": action[0], "value": action[1]}]
        status, priority, tags = state
        solved_at = NOW if status == "solved" else None
        Ticket.objects.filter(pk=base.pk).update(status=status, priority=priority, tags=tags, solved_at=solved_at)
        hours = [*every, *lines([("NEW", "greater_than", "1")])]
        Automation.objects.filter(pk=rule.pk).update(conditions={"all": hours}, actions=does)
        Firing.objects.all().delete()
        if ending.ends(every, does) and automating.run(rule.pk, lambda: NOW + 5 * HOUR):
            assert not automations.candidates({"all": every}, NOW + 5 * HOUR).filter(pk=base.pk).exists()

    ends()
