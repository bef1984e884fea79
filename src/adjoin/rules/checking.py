"""Whether a rule can work: each line is looked at, and what is wrong is said with its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_noop as _

from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import Sentence, of_error, say
from adjoin.rules import registry
from adjoin.rules.registry import WITHOUT_VALUE, Action, Condition, MacroAction

RULE_MAX_BYTES = 65_000  # as Zendesk has it
LINES_MAX = 100  # of one part
NARROWING = {"status", "custom_status_id", "type", "group_id", "assignee_id", "requester_id"}  # as Zendesk has it
PARTS = {  # of the parts of a rule: how a line is called, in the words that stand above it on pages
    "all": _("Condition %(line)s of those that all have to hold"),
    "any": _("Condition %(line)s of those of which one has to hold"),
}
ALSO = {"due_at": "due_date"}  # what Zendesk's views call a condition of another name
Rows = list[dict[str, Any]]
Known = Mapping[str, Action | MacroAction]


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line: `part` is all, any or actions, `line` counts from 1."""

    part: str
    line: int
    says: str

    @property
    def sentence(self) -> str:
        where = (
            say("Action %(line)s") % {"line": self.line}
            if self.part == "actions"
            else say(PARTS[self.part]) % {"line": self.line}
        )
        return say("%(where)s: %(says)s") % {"where": where, "says": self.says}


class BrokenLines(Invalid):
    """A rule with lines that cannot work; `problems` has each of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__({"base": [("InvalidValue", one.sentence) for one in problems]})


class Place(StrEnum):
    """Where a condition stands: each place has its own operators."""

    TRIGGER = "trigger"
    AUTOMATION = "automation"
    VIEW = "view"
    POLICY = "policy"  # of service levels

    @property
    def a(self) -> str:
        return f"an {self}" if self is Place.AUTOMATION else f"a {self}"

    def operators(self, condition: Condition) -> tuple[str, ...]:
        """Those of the condition that can be asked here; none where it cannot be asked at all."""
        if self is Place.VIEW:
            return condition.filter_operators
        if self is Place.AUTOMATION:
            return condition.automation_operators
        if self is Place.POLICY:
            return condition.policy_operators
        return condition.operators if condition.in_triggers else ()


def conditions(
    rows: Any,
    *,
    is_filter: bool = False,
    place: Place = Place.TRIGGER,
    known: Mapping[str, Condition] | None = None,
) -> dict[str, Rows]:
    """`{"all": […], "any": […]}` as kept; `is_filter` is for views, `known` what can be asked where it is not of
    tickets. Raises `BrokenLines`, `Invalid`."""
    asked = registry.conditions if known is None else known
    place = Place.VIEW if is_filter else place
    if not isinstance(rows, dict) or not set(rows) <= {"all", "any"}:
        raise Invalid.field("conditions", say('Conditions: must be {"all": [...], "any": [...]}'))
    problems: list[Problem] = []
    kept = {
        part: _lines(part, rows.get(part) or [], problems, lambda row: _condition(row, place, asked))
        for part in ("all", "any")
    }
    _require_whole(kept, problems)
    return kept


def actions(rows: Any, *, of_macro: bool = False) -> Rows:
    """`[{"field", "value"}]` as kept. Raises `BrokenLines`, `Invalid`."""
    if not isinstance(rows, list) or not rows:
        raise Invalid.field("actions", say("Actions: at least one is needed"), "BlankValue")
    known: Known = registry.macro_actions if of_macro else registry.actions
    problems: list[Problem] = []
    kept = _lines("actions", rows, problems, lambda row: _action(row, known))
    _refuse_twice(kept, known, problems)
    _require_whole(kept, problems)
    return kept


def rule(conditions_: Any, actions_: Any, *, place: Place = Place.TRIGGER) -> tuple[dict[str, Rows], Rows]:
    """Both as kept. Raises `BrokenLines`, `Invalid` with what is wrong in either."""
    found: list[Any] = []
    errors: list[Invalid] = []
    for check in (lambda: conditions(conditions_, place=place), lambda: actions(actions_)):
        try:
            found.append(check())
        except Invalid as error:
            errors.append(error)
    if not errors:
        return found[0], found[1]
    if all(isinstance(one, BrokenLines) for one in errors):
        raise BrokenLines([line for one in errors for line in getattr(one, "problems", [])])
    raise Invalid(
        {name: [told for one in errors for told in one.details.get(name, ())] for one in errors for name in one.details}
    )


def is_narrow(kept: Mapping[str, Rows]) -> bool:
    """Whether conditions all of which have to hold ask for something that keeps most tickets out."""
    return any(row["field"] in NARROWING for row in kept["all"])


def _refuse_twice(rows: Rows, known: Known, problems: list[Problem]) -> None:
    done: set[str] = set()
    for line, row in enumerate(rows, 1):
        action = known.get(row.get("field", ""))
        if action is not None and action.key in done and not action.repeatable:
            problems.append(
                Problem(
                    "actions",
                    line,
                    say("%(label)s is in a line above. One rule does it once") % {"label": say(action.label)},
                )
            )
        done.add(row.get("field", ""))


def _require_whole(kept: Any, problems: list[Problem]) -> None:
    if problems:
        raise BrokenLines(problems)
    if len(json.dumps(kept)) > RULE_MAX_BYTES:
        raise Invalid.field(
            "base",
            say("A rule is at most %(most)s characters long") % {"most": f"{RULE_MAX_BYTES:,}"},
        )


def _lines(part: str, rows: Any, problems: list[Problem], check: Callable[[Any], dict[str, Any]]) -> Rows:
    """The lines as kept; `{}` in the place of a broken one, which is added to `problems`."""
    if not isinstance(rows, list) or len(rows) > LINES_MAX:
        raise Invalid.field(
            "base",
            say("'%(part)s' must be a list of at most %(most)s lines") % {"part": part, "most": LINES_MAX},
        )
    kept: Rows = []
    for line, row in enumerate(rows, 1):
        try:
            kept.append(check(row))
        except Invalid as error:
            problems.append(Problem(part, line, of_error(error)))
            kept.append({})
    return kept


def _condition(row: Any, place: Place, known: Mapping[str, Condition]) -> dict[str, Any]:
    asked = str(row.get("field")) if isinstance(row, dict) else ""
    condition = known.get(ALSO.get(asked, asked)) if asked else None
    if condition is None:
        raise Invalid.field("conditions", _told_of(row, say("no such field"), say("no such field as %(name)s")))
    operators = place.operators(condition)
    if not operators:
        raise Invalid.field(
            "conditions", say("%(label)s is no condition of %(a)s") % {"label": say(condition.label), "a": place.a}
        )
    operator = row.get("operator") or operators[0]
    if operator not in operators:
        raise Invalid.field(
            "conditions",
            say("%(label)s takes %(operators)s") % {"label": say(condition.label), "operators": ", ".join(operators)},
        )
    value = "" if operator in WITHOUT_VALUE else _storable(condition.check(row.get("value")))
    return {"field": condition.key, "operator": operator, "value": value}


def _action(row: Any, known: Known) -> dict[str, Any]:
    action = known.get(str(row.get("field"))) if isinstance(row, dict) else None
    if action is None:
        raise Invalid.field("actions", _told_of(row, say("no such action"), say("no such action as %(name)s")))
    return {"field": action.key, "value": _storable(action.check(row.get("value")))}


def _told_of(row: Any, nameless: str, named: Sentence) -> str:
    is_named = isinstance(row, dict) and row.get("field")
    return named % {"name": str(row["field"])[:60]} if is_named else nameless


def _storable(value: Any) -> Any:
    """The value, if PostgreSQL keeps it: text without NUL. Raises `Invalid`."""
    if "\\u0000" in json.dumps(value):
        raise Invalid.field("value", say("the value has characters that are no text"))
    return value
