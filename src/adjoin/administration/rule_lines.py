"""The lines of a rule as inputs, made from the registry. Works without script: adding a line sends the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules import registry
from adjoin.rules.checking import LINES_MAX, BrokenLines, Place, Problem
from adjoin.rules.registry import WITHOUT_VALUE, Action, Condition, MacroAction
from adjoin.rules.sentences import OPERATORS
from adjoin.rules.values import Choices, Part

Known = Mapping[str, Condition | Action | MacroAction]


@dataclass
class Input:
    """One input of a value; with `choices` a list."""

    name: str
    part: Part
    value: str
    choices: Choices

    @property
    def is_gone(self) -> bool:
        """Whether what is kept is no longer among the choices."""
        return bool(self.choices) and self.value not in {value for value, _ in self.choices}


@dataclass
class Line:
    """One line: `row` as rules keep it, the inputs that show it, and what is wrong with it."""

    part: str
    number: int  # from 0, as the names of its inputs have it
    known: Known
    key: str = ""
    operator: str = ""
    values: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def name(self) -> str:
        return f"{self.part}-{self.number}"

    @property
    def of(self) -> Condition | Action | MacroAction | None:
        return self.known.get(self.key)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What can be asked or done, by label."""
        return sorted(((one.key, said(one.label)) for one in self.known.values()), key=lambda pair: pair[1].lower())

    @property
    def operators(self) -> list[tuple[str, str]]:
        found = self.of
        return [(one, said(OPERATORS.get(one, one))) for one in found.operators] if isinstance(found, Condition) else []

    @property
    def inputs(self) -> list[Input]:
        """One for each part of the value; none for an operator without one."""
        if self.of is None or self.operator in WITHOUT_VALUE:
            return []
        return [
            Input(f"{self.name}-value-{at}", part, self._value(at), _with_several(part, self._value(at)))
            for at, part in enumerate(self.of.value.parts)
        ]

    def row(self) -> dict[str, Any]:
        """The line as the checks take it. Raises `Invalid` for a typed name that is nobody's."""
        found: list[str] = []
        for at, part in enumerate(self.of.value.parts if self.of else ()):
            typed = self._value(at)
            found.append(typed if part.choices or part.is_long else part.find(typed.strip()))
        value: Any = found if len(found) > 1 else found[0] if found else ""
        return {"field": self.key, "value": value, **({"operator": self.operator} if self.operators else {})}

    def _value(self, at: int) -> str:
        return self.values[at] if at < len(self.values) else ""


def kept(part: str, rows: Iterable[Mapping[str, Any]], known: Known) -> list[Line]:
    """The lines of a rule there is."""
    lines = []
    for number, row in enumerate(rows):
        line = Line(part, number, known, str(row.get("field")), str(row.get("operator", "")))
        values = row.get("value")
        shown = values if isinstance(values, list) else [values]
        parts = line.of.value.parts if line.of else ()
        if len(parts) == 1 and parts[0].choices:  # several of them stay together
            shown = [",".join(map(_words, shown))]
        elif len(parts) == 1 and parts[0].is_whole:
            shown = [values]
        line.values = [
            _words(value) if part.choices else part.name(value if part.is_whole and value else _words(value))
            for part, value in zip(parts, shown, strict=False)
        ]
        lines.append(line)
    return lines


def posted(part: str, data: Mapping[str, Any], known: Known) -> list[Line]:
    """The lines that were sent, after the button that was pressed: one more, one fewer, or another field."""
    count = str(data.get(f"{part}-count", "0"))
    lines = [
        _posted(part, number, data, known)
        for number in range(min(int(count[:9]), LINES_MAX) if count.isdecimal() else 0)
    ]
    pressed = str(data.get("do", ""))
    if pressed == f"add-{part}" or (part == "actions" and not lines):
        lines.append(Line(part, len(lines), known))
    lines = [line for line in lines if pressed != f"remove-{line.name}"]
    for number, line in enumerate(lines):
        line.number = number
    return lines


def rows(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines that ask or do something, as the checks take them. Raises `BrokenLines` for names that are nobody's."""
    found, problems = [], []
    for number, line in enumerate(_filled(lines), 1):
        try:
            found.append(line.row())
        except Invalid as error:
            problems.append(Problem(line.part, number, str(error)))
    if problems:
        raise BrokenLines(problems)
    return found


def tell(problems: Iterable[Problem], lines: Mapping[str, Sequence[Line]]) -> None:
    """Put each problem beside its line."""
    for problem in problems:
        filled = _filled(lines[problem.part])
        if problem.line <= len(filled):
            filled[problem.line - 1].error = problem.says


def _filled(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.key]


def _posted(part: str, number: int, data: Mapping[str, Any], known: Known) -> Line:
    line = Line(part, number, known, str(data.get(f"{part}-{number}-field", "")))
    if line.key not in known:
        line.key = ""
    names = [name for name, _ in line.operators]
    operator = str(data.get(f"{part}-{number}-operator", ""))
    line.operator = operator if operator in names else names[0] if names else ""
    if data.get(f"{part}-{number}-shown") == line.key and line.of is not None:  # else these are another field's
        line.values = [str(data.get(f"{line.name}-value-{at}", "")) for at in range(len(line.of.value.parts))]
    return line


def _with_several(part: Part, value: str) -> Choices:
    """The choices, and several of them in one where that is what a line has: one select cannot make such a choice."""
    if part.choices is None:
        return []
    found = [(value, said(words)) for value, words in part.choices()]
    names = dict(found)
    several = value.split(",")
    return [*found, (value, ", ".join(names.get(one, one) for one in several))] if len(several) > 1 else found


def _words(value: Any) -> str:
    if isinstance(value, list):  # names with values, typed one pair a line
        return "\n".join(f"{name}={text}" for name, text in value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def known(place: Place) -> dict[str, Known]:
    """What each part of a rule can have that stands in this place."""
    conditions: Known = {
        one.key: replace(one, operators=operators)
        for one in registry.conditions.all()
        if (operators := place.operators(one))
    }
    without_hours = {key: one for key, one in conditions.items() if not getattr(one, "counts_from", "")}
    some = without_hours if place is Place.AUTOMATION else conditions
    return {"all": conditions, "any": some, "actions": {one.key: one for one in registry.actions.all()}}
