"""What would become of each line: looked up for a thousand at a time, written by nobody.

A plan keeps what it found in the lines before, so that a line that says again what another said is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adjoin.imports.rows import Row
from adjoin.imports.terms import Outcome
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import of_error, say
from adjoin.people.actions.bulk import Joining

_TRUTH = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}


@dataclass
class Plan:
    """One line and what becomes of it. `pk` is of what exists already, `before` what its columns are now."""

    line: int
    title: str
    outcome: str = Outcome.SAME
    says: str = ""
    pk: int | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    joins: list[Joining] = field(default_factory=list)  # with user_id 0 for the new person of this line

    @property
    def is_wrong(self) -> bool:
        return self.outcome == Outcome.WRONG


class Seen:
    """The keys of the lines before. Of each only its hash is kept: the memory for 100,000 is some megabytes."""

    def __init__(self) -> None:
        self._lines: dict[int, int] = {}

    def once(self, what: str, key: str, line: int) -> None:
        """Raises `Invalid` when a line before has the same `what`."""
        first = self._lines.setdefault(hash((what, key.casefold())), line)
        if first != line:
            raise Invalid.field(
                what,
                say("%(column)s: %(key)s stands in line %(first)s, too")
                % {"column": what.capitalize(), "key": key[:60], "first": first},
            )


def each(rows: Sequence[Row], title: Callable[[Mapping[str, str]], str], plan: Callable[[Row], Plan]) -> list[Plan]:
    """A plan for each row; what is wrong with one is told in it, and stops nothing."""
    plans = []
    for line, cells in rows:
        try:
            plans.append(plan((line, cells)))
        except Invalid as error:
            plans.append(Plan(line, title(cells), Outcome.WRONG, of_error(error)))
    return plans


def settle(plan: Plan, existing: Any, columns: Mapping[str, Any]) -> Plan:
    """The plan for somebody or something that exists: only what differs is written, and told by name."""
    plan.pk = existing.pk
    plan.before = {name: getattr(existing, name) for name, new in columns.items() if getattr(existing, name) != new}
    plan.columns = {name: columns[name] for name in plan.before}
    plan.outcome = Outcome.UPDATE if plan.columns or plan.joins else Outcome.SAME
    plan.says = ", ".join(word for name in plan.columns for word in _words(plan, name))
    return plan


def _words(plan: Plan, name: str) -> list[str]:
    """What is told of a column that changes: own fields one by one, by their keys."""
    if name != "custom_fields":
        return [name.removeprefix("is_").replace("_", " ")]
    after, before = plan.columns[name], plan.before[name]
    return [key for key in sorted({**after, **before}) if after.get(key) != before.get(key)]


def flag(cells: Mapping[str, str], name: str) -> bool | None:
    """A cell that says yes or no; None where it is empty. Raises `Invalid`."""
    if name not in cells:
        return None
    found = truth(cells[name])
    if found is None:
        raise Invalid.field(
            name, say("%(column)s: must be yes or no") % {"column": name.capitalize().replace("_", " ")}
        )
    return found


def truth(cell: str) -> bool | None:
    """What a cell that says yes or no means; None for other words."""
    return _TRUTH.get(cell.lower())


def several(cell: str) -> list[str]:
    """The names in a cell, with semicolons between."""
    return [name for part in cell.split(";") if (name := " ".join(part.split()))]


def cells_of(rows: Iterable[Row], name: str) -> set[str]:
    """What the rows say in a column, in small letters."""
    return {cells[name].lower() for _, cells in rows if name in cells}
