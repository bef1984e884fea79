"""A worker's life in the database.

A worker holds an advisory lock named after its id for as long as it lives. PostgreSQL lets go of it the moment the
worker's connection ends, so a dead worker is known at once and for certain, and a slow one is never taken for dead.
"""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import structlog
from django.db import connection
from procrastinate.manager import JobManager

from adjoin.project import database

_log = structlog.get_logger(__name__)

RESCUE_SECONDS = 1.0
KEEP_FAILED_DAYS = 30
_SPACE = 0x61646A6F  # "adjo" keeps our locks apart from other programs'
_RESCUING = 0  # no worker has this id

_JOBS_OF_THE_DEAD = """
    SELECT procrastinate_retry_job_v2(job.id, now(), NULL, NULL, NULL), job.id, job.task_name
      FROM procrastinate_jobs job
     WHERE job.status = 'doing' AND (job.worker_id IS NULL OR NOT EXISTS (
           SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND classid = %(space)s AND objid = job.worker_id::oid
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))
"""
# A worker that has just registered may not have its lock yet; it has no job either.
_FORGET_THE_DEAD = """
    DELETE FROM procrastinate_workers worker
     WHERE last_heartbeat < now() - interval '1 minute'
       AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE worker_id = worker.id AND status = 'doing')
"""
_FORGET_OLD_FAILURES = """
    DELETE FROM procrastinate_jobs job
     WHERE status IN ('failed', 'aborted', 'cancelled')
       AND NOT EXISTS (
           SELECT FROM procrastinate_events WHERE job_id = job.id AND at > now() - make_interval(days => %s))
"""


_ALIVE = """
    SELECT count(*) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND classid = %s AND objid <> %s
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def count_alive() -> int:
    """How many workers live on this database."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIVE, [_SPACE, _RESCUING])
        return int(cursor.fetchone()[0])


class LockedJobs(JobManager):
    """Procrastinate's jobs, for a worker that takes its lock before it takes its first job."""

    connection: psycopg.AsyncConnection[Any]

    async def live(self) -> None:
        """Connect, then take over the jobs of dead workers now and every second. Ends only with `psycopg.Error`."""
        async with await self._connect() as self.connection:
            await self.connection.execute(_FORGET_OLD_FAILURES, [KEEP_FAILED_DAYS])
            while True:
                await self._rescue()
                await asyncio.sleep(RESCUE_SECONDS)

    async def register_worker(self) -> int:
        """A new worker's id, its lock taken."""
        worker_id = await super().register_worker()
        while not hasattr(self, "connection"):
            await asyncio.sleep(0.01)
        await self.connection.execute("SELECT pg_advisory_lock(%s, %s)", [_SPACE, worker_id])
        return worker_id

    async def _rescue(self) -> None:
        async with self.connection.transaction():
            # One at a time, and looking only afterwards: what another worker has just taken over is not dead any more.
            await self.connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, _RESCUING])
            rescued = await self.connection.execute(_JOBS_OF_THE_DEAD, {"space": _SPACE})
            for _, job_id, task in await rescued.fetchall():
                _log.warning("job_rescued", job_id=job_id, task=task)
            await self.connection.execute(_FORGET_THE_DEAD)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        parameters = database.parameters() | {"autocommit": True}
        return await psycopg.AsyncConnection.connect(**parameters, application_name="adjoin worker")
