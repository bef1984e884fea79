"""Where higher apps hang their part into the write path, at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

RuleEngine = Callable[["Change"], None]
FieldWriter = Callable[["Change", Any], None]
TicketReader = Callable[["Actor", Iterable["Ticket"]], dict[int, dict[str, Any]]]

rule_engines: list[RuleEngine] = []
field_writers: dict[str, FieldWriter] = {}
ticket_readers: list[TicketReader] = []


def run_rules_with(engine: RuleEngine) -> None:
    """Have `engine(change)` run on each change before it is written."""
    if engine not in rule_engines:
        rule_engines.append(engine)


def write_field_with(name: str, writer: FieldWriter) -> None:
    """Have `writer(change, value)` take the field `name` of an update that tickets does not know itself."""
    field_writers[name] = writer


def read_more_with(reader: TicketReader) -> None:
    """Have `reader(actor, tickets)` add keys to tickets in the API: ticket id to extra keys."""
    if reader not in ticket_readers:
        ticket_readers.append(reader)


def extra_keys(actor: Actor, tickets: Iterable[Ticket]) -> dict[int, dict[str, Any]]:
    """What every reader adds, by ticket id."""
    rows = list(tickets)
    merged: dict[int, dict[str, Any]] = {ticket.pk: {} for ticket in rows}
    for reader in ticket_readers:
        for ticket_id, keys in reader(actor, rows).items():
            merged[ticket_id].update(keys)
    return merged
