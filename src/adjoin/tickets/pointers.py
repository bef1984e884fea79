"""What points where: the lookup fields of tickets, people and organizations, followed backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adjoin.access import pointing
from adjoin.kernel.field_values import Target

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

SHOWN_MAX = 10  # of each field


@dataclass(frozen=True)
class Pointers:
    """What points at something by one field: `found` are the first by name or, of tickets, the newest."""

    title: str
    source: str  # a `Target`: what these are
    found: list[pointing.Found]
    has_more: bool


def rows(actor: Actor, source: str, field: Any, pk: int) -> Any:
    """What `actor` may read of all that points at the one with this id, in no order yet."""
    return pointing.pointing_at(pointing.ROWS[source](actor), field.key, pk)


def all_of(actor: Actor, target: str, pk: int) -> list[Pointers]:
    """What `actor` may read of all that points at the one with this id, field by field. A query for each field that
    can point at such."""
    found = [
        (field, source, _first(actor, source, field, pk))
        for source in pointing.MODELS
        for field in pointing.lookups(source).filter(target=target).order_by("position", "pk")
    ]
    return [
        Pointers(field.title, source, some[:SHOWN_MAX], len(some) > SHOWN_MAX) for field, source, some in found if some
    ]


def _first(actor: Actor, source: str, field: Any, pk: int) -> list[pointing.Found]:
    order = ("-pk",) if source == Target.TICKET else ("name", "pk")
    return pointing.shown(source, rows(actor, source, field, pk).order_by(*order)[: SHOWN_MAX + 1])
