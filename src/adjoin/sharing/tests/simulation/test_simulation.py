"""Whatever happens, in whatever order: once the network has healed, all desks say the same, and each word once.

`SEED=123` plays one seed again and tells what happened in it; `SEEDS=5000` plays so many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import transaction

from adjoin.accounts.models import Account
from adjoin.adapters import http
from adjoin.kernel import outbox
from adjoin.sharing.tests.simulation import truth, world
from adjoin.sharing.tests.simulation.clocks import Clocks
from adjoin.sharing.tests.simulation.life import Life
from adjoin.sharing.tests.simulation.network import BadNetwork
from adjoin.testing.partners import Network
from adjoin.tickets import live

SEEDS = int(os.environ.get("SEEDS", "40"))
SEED = os.environ.get("SEED", "")
STEPS = (4, 10)


class _NextSeed(Exception):
    """Takes a seed's traces away with it."""


@pytest.fixture
def bad_network(
    acme: Account, maker: Account, network: Network, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[world.World, BadNetwork, Clocks]]:
    """The world, its network and its clocks. Nothing is deferred or announced: the simulation is the worker."""
    monkeypatch.setattr(live, "announce", lambda ticket_id: None)
    for topic in ("sharing.queued", "sharing.answered", "sharing.file_named"):
        monkeypatch.setitem(outbox._subscribers, topic, [])
    made = world.build(network)
    clocks = Clocks()
    bad = BadNetwork({f"{name}.localhost": desk.account for name, desk in made.desks.items()})
    before = http.use(bad)
    with mock.patch("django.utils.timezone.now", clocks.here):
        yield made, bad, clocks
    http.use(before)


def test_all_desks_agree_once_the_network_has_healed(bad_network: tuple[world.World, BadNetwork, Clocks]) -> None:
    seeds = [int(SEED)] if SEED else range(SEEDS)
    failed = [problem for seed in seeds if (problem := _play(seed, *bad_network))]
    assert not failed, f"{len(failed)} of {len(seeds)} seeds:\n" + "\n".join(failed[:20])


def _play(seed: int, made: world.World, network: BadNetwork, clocks: Clocks) -> str:
    """One seed from beginning to end; what went wrong, or nothing."""
    chance = random.Random(seed)
    cache.clear()
    clocks.reset(chance, [desk.account.schema_name for desk in made.desks.values()])
    network.reset(chance)
    life = Life(made, network, clocks, chance)
    problem = ""
    try:
        with transaction.atomic():
            made.set_terms(chance)
            life.begin()
            for number in range(chance.randint(*STEPS)):
                life.step(number)
            life.heal()
            truth.check(made, network, life.said)
            raise _NextSeed
    except _NextSeed:
        pass
    except AssertionError as error:
        problem = f"SEED={seed}: {str(error).splitlines()[0]}"
    if SEED:
        print("\n".join(life.story))
    return problem
