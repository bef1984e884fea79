"""A policy as people type it: which tickets it is for, and a table of targets by priority."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.administration import rule_lines
from adjoin.kernel.errors import Invalid
from adjoin.rules.checking import BrokenLines, Place, Problem
from adjoin.service_levels import actions
from adjoin.service_levels.models import Policy
from adjoin.service_levels.terms import EXPLAINED, OF_GROUPS, OF_REQUESTERS, Metric
from adjoin.tickets.terms import Priority

PRIORITIES = tuple(reversed(Priority.choices))  # urgent first, as Zendesk has it
PARTS = (
    ("all", _("For tickets of which all of these hold"), _("Add a condition")),
    ("any", _("And at least one of these"), _("Add a condition")),
)
UNITS = {"d": 24 * 60, "h": 60, "m": 1, "min": 1, "": 60}
TIME = re.compile(r"(\d{1,6})\s*(d|h|min|m)?")
BROKEN = _("Write a time as 30m, 4h, 1h 30m or 2d.")


@dataclass
class Cell:
    """The target of one metric for one priority, as typed."""

    name: str
    label: str
    value: str
    error: str = ""


@dataclass
class Row:
    """One metric: a cell for each priority, and whether opening hours count."""

    metric: str
    label: str
    explained: str
    cells: list[Cell]
    is_business: bool


class PolicyForm(forms.Form):
    """Title and description; `parts` are the lines of its filter, `rows` its targets."""

    title = forms.CharField(label=_("Title"), max_length=255)
    description = forms.CharField(label=_("What it is for"), max_length=2000, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, policy: Policy | None, is_for_groups: bool = False
    ) -> None:
        initial = {"title": policy.title, "description": policy.description} if policy else {}
        super().__init__(data, initial=initial)
        known = rule_lines.known(Place.POLICY)
        if data is not None:
            self.lines = {part: rule_lines.posted(part, data, known[part]) for part, _, _ in PARTS}
        else:
            kept = policy.filter if policy else {}
            self.lines = {part: rule_lines.kept(part, kept.get(part) or [], known[part]) for part, _, _ in PARTS}
        metrics, kept_metrics = OF_GROUPS if is_for_groups else OF_REQUESTERS, policy.policy_metrics if policy else []
        self.rows = _posted(metrics, data) if data is not None else _kept(metrics, kept_metrics)
        self.problem = ""

    @property
    def priorities(self) -> list[str]:
        """The heads of the table."""
        return [str(label) for _, label in PRIORITIES]

    @property
    def parts(self) -> list[tuple[str, str, str, list[rule_lines.Line]]]:
        """Each part of the filter: name, heading, the words of the button that adds a line, lines."""
        return [(part, str(heading), str(add), self.lines[part]) for part, heading, add in PARTS]

    def columns(self) -> dict[str, Any] | None:
        """What `service_levels.actions` take; None when something is wrong, which its line or cell then says."""
        found = {"title": self.cleaned_data["title"], "description": self.cleaned_data["description"]}
        filter, metrics = self._filter(), self._metrics()
        if self.problem:
            return None
        return {**found, "filter": filter, "policy_metrics": metrics}

    def _filter(self) -> dict[str, Any]:
        problems: list[Problem] = []
        kept: dict[str, Any] = {}
        for part in self.lines:
            try:
                kept |= {part: actions.checked_filter({part: rule_lines.rows(self.lines[part])})[part]}
            except BrokenLines as error:
                problems += error.problems
            except Invalid as error:
                self.problem = str(error)
        rule_lines.tell(problems, self.lines)
        if problems:
            self.problem = " ".join(f"{one.sentence}." for one in problems)
        return kept

    def _metrics(self) -> list[dict[str, Any]]:
        found = []
        for row in self.rows:
            for (priority, _label), cell in zip(PRIORITIES, row.cells, strict=True):
                minutes = _minutes(cell.value) if cell.value.strip() else 0
                if minutes is None:
                    cell.error = str(BROKEN)
                elif cell.value.strip():
                    hours = {"business_hours": row.is_business}
                    found.append({"priority": priority, "metric": row.metric, "target": minutes, **hours})
        broken = [cell.label for row in self.rows for cell in row.cells if cell.error]
        if broken:
            self.problem += f" {', '.join(broken)}: {BROKEN}"
        elif not found:
            self.problem += gettext(" Give at least one target.")
        return found


def time_words(minutes: int) -> str:
    """As it is typed: "1d 2h", "30m"."""
    days, rest = divmod(minutes, 24 * 60)
    parts = [(days, "d"), (rest // 60, "h"), (rest % 60, "m")]
    return " ".join(f"{number}{unit}" for number, unit in parts if number)


def _minutes(typed: str) -> int | None:
    """The minutes of "1h 30m"; a bare number is hours. None for anything else."""
    text = typed.strip().lower()
    found = list(TIME.finditer(text))
    if not found or TIME.sub("", text).strip(" ,"):
        return None
    minutes = sum(int(one[1]) * UNITS[one[2] or ""] for one in found)
    return minutes if 0 < minutes <= actions.MINUTES_MAX else None


def _kept(metrics: Sequence[Metric], targets: list[dict[str, Any]]) -> list[Row]:
    by_place = {(one["metric"], one["priority"]): one for one in targets}

    def value(metric: str, priority: str) -> str:
        one = by_place.get((metric, priority))
        return time_words(one["target"]) if one else ""

    business = {one["metric"] for one in targets if one["business_hours"]}
    return [_row(metric, [value(metric, name) for name, _ in PRIORITIES], metric in business) for metric in metrics]


def _posted(metrics: Sequence[Metric], data: Mapping[str, Any]) -> list[Row]:
    return [
        _row(
            metric,
            [str(data.get(f"{metric}-{name}", ""))[:40] for name, _ in PRIORITIES],
            bool(data.get(f"{metric}-business")),
        )
        for metric in metrics
    ]


def _row(metric: Metric, values: list[str], is_business: bool) -> Row:
    cells = [
        Cell(f"{metric}-{name}", f"{metric.label}, {label.lower()}", value)
        for (name, label), value in zip(PRIORITIES, values, strict=True)
    ]
    return Row(metric, str(metric.label), str(EXPLAINED[metric]), cells, is_business)
