"""The two kinds of rule that act by themselves: triggers on a change, automations on the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adjoin.access.permissions import Permission
from adjoin.rules import automations, checking
from adjoin.rules.models import Automation, Trigger

Lines = tuple[dict[str, Any], list[dict[str, Any]]]  # conditions and actions


@dataclass(frozen=True)
class Kind:
    """One of them. `name` is what the API and the audit log call it.

    `check(conditions, actions, rule_id)` gives both as kept, or raises `Invalid`; `admit(rule_id)` raises it when no
    further one may act."""

    name: str
    model: type[Trigger | Automation]
    permission: Permission
    check: Callable[[Any, Any, int | None], Lines]
    admit: Callable[[int | None], None] = lambda rule_id: None

    @property
    def rows(self) -> Any:
        """Every one of this kind."""
        return self.model.objects

    def beside(self, rule: Any) -> Any:
        """Those that a rule is put in order with: of triggers, those of its category."""
        return self.rows.filter(category_id=rule.category_id) if isinstance(rule, Trigger) else self.rows.all()


def _check_trigger(conditions: Any, actions: Any, rule_id: int | None) -> Lines:
    return checking.rule(conditions, actions)


def _check_automation(conditions: Any, actions: Any, rule_id: int | None) -> Lines:
    return automations.checked(conditions, actions, automation_id=rule_id)


TRIGGER = Kind("trigger", Trigger, Permission.MANAGE_RULES, _check_trigger)
AUTOMATION = Kind("automation", Automation, Permission.MANAGE_AUTOMATIONS, _check_automation, automations.require_room)
KINDS = (TRIGGER, AUTOMATION)
