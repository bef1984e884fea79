"""Rules in words: "Status is Open", "Tags include at least one of kettle", "Assignee: Ana Ruiz"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel.languages import said
from adjoin.rules import registry
from adjoin.rules.registry import WITHOUT_VALUE, Condition
from adjoin.rules.values import Part, Value

OPERATORS = {
    "is": _("is"),
    "is_not": _("is not"),
    "less_than": _("is less than"),
    "greater_than": _("is greater than"),
    "is_business_hours": _("in opening hours is"),
    "less_than_business_hours": _("in opening hours is less than"),
    "greater_than_business_hours": _("in opening hours is greater than"),
    "less_than_equal": _("is at most"),
    "greater_than_equal": _("is at least"),
    "includes": _("includes at least one of"),
    "not_includes": _("includes none of"),
    "changed": _("has changed"),
    "not_changed": _("has not changed"),
    "value": _("has changed to"),
    "value_previous": _("has changed from"),
    "not_value": _("has not changed to"),
    "not_value_previous": _("has not changed from"),
    "within_previous_n_days": _("was within so many days before today:"),
    "within_next_n_days": _("is within so many days after today:"),
    "present": _("is filled"),
    "not_present": _("is empty"),
    "includes_words": _("has at least one of the words"),
    "not_includes_words": _("has none of the words"),
    "includes_string": _("has the text"),
    "not_includes_string": _("has not the text"),
}
SHOWN_MAX = 80  # characters of a typed value


class Writer:
    """Writes the lines of rules. Keeps the names it has looked up, so that a page of rules asks for each list once."""

    def __init__(self) -> None:
        self._names: dict[Any, dict[str, str]] = {}

    def condition(self, row: Mapping[str, Any], conditions: Mapping[str, Condition] | None = None) -> str:
        """One condition, of `conditions` where it is not of tickets; a line that nothing here understands as it
        stands."""
        known = (registry.conditions if conditions is None else conditions).get(str(row.get("field")))
        if known is None:
            return f"{row.get('field')} {row.get('operator')} {row.get('value')}"
        operator = str(row.get("operator"))
        words = f"{said(known.label)} {said(OPERATORS.get(operator, operator))}"
        return words if operator in WITHOUT_VALUE else f"{words} {self._value(known.value, row.get('value'))}"

    def action(self, row: Mapping[str, Any], *, of_macro: bool = False) -> str:
        """One action."""
        actions: Mapping[str, Any] = registry.macro_actions if of_macro else registry.actions
        known = actions.get(str(row.get("field")))
        if known is None:
            return f"{row.get('field')}: {row.get('value')}"
        return f"{said(known.label)}: {self._value(known.value, row.get('value'))}"

    def name(self, part: Part, value: Any) -> str:
        """What one part of a value is called."""
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        if part.choices is None:
            shown = " ".join(part.name(value if part.is_whole else text).split())
            return shown if len(shown) <= SHOWN_MAX else f"{shown[:SHOWN_MAX]}…"
        if part.choices not in self._names:
            self._names[part.choices] = {one: said(words) for one, words in part.choices() if one}
        return self._names[part.choices].get(
            text, gettext("none") if text == "" else gettext("%(text)s (not there any more)") % {"text": text}
        )

    def _value(self, shape: Value, value: Any) -> str:
        is_one = len(shape.parts) == 1 and shape.parts[0].is_whole
        parts = value if isinstance(value, list) and not is_one else [value]
        inputs = shape.parts if len(shape.parts) > 1 else shape.parts * len(parts)
        named = [self.name(part, one) for part, one in zip(inputs, parts, strict=False)]
        return ", ".join(one for one in named if one) or gettext("nothing")
