"""Every condition and every action the desk knows, by key. Keys and meanings are Zendesk's.

A condition answers in memory, for triggers, and where it can be a filter, in SQL, for views. An action changes an
update; an action of macros fills in an answer. Higher apps add theirs at start-up (sharing adds
`share_ticket`, notifications adds `notification_user`)."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q

from adjoin.rules.values import TEXT, Value

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.rules.drafts import Draft
    from adjoin.tickets.changes import Change

Rows = Sequence[Mapping[str, Any]]  # lines of a rule
Matches = Callable[["Change", str, Any], bool]
TEXT_COST, DATABASE_COST = 1, 2  # of conditions that look through text, and of those that may ask the database
Rule = dict[str, Any]  # the `via` that names a rule: {"channel": "rule", "source": {...}}
HISTORY = ("changed", "not_changed", "value", "value_previous", "not_value", "not_value_previous")
WITHOUT_VALUE = ("changed", "not_changed", "present", "not_present")


def keep(value: Any) -> Any:
    """The check of a value that can be anything."""
    return value


@dataclass(frozen=True)
class Condition:
    """One thing a rule can ask.

    `matches(change, operator, value)` answers for an update in memory; `sql(actor, operator, value)` is the same
    over rows, or None where only an update can answer. `check(value)` gives the value as kept, or raises `Invalid`.
    `value` says how it is typed. One that is not `in_triggers` is not for updates, one that is not `in_automations` for
    lists only; one `in_policies` says which tickets a service level is for. `counts_from` is the ticket's column that
    hours are counted from. `ended_by(operator, value, actions)` says whether these lines surely make it false. Of
    the lines of a rule those of less `cost` are asked first."""

    key: str
    label: str
    operators: tuple[str, ...]
    matches: Matches
    sql: Callable[[Actor, str, Any], Q] | None = None
    check: Callable[[Any], Any] = keep
    value: Value = TEXT
    group: str = "ticket"  # where Zendesk's definitions list it
    in_triggers: bool = True
    in_automations: bool = True
    counts_from: str = ""
    in_policies: bool = False
    ended_by: Callable[[str, Any, Rows], bool] | None = None
    cost: int = 0

    @property
    def automation_operators(self) -> tuple[str, ...]:
        """Those that can be asked again and again."""
        return self.filter_operators if self.in_automations else ()

    @property
    def policy_operators(self) -> tuple[str, ...]:
        """Those that say which tickets a service level is for."""
        return tuple(one for one in self.operators if one not in HISTORY) if self.in_policies else ()

    @property
    def filter_operators(self) -> tuple[str, ...]:
        """Those that can be asked of rows."""
        return tuple(one for one in self.operators if one not in HISTORY) if self.sql else ()


@dataclass(frozen=True)
class Action:
    """One thing a trigger can do. `apply(change, value, rule)` does it; `check(value)` and `value` as for conditions.

    One rule may do it several times where it is `repeatable`."""

    key: str
    label: str
    apply: Callable[[Change, Any, Rule], None]
    check: Callable[[Any], Any] = keep
    value: Value = TEXT
    group: str = "ticket"
    repeatable: bool = False


@dataclass(frozen=True)
class MacroAction:
    """One thing a macro fills in: `fill(draft, value)` puts it into the answer that somebody is about to send."""

    key: str
    label: str
    fill: Callable[[Draft, Any], None]
    check: Callable[[Any], Any] = keep
    value: Value = TEXT
    group: str = "ticket"
    repeatable: bool = False


One = TypeVar("One")


class Known(UserDict[str, One]):
    """What is the same for every account, and what families make for the account in use.

    `answering(key)` costs no query, and may know nothing but how to answer; `[key]`, `get` and `all` tell the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.quick: list[Callable[[str], One | None]] = []
        self.families: list[Callable[[], list[One]]] = []

    def answering(self, key: str) -> One:
        """How to answer or act for a line of a rule that was checked. Raises `KeyError`."""
        found = self.data.get(key) or next((one for make in self.quick if (one := make(key))), None)
        if found is None:
            raise KeyError(key)
        return found

    def all(self) -> list[One]:
        """Every one of them, those of families last."""
        return [*self.data.values(), *self._made()]

    def __missing__(self, key: str) -> One:
        made = [one for one in self._made() if getattr(one, "key", "") == key] if self._is_made(key) else []
        if not made:
            raise KeyError(key)
        return made[0]

    def __contains__(self, key: object) -> bool:
        return key in self.data or (isinstance(key, str) and self.get(key) is not None)

    def get(self, key: str, default: Any = None) -> Any:
        """That one, or `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def _is_made(self, key: str) -> bool:
        return any(make(key) for make in self.quick)

    def _made(self) -> list[One]:
        return [one for family in self.families for one in family()]


conditions: Known[Condition] = Known()
actions: Known[Action] = Known()
macro_actions: Known[MacroAction] = Known()


def add_condition(condition: Condition) -> None:
    """Make a condition known. The same key again replaces it."""
    conditions[condition.key] = condition


def add_action(action: Action) -> None:
    """Make an action known. The same key again replaces it."""
    actions[action.key] = action


def add_families(
    quick_condition: Callable[[str], Condition | None],
    quick_action: Callable[[str], Action | None],
    all_conditions: Callable[[], list[Condition]],
    all_actions: Callable[[], list[Action]],
    quick_macro_action: Callable[[str], MacroAction | None] = lambda key: None,
    all_macro_actions: Callable[[], list[MacroAction]] = list,
) -> None:
    """Make conditions and actions known that differ from account to account; see `Known`."""
    conditions.quick.append(quick_condition)
    conditions.families.append(all_conditions)
    actions.quick.append(quick_action)
    actions.families.append(all_actions)
    macro_actions.quick.append(quick_macro_action)
    macro_actions.families.append(all_macro_actions)


def add_macro_action(action: MacroAction) -> None:
    """Make an action of macros known. The same key again replaces it."""
    macro_actions[action.key] = action
