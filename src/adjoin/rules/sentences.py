"""Rules in words: "Status is Open", "Tags include at least one of kettle", "Assignee: Ana Ruiz"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adjoin.rules import registry
from adjoin.rules.registry import WITHOUT_VALUE
from adjoin.rules.values import Part, Value

OPERATORS = {
    "is": "is",
    "is_not": "is not",
    "less_than": "is less than",
    "greater_than": "is greater than",
    "is_business_hours": "in opening hours is",
    "less_than_business_hours": "in opening hours is less than",
    "greater_than_business_hours": "in opening hours is greater than",
    "less_than_equal": "is at most",
    "greater_than_equal": "is at least",
    "includes": "includes at least one of",
    "not_includes": "includes none of",
    "changed": "has changed",
    "not_changed": "has not changed",
    "value": "has changed to",
    "value_previous": "has changed from",
    "not_value": "has not changed to",
    "not_value_previous": "has not changed from",
    "present": "is filled",
    "not_present": "is empty",
}
SHOWN_MAX = 80  # characters of a typed value


class Writer:
    """Writes the lines of rules. Keeps the names it has looked up, so that a page of rules asks for each list once."""

    def __init__(self) -> None:
        self._names: dict[Any, dict[str, str]] = {}

    def condition(self, row: Mapping[str, Any]) -> str:
        """One condition; a line that nothing here understands as it stands."""
        known = registry.conditions.get(str(row.get("field")))
        if known is None:
            return f"{row.get('field')} {row.get('operator')} {row.get('value')}"
        operator = str(row.get("operator"))
        words = f"{known.label} {OPERATORS.get(operator, operator)}"
        return words if operator in WITHOUT_VALUE else f"{words} {self._value(known.value, row.get('value'))}"

    def action(self, row: Mapping[str, Any], *, of_macro: bool = False) -> str:
        """One action."""
        actions: Mapping[str, Any] = registry.macro_actions if of_macro else registry.actions
        known = actions.get(str(row.get("field")))
        if known is None:
            return f"{row.get('field')}: {row.get('value')}"
        return f"{known.label}: {self._value(known.value, row.get('value'))}"

    def name(self, part: Part, value: Any) -> str:
        """What one part of a value is called."""
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        if part.choices is None:
            said = " ".join(part.name(text).split())
            return said if len(said) <= SHOWN_MAX else f"{said[:SHOWN_MAX]}…"
        if part.choices not in self._names:
            self._names[part.choices] = {one: words for one, words in part.choices() if one}
        return self._names[part.choices].get(text, "none" if text == "" else f"{text} (not there any more)")

    def _value(self, shape: Value, value: Any) -> str:
        parts = value if isinstance(value, list) else [value]
        inputs = shape.parts if len(shape.parts) > 1 else shape.parts * len(parts)
        named = [self.name(part, one) for part, one in zip(inputs, parts, strict=False)]
        return ", ".join(one for one in named if one) or "nothing"
