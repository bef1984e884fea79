"""What we count of ourselves, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
PlatformCollector(registry=_registry)

_requests = Counter("adjoin_requests", "Requests answered.", ["method", "route", "status"], registry=_registry)
_seconds = Histogram(
    "adjoin_request_seconds",
    "Time to an answer.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
    registry=_registry,
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. `route` is the name of its URL pattern, "" when it matched none."""
    method = method if method in _METHODS else "other"  # anybody may send any word: labels must stay few
    _requests.labels(method, route or "none", str(status)).inc()
    _seconds.labels(method, route or "none").observe(seconds)


def as_text() -> bytes:
    """Everything counted, in Prometheus' text format."""
    return generate_latest(_registry)


class _Jobs(Collector):
    """Asked of the database at each visit, so that every web process tells the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("adjoin_jobs", "Jobs by state.", labels=["state"])
        waiting = GaugeMetricFamily("adjoin_job_wait_seconds", "How long the oldest due job has waited.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT status::text, count(*) FROM public.procrastinate_jobs GROUP BY status")
            counts = dict(cursor.fetchall())
            cursor.execute(_OLDEST_WAIT)
            waiting.add_metric([], float(cursor.fetchone()[0]))
        for state in ("todo", "doing", "failed"):
            jobs.add_metric([state], counts.get(state, 0))
        yield jobs
        yield waiting

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())  # else registering would ask the database


_OLDEST_WAIT = """
    SELECT coalesce(extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at))), 0)
      FROM public.procrastinate_jobs job
      JOIN public.procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
     WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()
"""
_registry.register(_Jobs())
