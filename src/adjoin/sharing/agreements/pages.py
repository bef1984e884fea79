"""What the page of one agreement shows: numbers, the last thirty days, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.sharing.agreements import queries
from adjoin.sharing.agreements.queries import AgreementCard
from adjoin.sharing.models import AgreementEvent, SharingAgreement
from adjoin.sharing.terms import (
    AgreementStatus,
    CommentsTerm,
    DeliveryState,
    Happened,
    OnUnshare,
    ShareState,
    WhoShares,
)

DAYS = 30
EVENTS_SHOWN = 50
HEIGHT, WIDTH, GAP = 72, 480, 3  # of the chart, in its own units

LABELS = {
    "status": _("status"),
    "comments": _("comments"),
    "syncs_status": _("same status"),
    "syncs_tags": _("tags"),
    "syncs_custom_fields": _("ticket fields"),
    "shares_attachments": _("files"),
    "attachment_max_mb": _("largest file in MB"),
    "names_requester": _("customer named"),
    "on_unshare": _("when taken back"),
    "status_out": _("our statuses there"),
    "status_in": _("their statuses here"),
    "excluded_tags": _("tags that stay"),
    "field_map": _("mapped fields"),
    "who_shares": _("who shares"),
    "own_url": _("our address"),
    "partner_url": _("their address"),
}
WORDS = {str(choice): choice.label for kind in (AgreementStatus, CommentsTerm, OnUnshare, WhoShares) for choice in kind}


@dataclass(frozen=True)
class Bar:
    """One day of the chart: the heights are in its units, from below."""

    day: date
    sent: int
    failed: int
    x: float
    width: float
    sent_y: float
    sent_height: float
    received: int
    received_y: float
    received_height: float
    failed_y: float
    failed_height: float


@dataclass(frozen=True)
class Moved:
    """One thing that was one way and is another."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    event: AgreementEvent
    sentence: str
    note: str  # what whoever did it says to the other side
    moved: list[Moved]


@dataclass(frozen=True)
class AgreementPage:
    """One agreement with all its page says."""

    card: AgreementCard
    orphans: int
    bars: list[Bar]
    scale: tuple[int, ...]  # updates a day, from the top of the chart down to 0
    sent: int  # in the days shown
    received: int
    failed: int
    lines: list[Line]
    last_day: date
    middle_day: date
    first_day: date


def page(agreement: SharingAgreement, now: datetime) -> AgreementPage:
    """Everything, in seven queries."""
    today = now.date()
    counts, received_on = _by_day(agreement, today), _received_by_day(agreement, today)
    days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    top = _top(max(sum(counts.get(day, (0, 0))) + received_on.get(day, 0) for day in days))
    bars = _bars(counts, received_on, days, top)
    return AgreementPage(
        card=queries.card(agreement),
        orphans=agreement.shared_tickets.filter(state__in=ShareState.left_behind()).count(),
        bars=bars,
        scale=(top, top // 2, 0),
        sent=sum(bar.sent for bar in bars),
        received=sum(bar.received for bar in bars),
        failed=sum(bar.failed for bar in bars),
        lines=[_line(event) for event in agreement.events.order_by("-pk")[:EVENTS_SHOWN]],
        first_day=days[0],
        middle_day=days[DAYS // 2],
        last_day=today,
    )


def _by_day(agreement: SharingAgreement, today: date) -> dict[date, tuple[int, int]]:
    """How much was sent, and how much refused, on each day."""
    rows = (
        agreement.deliveries.filter(created_at__date__gt=today - timedelta(days=DAYS))
        .annotate(day=TruncDate("created_at"))
        .order_by()
        .values("day")
        .annotate(
            sent=Count("pk", filter=Q(state=DeliveryState.SENT)),
            failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
        )
    )
    return {row["day"]: (row["sent"], row["failed"]) for row in rows}


def _received_by_day(agreement: SharingAgreement, today: date) -> dict[date, int]:
    """How much we took on each day."""
    rows = agreement.received_requests.filter(received_at__date__gt=today - timedelta(days=DAYS), status__lt=300)
    by_day = rows.annotate(day=TruncDate("received_at")).order_by().values("day").annotate(count=Count("pk"))
    return {row["day"]: row["count"] for row in by_day}


def _top(most: int) -> int:
    """Where the chart ends: the next of 2, 4, 6, 8, 10, 20, 40 and so on, so that half of it is a whole number."""
    unit = 2
    while most > unit * 5:
        unit *= 10
    return unit * max(-(-most // unit), 1)


def _bars(counts: dict[date, tuple[int, int]], received_on: dict[date, int], days: list[date], top: int) -> list[Bar]:
    """One for each day; what was sent stands at the bottom, then what was received, then what was not taken."""
    step = WIDTH / DAYS
    bars = []
    for number, day in enumerate(days):
        (sent, failed), received = counts.get(day, (0, 0)), received_on.get(day, 0)
        heights = [round(count * HEIGHT / top, 1) for count in (sent, received, failed)]
        sent_height, received_height, failed_height = heights
        bars.append(
            Bar(
                day=day,
                sent=sent,
                failed=failed,
                x=round(number * step, 1),
                width=round(step - GAP, 1),
                sent_y=round(HEIGHT - sent_height, 1),
                sent_height=sent_height,
                received=received,
                received_y=round(HEIGHT - sent_height - received_height, 1),
                received_height=received_height,
                failed_y=round(HEIGHT - sum(heights), 1),
                failed_height=failed_height,
            )
        )
    return bars


def _line(event: AgreementEvent) -> Line:
    usual = {
        Happened.MADE: gettext("The invitation."),
        Happened.TERMS: gettext("Changed the terms."),
        Happened.ADDRESS: gettext("Moved."),
    }.get(Happened(event.kind), "")
    has_note = event.kind in (Happened.MADE, Happened.TERMS)
    shown = event.changes if event.kind != Happened.MADE else {}
    return Line(
        event,
        usual if has_note else event.words or usual,
        event.words if has_note else "",
        [Moved(LABELS.get(name, name), _shown(old), _shown(new)) for name, (old, new) in shown.items()],
    )


def _shown(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        return ", ".join(gettext("%(one)s is %(other)s") % {"one": one, "other": other} for one, other in value.items())
    if isinstance(value, list):
        return ", ".join(
            gettext("%(ours)s is %(theirs)s") % {"ours": row["ours"], "theirs": row["theirs"]}
            if isinstance(row, dict)
            else str(row)
            for row in value
        )
    return str(WORDS.get(str(value), value))
