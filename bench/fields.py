"""How quickly tickets are found by their fields: `python -m bench.fields [TICKETS]`.

Fills a temporary account in bulk: 200 fields, of which each ticket has 20 filled in, and asks PostgreSQL for the newest
page and the count of one choice, and of two fields at once."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench import access
from bench.desk import RunningDesk

ROUNDS = 12
FILL = """UPDATE tickets_ticket t SET custom_fields = (
    SELECT jsonb_object_agg(((t.id * 7 + k * 10) %% 200 + 100)::text, CASE WHEN k %% 2 = 0
        THEN to_jsonb('choice_' || ((t.id * k) %% 500)) ELSE to_jsonb((t.id * k) %% 1000) END)
    FROM generate_series(1, 20) k)"""


def main() -> None:
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update(RunningDesk(Path(folder)).settings())
        with django_ready(Environment.read()):
            _measure(tickets)


def _measure(tickets: int) -> None:
    from django.db import connection

    from adjoin.access import readable
    from adjoin.access.actors import Actor, Kind
    from adjoin.project import schemas

    schemas.migrate()
    access.fill(tickets)
    with connection.cursor() as cursor:
        cursor.execute(FILL, ())
        cursor.execute("VACUUM ANALYZE tickets_ticket")
    mine = readable.tickets(Actor(Kind.ADMIN, 1))
    chosen = {key: value for key, value in mine.get(pk=tickets // 2).custom_fields.items() if isinstance(value, str)}
    for count in (1, 2):
        asked: dict[str, Any] = dict(list(chosen.items())[:count])
        rows = mine.filter(custom_fields__contains=asked)
        page = rows.order_by("-updated_at", "-pk")[: access.PAGE]
        took = {"page": _median(partial(_whole, page)), "count": _median(rows.count)}
        print(f"{count} of 200 fields, {rows.count():,} of {tickets:,} tickets:", took)


def _whole(rows: Any) -> list[Any]:
    return list(rows.all())


def _median(ask: Callable[[], Any]) -> str:
    """Milliseconds, without the first time."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return f"{statistics.median(times[1:]):.1f} ms"


if __name__ == "__main__":
    main()
