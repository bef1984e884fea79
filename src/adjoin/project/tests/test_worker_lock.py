"""Jobs of a worker that died are taken over; those of a living one never are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import psycopg
import pytest
from procrastinate import App, PsycopgConnector

from adjoin.project import database
from adjoin.project.worker_lock import LockedJobs
from adjoin.testing import loops

DATABASE = "adjoin_worker_test"
Story = Callable[[App, LockedJobs], Awaitable[None]]


@pytest.fixture
def jobs_database(database_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database with jobs in it and nothing else: the one of other tests must not see committed rows."""
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
        parameters = connection.info.get_parameters() | {"dbname": DATABASE}
        monkeypatch.setattr(database, "parameters", lambda: dict(parameters))
        yield
        connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def tell(story: Story) -> None:
    """Run `story` with an app and its jobs, on a fresh schema."""

    async def run() -> None:
        app = App(connector=PsycopgConnector(kwargs=database.parameters(), min_size=1, max_size=4))
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            await story(app, LockedJobs(app.connector))

    loops.run(run())


async def start_job(app: App, jobs: LockedJobs) -> int:
    """A job that a new worker has just begun."""

    @app.task(name="deliver")
    def deliver() -> None: ...

    await deliver.defer_async()
    job = await jobs.fetch_job(queues=None, worker_id=await jobs.register_worker())
    assert job
    assert job.id
    return job.id


async def state(app: App, job_id: int) -> tuple[str, int]:
    row: dict[str, Any] = await app.connector.execute_query_one_async(
        "SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %(job_id)s", job_id=job_id
    )
    return row["status"], row["attempts"]


def test_the_job_of_a_living_worker_is_left_alone_and_that_of_a_dead_one_starts_again(jobs_database: None) -> None:
    async def story(app: App, first: LockedJobs) -> None:
        life = asyncio.create_task(first.live())
        job_id = await start_job(app, first)

        second = LockedJobs(app.connector)
        async with await second._connect() as second.connection:
            await second._rescue()
            assert await state(app, job_id) == ("doing", 0)

            life.cancel()  # closes its connection, as the kernel does for a process that was killed
            await asyncio.wait([life])
            for _ in range(200):  # PostgreSQL lets go of the lock a moment after it has heard
                await second._rescue()
                if await state(app, job_id) != ("doing", 0):
                    break
                await asyncio.sleep(0.01)
            assert await state(app, job_id) == ("todo", 1)

    tell(story)


def test_a_worker_rescues_soon_after_it_starts(jobs_database: None) -> None:
    async def story(app: App, first: LockedJobs) -> None:
        life = asyncio.create_task(first.live())
        job_id = await start_job(app, first)
        life.cancel()
        await asyncio.wait([life])

        heir = asyncio.create_task(LockedJobs(app.connector).live())
        for _ in range(200):
            if await state(app, job_id) == ("todo", 1):
                break
            await asyncio.sleep(0.01)
        else:
            pytest.fail("nobody took the job over")
        heir.cancel()
        await asyncio.wait([heir])

    tell(story)


def test_a_worker_that_loses_its_connection_ends(jobs_database: None) -> None:
    async def story(app: App, jobs: LockedJobs) -> None:
        life = asyncio.create_task(jobs.live())
        await jobs.register_worker()
        await app.connector.execute_query_async(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'adjoin worker'"
        )
        with pytest.raises(psycopg.OperationalError):
            await asyncio.wait_for(life, 5)

    tell(story)
