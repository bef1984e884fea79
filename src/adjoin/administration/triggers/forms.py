"""A trigger as people type it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from adjoin.administration import rule_lines
from adjoin.kernel.errors import Invalid
from adjoin.rules import checking
from adjoin.rules.checking import BrokenLines, Problem
from adjoin.rules.models import Trigger

PARTS = (
    ("all", "All of these hold", "Add a condition"),
    ("any", "And at least one of these holds", "Add a condition"),
    ("actions", "Then", "Add an action"),
)


class TriggerForm(forms.Form):
    """Title, description, whether it acts; `parts` are its lines, which know what is wrong with them."""

    title = forms.CharField(label="Title", max_length=255)
    description = forms.CharField(label="What it is for", max_length=2000, required=False)
    is_active = forms.BooleanField(label="Acts on every change", required=False)
    ticket = forms.CharField(label="Ticket", required=False, max_length=20)
    moment = forms.ChoiceField(
        label="At which moment",
        required=False,
        choices=[("filed", "When it was filed"), ("now", "When I change it now")],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, trigger: Trigger | None) -> None:
        initial = {"title": trigger.title, "description": trigger.description} if trigger else {}
        super().__init__(data, initial={**initial, "is_active": trigger.is_active if trigger else True})
        known = rule_lines.of_triggers()
        if data is not None:
            self.lines = {part: rule_lines.posted(part, data, known[part]) for part, _, _ in PARTS}
        else:
            kept = {
                **(trigger.conditions if trigger else {"all": [{}]}),
                "actions": trigger.actions if trigger else [{}],
            }
            self.lines = {part: rule_lines.kept(part, kept.get(part) or [], known[part]) for part, _, _ in PARTS}
        self.problem = ""

    @property
    def parts(self) -> list[tuple[str, str, str, list[rule_lines.Line]]]:
        """Each part: name, heading, the words of the button that adds a line, lines."""
        return [(part, heading, add, self.lines[part]) for part, heading, add in PARTS]

    def rule(self) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """Conditions and actions as rules keep them; None when something is wrong, which its line then says."""
        problems: list[Problem] = []
        found: dict[str, Any] = {}
        for part in self.lines:
            try:
                found[part] = rule_lines.rows(self.lines[part])
                check = checking.actions if part == "actions" else _conditions(part)
                found[part] = check(found[part])
            except BrokenLines as error:
                problems += error.problems
            except Invalid as error:
                self.problem = str(error)
        if problems:
            rule_lines.tell(problems, self.lines)
            self.problem = " ".join(f"{one.sentence}." for one in problems)
        return None if self.problem else ({"all": found["all"], "any": found["any"]}, found["actions"])

    def checked(self) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """The same for looking only: a rule that is not finished is no mistake yet."""
        found = self.rule()
        self.problem = ""
        for line in (line for lines in self.lines.values() for line in lines):
            line.error = ""
        return found


def _conditions(part: str) -> Callable[[Any], Any]:
    return lambda rows: checking.conditions({part: rows})[part]
