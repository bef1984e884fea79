"""What was measured of tickets, oldest first, for those who keep it elsewhere: by time, or by cursor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import readable
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, NotAllowed
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.service_levels import metric_events
from adjoin.service_levels.models import MetricEvent

router = Router(tags=["Service levels"], auth=agents_only)
SORTS = Sorts.of(told_at="told_at", default="told_at")
EXPORT_MAX = 1000
SETTLES = timedelta(minutes=1)  # updates that have begun are written by then, so that none comes in behind a reader
SECOND = timedelta(seconds=1)


class MetricEventJson(Schema):
    """One thing that happened to the clock of a metric. `sla`, `group_sla` and `status` where they say something."""

    id: int
    ticket_id: int
    metric: str
    instance_id: int
    type: str
    time: str
    sla: dict[str, Any] | None = None
    group_sla: dict[str, Any] | None = None
    status: dict[str, int] | None = None


MANY = describe.many("ticket_metric_events", MetricEventJson)


@router.get(
    "/incremental/ticket_metric_events",
    response=MANY,
    openapi_extra=describe.takes("start_time", "per_page", "page[size]", "page[after]"),
)
def export_metric_events(request: DeskRequest) -> HttpResponse:
    """What happened since `start_time` (seconds), a thousand at a time, or with `page[size]` by cursor; for admins."""
    if not request.actor.is_admin:
        raise NotAllowed(say("Exports are for admins."))
    until = timezone.now() - SETTLES
    since = _start(request, until)
    rows = MetricEvent.objects.filter(ticket__in=readable.tickets_as_agent(request.actor)).order_by("told_at", "pk")
    rows = rows.filter(told_at__gte=since, told_at__lt=until)
    if any(name in request.GET for name in ("page[size]", "page[after]")):
        page = paging.page(request, rows, SORTS)
        shown = [metric_events.as_json(row) for row in page.rows]
        is_over = not page.before["meta"]["has_more"]
        return answers.answer(page.envelope("ticket_metric_events", shown, end_of_stream=is_over))
    found, end = _until_second_is_over(rows, since, reading.whole_number(reading.words(request, "per_page")))
    is_over = not rows.filter(told_at__gte=end).exists()
    shown = [metric_events.as_json(row) for row in found]
    stamp = int(end.timestamp())
    way = f"{answers.base(request)}/incremental/ticket_metric_events.json?start_time={stamp}"
    told = {"count": len(shown), "end_time": stamp, "next_page": way, "end_of_stream": is_over}
    return answers.answer({"ticket_metric_events": shown, **told})


def _start(request: DeskRequest, until: datetime) -> datetime:
    words = reading.words(request, "start_time")
    if not (words.isascii() and words.isdecimal() and len(words) < 12):
        raise BadRequest(say("Parameter start_time is required: seconds since 1970"))
    since = datetime.fromtimestamp(int(words), UTC)
    if since > until:
        raise BadRequest(say("Too recent start_time. Use a start_time older than 60 seconds"))
    return since


def _until_second_is_over(
    rows: QuerySet[MetricEvent], since: datetime, size: int | None
) -> tuple[list[MetricEvent], datetime]:
    """The rows of a page and of the second in which it ends, and when the next begins: there is no half a second."""
    found = list(rows[: min(size or EXPORT_MAX, EXPORT_MAX)])
    if not found:
        return [], since
    last, end = found[-1], found[-1].told_at.replace(microsecond=0) + SECOND
    found += rows.filter(told_at__gte=last.told_at, told_at__lt=end).exclude(
        pk__in=[one.pk for one in found if one.told_at == last.told_at]
    )
    return found, end
