"""Hears of changed tickets from PostgreSQL, once a process, and passes their ids on to whoever subscribed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog
from psycopg import sql

from adjoin.project import database

_log = structlog.get_logger(__name__)
_LONGEST_PAUSE_SECONDS = 2.0
GATHER_SECONDS = 0.1  # a burst of changes costs each listener one question to the database


class Subscription:
    """The tickets of one account that changed since they were last taken; one ticket's, if `ticket_id` is given."""

    def __init__(self, schema: str, ticket_id: int | None) -> None:
        self.schema = schema
        self.ticket_id = ticket_id
        self.missed_some = False  # while nobody listened, anything may have changed
        self.is_over = False
        self._ids: set[int] = set()
        self._news = asyncio.Event()

    def offer(self, schema: str, ticket_id: int) -> None:
        if schema == self.schema and self.ticket_id in (None, ticket_id):
            self._ids.add(ticket_id)
            self._news.set()

    def look_again(self, schema: str) -> None:
        """Have the listener asked who it is, without news."""
        if schema == self.schema:
            self._news.set()

    def offer_everything(self) -> None:
        self.missed_some = True
        self._news.set()

    def end(self) -> None:
        self.is_over = True
        self._news.set()

    async def take(self, *, within_seconds: float) -> set[int] | None:
        """Ids of changed tickets, each once however often it changed; None when the time passed without any."""
        try:
            await asyncio.wait_for(self._news.wait(), within_seconds)
        except TimeoutError:
            return None
        await asyncio.sleep(GATHER_SECONDS)
        self._news.clear()
        ids, self._ids = self._ids, set()
        return ids


class Hub:
    """All subscriptions of this process, and the one connection that feeds them. Belongs to one event loop."""

    def __init__(self, channel: str, *, most_subscriptions: int) -> None:
        self.channel = channel
        self.most_subscriptions = most_subscriptions
        self._subscriptions: set[Subscription] = set()
        self._listener: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        return len(self._subscriptions) >= self.most_subscriptions

    @contextmanager
    def subscribe(self, schema: str, ticket_id: int | None) -> Iterator[Subscription]:
        """A subscription for as long as the block lasts."""
        if self._listener is None or self._listener.done():
            self._listener = asyncio.get_running_loop().create_task(self._listen())
        subscription = Subscription(schema, ticket_id)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End every subscription and let go of the connection."""
        for subscription in self._subscriptions:
            subscription.end()
        if self._listener:
            self._listener.cancel()

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            try:
                async with await self._connect() as connection:
                    pause = 0.1
                    for subscription in self._subscriptions:
                        subscription.offer_everything()
                    async for notification in connection.notifies():
                        self._pass_on(notification.payload)
            except (psycopg.Error, OSError) as error:
                _log.warning("live_updates_interrupted", reason=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _connect(self) -> psycopg.AsyncConnection:
        connection = await psycopg.AsyncConnection.connect(**database.parameters() | {"autocommit": True})
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.channel)))
        return connection

    def _pass_on(self, payload: str) -> None:
        try:
            news = json.loads(payload)
            schema, ticket_id = str(news["account"]), int(news["ticket"] or 0)
        except (ValueError, KeyError, TypeError):
            _log.warning("live_update_not_understood")
            return
        for subscription in self._subscriptions:
            if ticket_id:
                subscription.offer(schema, ticket_id)
            else:
                subscription.look_again(schema)
