"""What is counted of a ticket, against a clock that looks every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adjoin.schedules import calendars
from adjoin.schedules.calendars import Calendar
from adjoin.service_levels.stories import Said, Story, measure
from adjoin.service_levels.terms import OF_REQUESTERS, RUNS, UNSOLVED, Metric
from adjoin.tickets.terms import TicketStatus

MINUTE = timedelta(minutes=1)
FILED = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)  # a Monday
OPEN_HOURS = Calendar("UTC", tuple((day * 1440 + 540, day * 1440 + 600) for day in range(7)))  # 9 to 10, every day
Step = tuple[int, str, list[Said]]

steps = st.lists(
    st.tuples(
        st.integers(1, 240), st.sampled_from(TicketStatus.values[:5]), st.lists(st.sampled_from(list(Said)), max_size=1)
    ),
    max_size=7,
)


def told(happened: list[Step]) -> Story:
    story, now = Story(((FILED, "new"),)).go_on(FILED, "new", [Said.ASKED]), FILED
    for minutes, status, said in happened:
        now += minutes * MINUTE
        story = story.go_on(now, status, said)
    return story


class Watcher:
    """Somebody with a clock, who looks at a ticket every minute and counts those in which the metric runs."""

    def __init__(self, metric: Metric, calendar: Calendar | None) -> None:
        self.metric, self.calendar, self.status, self.spent = metric, calendar, "new", 0
        self.is_update = metric in (Metric.PERIODIC_UPDATE, Metric.PAUSABLE_UPDATE)
        self.is_reply = metric in (Metric.FIRST_REPLY, Metric.NEXT_REPLY)
        self.runs = metric != Metric.NEXT_REPLY and not self.is_update
        self.has_answer, self.waits = False, True

    def see(self, status: str, said: list[Said]) -> None:
        for one in said:
            if one is Said.REPLIED:
                self._answered()
                if self.is_update:
                    self.runs, self.spent = True, 0
            elif self.has_answer and not self.waits:
                self.waits = True
                if self.metric == Metric.NEXT_REPLY:
                    self.runs, self.spent = True, 0
        self.status = status
        if status not in UNSOLVED:
            self._answered()

    def watch(self, moment: datetime) -> None:
        if self.runs and self.status in RUNS.get(self.metric, TicketStatus.values):
            self.spent += calendars.is_open(self.calendar, moment)

    def _answered(self) -> None:
        self.has_answer, self.waits = True, False
        if self.is_reply:
            self.runs = False


def spent_on(happened: list[Step], metric: Metric, calendar: Calendar | None) -> int:
    """The minutes that count until the last update."""
    watcher, moment = Watcher(metric, calendar), FILED
    for length, status, said in happened:
        for _ in range(length):
            watcher.watch(moment)
            moment += MINUTE
        watcher.see(status, said)
    return watcher.spent


@pytest.mark.parametrize("metric", OF_REQUESTERS)
@settings(max_examples=12, deadline=None, database=None)
@given(happened=steps, minutes=st.integers(1, 300), calendar=st.sampled_from([None, OPEN_HOURS]))
def test_a_target_is_missed_when_somebody_who_looks_every_minute_says(
    metric: Metric, happened: list[Step], minutes: int, calendar: Calendar | None
) -> None:
    story = told(happened)
    now = FILED + sum(length for length, _, _ in happened) * MINUTE
    stand = measure(story, metric, minutes, calendar)
    spent = spent_on(happened, metric, calendar)
    assert (stand is not None and stand.is_missed(now)) is (spent > minutes)
    if stand is not None and stand.due_at is not None and stand.due_at >= now:
        assert calendars.between(calendar, now, stand.due_at) == (minutes - spent) * MINUTE
    if stand is not None and stand.due_at is None and stand.fulfilled_at is None:
        assert stand.is_paused
    assert Story.read(story.as_json()) == story


def test_time_stands_still_while_it_is_pending_or_on_hold_as_each_metric_has_it() -> None:
    story = told([(30, "pending", []), (60, "hold", []), (60, "open", [])])
    left = {
        metric: (stand.due_at - FILED) / MINUTE
        for metric in Metric
        if (stand := measure(story, metric, 240, None)) and stand.due_at
    }
    assert left == {
        Metric.FIRST_REPLY: 240,
        Metric.TOTAL_RESOLUTION: 240,
        Metric.REQUESTER_WAIT: 300,
        Metric.AGENT_WORK: 360,
    }


def test_what_is_said_after_a_reply_waits_for_the_next_and_solving_ends_every_wait() -> None:
    story = told([(10, "open", [Said.REPLIED]), (10, "open", [Said.ASKED]), (10, "open", [Said.ASKED])])
    waiting = measure(story, Metric.NEXT_REPLY, 60, None)
    assert waiting is not None
    assert (waiting.started_at, waiting.due_at) == (FILED + 20 * MINUTE, FILED + 80 * MINUTE)
    solved = measure(story.go_on(FILED + 50 * MINUTE, "solved", []), Metric.NEXT_REPLY, 60, None)
    assert solved is not None
    assert (solved.fulfilled_at, solved.is_missed(FILED + 90 * MINUTE)) == (FILED + 50 * MINUTE, False)
    unanswered = told([(50, "solved", [])])
    first = measure(unanswered, Metric.FIRST_REPLY, 30, None)
    assert first is not None
    assert first.is_missed(FILED + 51 * MINUTE)
