"""How rules have been, with who left them so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adjoin.rules.models import Revision, Rule, Trigger

FIELDS = ("title", "description", "is_active", "conditions", "actions")


def of(rule: Rule) -> Any:
    """The revisions of a rule, in no order."""
    return Revision.objects.filter(**{_column(rule): rule})


def newest_first(rule: Rule) -> list[Revision]:
    """Every revision, the one that is in force first."""
    return list(of(rule).select_related("author").order_by("-pk"))


def keep(rule: Rule, author_id: int | None, now: datetime) -> None:
    """Keep how the rule is now, unless it was left so before."""
    newest = of(rule).order_by("-pk").first()
    if newest is None or snapshot(newest) != snapshot(rule):
        made = Revision.objects.create(**{_column(rule): rule}, author_id=author_id, created_at=now, **snapshot(rule))
        rule.revision_id = made.pk
        type(rule)._default_manager.filter(pk=rule.pk).update(revision_id=made.pk)


def keep_first(rule: Rule) -> None:
    """Keep how a rule is that was made before revisions were kept. Nobody knows by whom."""
    if not of(rule).exists():
        keep(rule, None, rule.updated_at)


def snapshot(row: Rule | Revision) -> dict[str, Any]:
    """What a revision holds of a rule."""
    return {name: getattr(row, name) for name in FIELDS}


def differences(new: Revision, old: Revision | None) -> Mapping[str, tuple[Any, Any]]:
    """From and to, by field."""
    before = snapshot(old) if old is not None else dict.fromkeys(FIELDS)
    return {name: (before[name], now) for name, now in snapshot(new).items() if before[name] != now}


def _column(rule: Rule) -> str:
    return "trigger" if isinstance(rule, Trigger) else "automation"
