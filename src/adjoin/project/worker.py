"""The worker process: runs jobs, several at once, each in a thread."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app as django_app
from procrastinate.jobs import DeleteJobCondition
from procrastinate.worker import Worker

from adjoin.project import database
from adjoin.project.env import Environment
from adjoin.project.senders import Senders
from adjoin.project.worker_lock import LockedJobs

_log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 2.0
POLLING_SECONDS = 0.5
STOP_SECONDS = 6


def run(environment: Environment) -> int:
    """Work until SIGTERM or SIGINT; gives back the exit code. It is 1 when the database went away: start again."""
    return asyncio.run(_work(environment.worker_concurrency))


async def _work(concurrency: int) -> int:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(concurrency, thread_name_prefix="job"))
    connector = PsycopgConnector(
        kwargs=database.parameters(), min_size=1, max_size=concurrency + 2, timeout=5, max_idle=60
    )
    # An app of its own, for what jobs enqueue themselves must stay in the transaction of Django's connection.
    app = App(connector=connector)
    app.tasks, app.periodic_registry = django_app.tasks, django_app.periodic_registry
    app.job_manager = jobs = LockedJobs(connector)
    async with app.open_async():
        worker = _worker(app, concurrency)
        stopping = _stop_on_signal(loop, worker)
        living = [asyncio.create_task(one.live()) for one in (jobs, Senders(concurrency))]
        return await _until_one_ends(asyncio.create_task(worker.run()), living, stopping)


def _worker(app: App, concurrency: int) -> Worker:
    return Worker(
        app,
        concurrency=concurrency,
        fetch_job_polling_interval=POLLING_SECONDS,
        abort_job_polling_interval=60,
        shutdown_graceful_timeout=STOP_SECONDS - 1,
        delete_jobs=DeleteJobCondition.SUCCESSFUL,
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=24 * 3600,  # ours are told by their locks
    )


def _stop_on_signal(loop: asyncio.AbstractEventLoop, worker: Worker) -> asyncio.Event:
    stopping = asyncio.Event()

    def stop() -> None:
        _log.info("worker_stopping")
        stopping.set()
        worker.stop()
        # A job that takes longer starts again with the next worker.
        timer = threading.Timer(STOP_SECONDS, _end_now, [0])
        timer.daemon = True
        timer.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    _log.info("worker_started", concurrency=worker.concurrency)
    return stopping


async def _until_one_ends(
    working: asyncio.Task[None], living: list[asyncio.Task[None]], stopping: asyncio.Event
) -> int:
    done, _ = await asyncio.wait([working, *living], return_when=asyncio.FIRST_COMPLETED)
    error = next((task.exception() for task in done if task.exception()), None)
    if working in done and error is None and stopping.is_set():
        for one in living:
            one.cancel()
        return 0
    _log.error("worker_lost_its_database", reason=str(error or "the connection ended"))
    _end_now(1)  # at once: a job still running in its thread has become another worker's
    return 1


def _end_now(code: int) -> None:
    sys.stderr.flush()
    os._exit(code)
