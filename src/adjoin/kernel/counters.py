"""How often something happens, counted for all processes in one statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django_tenants.utils import get_public_schema_name

from adjoin.kernel import prepared

_COUNT = """
INSERT INTO {schema}.kernel_counter AS kept (name, ends_at, times) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET
    times = excluded.times + CASE WHEN kept.ends_at = excluded.ends_at THEN kept.times ELSE 0 END,
    ends_at = excluded.ends_at
RETURNING times
"""
_FORGET = "DELETE FROM {schema}.kernel_counter WHERE ends_at < $1"


def count(name: str, now: datetime, seconds: int, more: int = 1) -> int:
    """How often `name` has been counted in this account, with so many `more`, in the stretch of so many seconds that
    `now` is in. Outside of a transaction it is quick whoever else counts."""
    begins = int(now.timestamp()) // seconds * seconds
    ends_at = datetime.fromtimestamp(begins, UTC) + timedelta(seconds=seconds)
    here: Any = connection  # which knows its schema
    ((times,),) = _statement(_COUNT).rows(f"{here.schema_name}:{name}"[:255], ends_at, more)
    if times == more:
        _statement(_FORGET).run(now - timedelta(seconds=seconds))
    return int(times)


@lru_cache
def _statement(sql: str) -> prepared.Statement:
    return prepared.Statement(sql.format(schema=get_public_schema_name()))
