"""Threads of the worker that send to partners as soon as PostgreSQL says that something waits for them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import structlog

from adjoin.project import database
from adjoin.sharing.delivery import tasks

_log = structlog.get_logger(__name__)

LANES = 2  # rounds for one partner side by side: one is written here while another is taken there


class Senders:
    """Listens, and has each partner sent to by so many threads at most. A word that comes meanwhile is not lost."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="sender")
        self._at_work: Counter[str] = Counter()
        self._again: set[str] = set()
        self._rounds: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Send until cancelled. Ends otherwise only with `psycopg.Error`."""
        parameters = database.parameters() | {"autocommit": True}
        async with await psycopg.AsyncConnection.connect(**parameters, application_name="adjoin sender") as connection:
            await connection.execute(f"LISTEN {tasks.CHANNEL}")
            await self._in_thread(tasks.sweep_all)  # what was queued while nobody listened
            async for news in connection.notifies():
                self._wake(news.payload)

    def _wake(self, partner: str) -> None:
        if self._at_work[partner] >= LANES:
            self._again.add(partner)
            return
        self._at_work[partner] += 1
        one = asyncio.create_task(self._send(partner))
        self._rounds.add(one)
        one.add_done_callback(self._rounds.discard)

    async def _send(self, partner: str) -> None:
        arguments = json.loads(partner)
        is_asked = True
        while is_asked:
            self._again.discard(partner)
            await self._in_thread(lambda: tasks.deliver.task.func(**arguments))
            is_asked = partner in self._again
        self._at_work -= Counter([partner])  # which also forgets it with its last round

    async def _in_thread(self, work: Callable[[], object]) -> None:
        """A failure is logged; what it left waits for the sweep."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except Exception:
            _log.exception("sender_failed")
