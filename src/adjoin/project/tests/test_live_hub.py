from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from adjoin.project import database, live_hub
from adjoin.project.live_hub import Hub, Subscription
from adjoin.testing import loops

CHANNEL = "live_test"


@pytest.fixture
def address(database_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    with psycopg.connect(database_server) as connection:
        parameters = connection.info.get_parameters()
    monkeypatch.setattr(database, "parameters", lambda: dict(parameters))
    monkeypatch.setattr(live_hub, "GATHER_SECONDS", 0.02)
    return database_server


def tell(story: Callable[[Hub], Awaitable[None]]) -> None:
    async def run() -> None:
        hub = Hub(CHANNEL, most_subscriptions=2)
        await story(hub)
        hub.close()

    loops.run(run())


def notify(address: str, *news: object) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for piece in news:
            text = piece if isinstance(piece, str) else json.dumps(piece)
            connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])


async def listening(subscription: Subscription) -> None:
    """Wait for the hub's first connection, after which it says that anything may have changed."""
    await subscription.take(within_seconds=5)
    assert subscription.missed_some
    subscription.missed_some = False


def test_each_hears_of_its_own_account_and_ticket_only(address: str) -> None:
    async def story(hub: Hub) -> None:
        with hub.subscribe("desk_acme", None) as of_all, hub.subscribe("desk_acme", 42) as of_one:
            await listening(of_all)
            await listening(of_one)
            notify(address, {"account": "desk_acme", "ticket": 42}, {"account": "desk_acme", "ticket": 7})
            notify(address, {"account": "desk_maker", "ticket": 42})
            assert await of_all.take(within_seconds=5) == {7, 42}
            assert await of_one.take(within_seconds=5) == {42}
            assert await of_all.take(within_seconds=0.1) is None

    tell(story)


def test_what_nobody_understands_harms_nobody(address: str) -> None:
    async def story(hub: Hub) -> None:
        with hub.subscribe("desk_acme", None) as subscription:
            await listening(subscription)
            notify(address, "not json", [1], {"account": "desk_acme"}, {"account": "desk_acme", "ticket": 1})
            assert await subscription.take(within_seconds=5) == {1}

    tell(story)


def test_after_an_interruption_everybody_is_told_to_look_again(address: str) -> None:
    async def story(hub: Hub) -> None:
        with hub.subscribe("desk_acme", 42) as subscription:
            await listening(subscription)
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE %s",
                    [f'LISTEN "{CHANNEL}"'],
                )
            await subscription.take(within_seconds=5)
            assert subscription.missed_some

    tell(story)


def test_beyond_its_limit_the_hub_is_full_until_somebody_leaves(address: str) -> None:
    async def story(hub: Hub) -> None:
        with hub.subscribe("desk_acme", 1):
            with hub.subscribe("desk_acme", 2):
                assert hub.is_full
            assert not hub.is_full

    tell(story)


def test_closing_wakes_everybody(address: str) -> None:
    async def story(hub: Hub) -> None:
        with hub.subscribe("desk_acme", 1) as subscription:
            await listening(subscription)
            hub.close()
            await subscription.take(within_seconds=5)
            assert subscription.is_over

    tell(story)


def test_whoever_listens_is_looked_at_again_without_news() -> None:
    async def story() -> None:
        listener, stranger = Subscription("desk_acme", 7), Subscription("desk_maker", None)
        for subscription in (listener, stranger):
            subscription.look_again("desk_acme")
        assert await listener.take(within_seconds=0.05) == set()
        assert await stranger.take(within_seconds=0.05) is None

    loops.run(story())
