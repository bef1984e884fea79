"""Who gains and who loses tickets by a change, before it is made: the rules are run twice, now and after the change
inside a savepoint that is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING

from django.db import transaction

from adjoin.access import actors, counting, readable
from adjoin.access.actors import Actor
from adjoin.people.models import User
from adjoin.tickets.models import Ticket

if TYPE_CHECKING:
    from adjoin.access.cells import Rows
    from adjoin.access.counting import Moved

EXAMPLES_MAX = 5  # people, and tickets of each


@dataclass(frozen=True)
class Example:
    """Somebody who gains or loses tickets: how many, and some of those that whoever asks may read."""

    user_id: int
    name: str
    tickets: int
    subjects: tuple[tuple[int, str], ...]  # ticket id and subject


@dataclass(frozen=True)
class Side:
    """All who gain, or all who lose."""

    people: int = 0
    tickets: int = 0  # that anybody among them gains or loses, each counted once
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Diff:
    """What a change does to who reads what."""

    gains: Side
    losses: Side

    @property
    def is_empty(self) -> bool:
        """Whether nobody gains or loses anything."""
        return not (self.gains.people or self.losses.people)


def of(
    change: Callable[[], object], *, user_ids: Iterable[int], asked_by: Actor, joined: tuple[int, int] | None = None
) -> Diff:
    """Who of these people would read other tickets after `change()`, which is undone. Raises what `change` raises.

    Name everybody whose rights it could move. `joined` are two organizations of which the first becomes part of the
    second: its tickets follow by a job, and are counted as if they had already."""
    ids = list(user_ids)
    before, after = _twice(change, ids)
    pairs = [(before.get(pk) or _nobody(pk), _joined(after.get(pk) or _nobody(pk), joined)) for pk in ids]
    moved = [(old, new) for old, new in pairs if old != new]
    gains, losses = counting.gained_and_lost(moved)
    return Diff(_side(gains, asked_by), _side(losses, asked_by))


def agents() -> list[int]:
    """The ids of everybody whom a change of roles, brands or groups could concern."""
    return list(User.objects.active().agents().values_list("pk", flat=True))


def _twice(change: Callable[[], object], ids: Sequence[int]) -> tuple[dict[int, Actor], dict[int, Actor]]:
    with transaction.atomic():
        before = actors.load_many(ids)
        change()
        after = actors.load_many(ids)
        transaction.set_rollback(True)
    return before, after


def _nobody(user_id: int) -> Actor:
    """Somebody who may not sign in reads nothing, and is still who they are."""
    return Actor(kind=Actor.anonymous().kind, user_id=user_id)


def _joined(actor: Actor, joined: tuple[int, int] | None) -> Actor:
    if joined is None:
        return actor
    gone, heir = joined
    return actor.with_organization(gone, like=heir)


def _side(moved: list[Moved], asked_by: Actor) -> Side:
    if not moved:
        return Side()
    most = nlargest(EXAMPLES_MAX, moved, key=lambda one: (one.tickets, -one.user_id))
    names = dict(User.objects.filter(pk__in=[one.user_id for one in most]).values_list("pk", "name"))
    some = {id(one.rows): _subjects(one.rows, asked_by) for one in {id(one.rows): one for one in most}.values()}
    told = tuple(Example(one.user_id, names[one.user_id], one.tickets, some[id(one.rows)]) for one in most)
    return Side(people=len(moved), tickets=counting.tickets(moved), examples=told)


def _subjects(rows: Rows, asked_by: Actor) -> tuple[tuple[int, str], ...]:
    found = Ticket.objects.filter(readable.opened(asked_by) & rows.all).order_by("-pk").values_list("pk", "subject")
    return tuple((pk, subject) for pk, subject in found[:EXAMPLES_MAX])
