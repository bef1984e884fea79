"""Playing seeds: whatever happens, once the network has healed all desks say the same, and each word once.

Ten seeds at a time share their first steps, which are played once and gone back to.
`SEED=123` plays one seed again and tells what happened in it; `SEEDS=5000` plays so many, `SEEDS=2000-4000` those."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from adjoin.sharing.delivery import together
from adjoin.sharing.tests.simulation import truth
from adjoin.sharing.tests.simulation.clocks import Clocks
from adjoin.sharing.tests.simulation.life import Life
from adjoin.sharing.tests.simulation.names import Names
from adjoin.sharing.tests.simulation.network import BadNetwork
from adjoin.sharing.tests.simulation.world import World

SEEDS = os.environ.get("SEEDS", "200")
SEED = os.environ.get("SEED", "")
PARTS = 2  # files, which processes of a test run play side by side
BRANCHES = 10  # seeds that share the first steps
FIRST_STEPS, STEPS = (2, 4), (2, 4)


@dataclass(frozen=True)
class Played:
    """One seed that was played: what happened in it, and what is not as it must be."""

    seed: int
    story: tuple[str, ...]
    problem: str


@dataclass
class Stage:
    """What a play needs: the world before anything has happened, and all that follows from the seed."""

    world: World
    network: BadNetwork
    clocks: Clocks
    names: Names


def play_part(stage: Stage, part: int) -> None:
    """Play the seeds of one file. Raises `AssertionError` with those that went wrong, and the story of a single one."""
    seeds = [seed for seed in _asked() if seed // BRANCHES % PARTS == part]
    played = list(play(stage, seeds))
    failed = [f"SEED={one.seed}: {one.problem}" for one in played if one.problem]
    if SEED and played:
        print("\n".join(played[0].story))
    assert not failed, f"{len(failed)} of {len(seeds)} seeds:\n" + "\n".join(failed[:20])


def play(stage: Stage, seeds: Iterable[int]) -> Iterator[Played]:
    """Play seeds, in order."""
    for trunk, branches in groupby(seeds, lambda seed: seed // BRANCHES):
        yield from _play(trunk, list(branches), stage)


def _asked() -> Iterable[int]:
    """The seeds to be played."""
    if SEED:
        return [int(SEED)]
    first, dash, end = SEEDS.partition("-")
    return range(int(first), int(end)) if dash else range(int(first))


def _play(trunk: int, seeds: list[int], stage: Stage) -> list[Played]:
    """What seeds have in common, and then each of them to its end."""
    chance = random.Random(f"trunk {trunk}")
    stage.clocks.reset(chance, [desk.account.schema_name for desk in stage.world.desks.values()])
    stage.network.reset(chance)
    stage.names.reset(f"trunk {trunk}")
    together.forget()
    life = Life(stage.world, stage.network, stage.clocks, chance)
    steps = chance.randint(*FIRST_STEPS)
    with _gone_back_from():
        stage.world.set_terms(chance)
        life.begin()
        for number in range(steps):
            life.step(number)
        now = stage.clocks.now
        played = []
        for seed in seeds:
            stage.clocks.now = now
            stage.names.reset(f"seed {seed}")
            played.append(_branch(seed, life, steps))
    return played


def _branch(seed: int, trunk: Life, begun: int) -> Played:
    """One seed from where its trunk ends."""
    chance = random.Random(seed)
    together.forget()
    problem = ""
    with trunk.network.branch(chance):
        life = trunk.branch(chance)
        try:
            with _gone_back_from():
                for number in range(begun, begun + chance.randint(*STEPS)):
                    life.step(number)
                life.heal()
                truth.check(trunk.world, trunk.network, life.memory)
        except AssertionError as error:
            problem = str(error).splitlines()[0]
        return Played(seed, tuple(life.story), problem)


class _GoneBack(Exception):
    """Takes what happened away with it."""


@contextmanager
def _gone_back_from() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with suppress(_GoneBack), transaction.atomic():
        yield
        raise _GoneBack
