"""Whatever happens, in whatever order: once the network has healed, all desks say the same, and each word once.

Ten seeds at a time share their first steps, which are played once and gone back to.
`SEED=123` plays one seed again and tells what happened in it; `SEEDS=5000` plays so many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from unittest import mock

import pytest
from django.db import transaction

from adjoin.accounts.models import Account
from adjoin.adapters import http
from adjoin.kernel import outbox
from adjoin.sharing.delivery import copies, together
from adjoin.sharing.tests.simulation import truth, world
from adjoin.sharing.tests.simulation.clocks import Clocks
from adjoin.sharing.tests.simulation.life import Life
from adjoin.sharing.tests.simulation.network import BadNetwork
from adjoin.sharing.wire import floods
from adjoin.testing.partners import Network
from adjoin.tickets import live

SEEDS = int(os.environ.get("SEEDS", "200"))
SEED = os.environ.get("SEED", "")
PARTS = 2  # which processes of a test run play side by side
BRANCHES = 10  # seeds that share the first steps
FIRST_STEPS, STEPS = (2, 4), (2, 4)


class _GoneBack(Exception):
    """Takes what happened away with it."""


@pytest.fixture
def bad_network(
    acme: Account, maker: Account, network: Network, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[world.World, BadNetwork, Clocks]]:
    """The world, its network and its clocks. Nothing is deferred or announced: the simulation is the worker."""
    monkeypatch.setattr(live, "announce", lambda ticket_id: None)
    for topic in ("sharing.queued", "sharing.answered", "sharing.file_named", "sharing.ended"):
        monkeypatch.setitem(outbox._subscribers, topic, [])
    monkeypatch.setattr(floods, "check_requests", lambda agreement, now, times=1: None)
    monkeypatch.setattr(floods, "check_invitations", lambda address, now: None)
    made = world.build(network)
    monkeypatch.setattr(copies, "may_send", lambda now: True)
    monkeypatch.setattr(together, "LEAST", 1)  # there is one ticket only: it goes as many would, or alone
    clocks = Clocks()
    bad = BadNetwork({f"{name}.localhost": desk.account for name, desk in made.desks.items()})
    before = http.use(bad)
    with mock.patch("django.utils.timezone.now", clocks.here):
        yield made, bad, clocks
    http.use(before)


@pytest.mark.parametrize("part", range(1 if SEED else PARTS))
def test_all_desks_agree_once_the_network_has_healed(
    bad_network: tuple[world.World, BadNetwork, Clocks], part: int
) -> None:
    at, size = part * SEEDS // PARTS, SEEDS // PARTS
    seeds = [int(SEED)] if SEED else list(range(at, at + size))
    trunks = groupby(seeds, lambda seed: seed // BRANCHES)
    failed = [problem for trunk, branches in trunks for problem in _play(trunk, list(branches), *bad_network)]
    assert not failed, f"{len(failed)} of {len(seeds)} seeds:\n" + "\n".join(failed[:20])


def _play(trunk: int, seeds: list[int], made: world.World, network: BadNetwork, clocks: Clocks) -> list[str]:
    """What seeds have in common, and then each of them to its end; what went wrong."""
    chance = random.Random(f"trunk {trunk}")
    clocks.reset(chance, [desk.account.schema_name for desk in made.desks.values()])
    network.reset(chance)
    together.forget()
    life = Life(made, network, clocks, chance)
    steps = chance.randint(*FIRST_STEPS)
    with _gone_back_from():
        made.set_terms(chance)
        life.begin()
        for number in range(steps):
            life.step(number)
        now = clocks.now
        problems = []
        for seed in seeds:
            clocks.now = now
            problems.append(_branch(seed, life, steps))
    return [problem for problem in problems if problem]


def _branch(seed: int, trunk: Life, begun: int) -> str:
    """One seed from where its trunk ends; what went wrong, or nothing."""
    chance = random.Random(seed)
    life = trunk.branch(chance)
    together.forget()
    problem = ""
    with trunk.network.branch(chance):
        try:
            with _gone_back_from():
                for number in range(begun, begun + chance.randint(*STEPS)):
                    life.step(number)
                life.heal()
                truth.check(trunk.world, trunk.network, life.memory)
        except AssertionError as error:
            problem = f"SEED={seed}: {str(error).splitlines()[0]}"
    if SEED:
        print("\n".join(life.story))
    return problem


@contextmanager
def _gone_back_from() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with suppress(_GoneBack), transaction.atomic():
        yield
        raise _GoneBack
