"""When the example companies are open, and how soon they promise to answer, so that their lists show what is due."""

from __future__ import annotations

from datetime import datetime

from adjoin.access.actors import Actor
from adjoin.schedules import actions as schedules
from adjoin.service_levels import actions as service_levels

DAY, OPENS, CLOSES = 24 * 60, 8 * 60, 18 * 60  # minutes
HOURS = [[day * DAY + OPENS, day * DAY + CLOSES] for day in range(1, 6)]  # Monday to Friday
MINUTES = {  # by priority: first and next reply in opening hours, everything by the clock
    "urgent": (60, 120, 2 * DAY),
    "high": (240, 480, 4 * DAY),
    "normal": (600, 1200, 10 * DAY),
    "low": (1200, 2400, 20 * DAY),
}


def make(now: datetime) -> None:
    """In this account: a schedule, and a policy for every ticket. Tickets are counted by the worker, later."""
    desk = Actor.system()
    schedules.create(actor=desk, name="Office hours", time_zone="Europe/Berlin", intervals=HOURS, now=now)
    metrics = [
        {"priority": priority, "metric": metric, "target": minutes, "business_hours": metric != "total_resolution_time"}
        for priority, its in MINUTES.items()
        for metric, minutes in zip(("first_reply_time", "next_reply_time", "total_resolution_time"), its, strict=True)
    ]
    service_levels.create(
        actor=desk, title="What customers can count on", filter={"all": [], "any": []}, policy_metrics=metrics, now=now
    )
