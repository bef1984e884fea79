"""Rules that name something which goes away are switched off, with a notice, so that tickets go on flowing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from adjoin.kernel import outbox, record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import of_error
from adjoin.rules import checking, revisions
from adjoin.rules.kinds import KINDS as KINDS_OF_RULE
from adjoin.rules.kinds import Kind
from adjoin.rules.models import Macro, Rule

KINDS = (
    *("group", "brand", "user", "organization", "sharing_agreement", "ticket_field", "ticket_form", "schedule"),
    "custom_status",
)
GOES_WITH = ("is_active", "role", "status")  # fields by which something can go without deletion


Looker = Callable[[str, datetime], None]
lookers: list[Looker] = []


def look_too(looker: Looker) -> None:
    """Have `looker(id, now)` look at what an app above keeps of conditions, when something of that id has gone."""
    if looker not in lookers:
        lookers.append(looker)


def names(rows: list[dict[str, Any]], wanted: str) -> bool:
    """Whether a line has that id as its value, or in its field (`custom_fields_12`)."""
    return any(
        wanted in map(str, row["value"] if isinstance(row.get("value"), list) else [row.get("value")])
        or row.get("field") == wanted
        or str(row.get("field")).endswith(f"_{wanted}")
        for row in rows
    )


def register() -> None:
    """Begin to watch, at start-up."""
    outbox.subscribe(record.TOPIC, _look_again)


def _look_again(
    *, did: Did, kind: str, subject_id: int | None, changes: dict[str, Any], now: datetime, **_: Any
) -> None:
    """After something may have gone: look at every rule that is on and names it. What still stands is left alone."""
    has_gone = did is Did.DELETED or (did is Did.UPDATED and not changes.keys().isdisjoint(GOES_WITH))
    if kind in KINDS and has_gone and subject_id is not None:
        look_again(str(subject_id), now)


def look_again(wanted: str, now: datetime) -> None:
    """Something has gone that rules name by `wanted`: those that cannot work any more are switched off."""
    for rules in KINDS_OF_RULE:
        for rule in rules.rows.active().in_order():
            if names([*rule.actions, *rule.conditions.get("all", []), *rule.conditions.get("any", [])], wanted):
                _keep_or_switch_off(rules.name, rule, partial(_check, rules), now)
    for looker in lookers:
        looker(wanted, now)
    for macro in Macro.objects.active().in_order():
        if names(macro.actions, wanted):
            _keep_or_switch_off("macro", macro, _check_macro, now)


def _check(rules: Kind, rule: Any) -> None:
    rules.check(rule.conditions, rule.actions, rule.pk)


def _check_macro(macro: Macro) -> None:
    checking.actions(macro.actions, of_macro=True)


def _keep_or_switch_off(kind: str, rule: Any, check: Callable[[Any], None], now: datetime) -> None:
    try:
        check(rule)
    except Invalid as error:
        rule.is_active, rule.notice, rule.updated_at = False, of_error(error), now
        rule.save(update_fields=["is_active", "notice", "updated_at"])
        if isinstance(rule, Rule):
            revisions.keep(rule, None, now)
        record.changed(
            Did.UPDATED, kind, rule.pk, rule.title, now=now, is_active=(True, False), notice=("", rule.notice)
        )
