"""What people type of a trigger or an automation: some words, and lines that know what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.administration import rule_lines
from adjoin.kernel.errors import Invalid
from adjoin.rules import checking
from adjoin.rules.checking import BrokenLines, Place, Problem
from adjoin.rules.models import Rule

PARTS = (
    ("all", _("All of these hold"), _("Add a condition")),
    ("any", _("And at least one of these holds"), _("Add a condition")),
    ("actions", _("Then"), _("Add an action")),
)
Lines = tuple[dict[str, Any], list[dict[str, Any]]]  # conditions and actions


class RuleForm(forms.Form):
    """Title, and whether it acts; `parts` are its lines."""

    title = forms.CharField(label=_("Title"), max_length=255)
    is_active = forms.BooleanField(required=False)
    place: ClassVar[Place]

    def __init__(self, data: Mapping[str, Any] | None = None, *, rule: Rule | None) -> None:
        initial = {"title": rule.title, "description": rule.description} if rule else {}
        super().__init__(data, initial={**initial, "is_active": rule.is_active if rule else True})
        known = rule_lines.known(self.place)
        if data is not None:
            self.lines = {part: rule_lines.posted(part, data, known[part]) for part, _, _ in PARTS}
        else:
            kept = {**(rule.conditions if rule else {"all": [{}]}), "actions": rule.actions if rule else [{}]}
            self.lines = {part: rule_lines.kept(part, kept.get(part) or [], known[part]) for part, _, _ in PARTS}
        self.problem = ""

    @property
    def parts(self) -> list[tuple[str, str, str, list[rule_lines.Line]]]:
        """Each part: name, heading, the words of the button that adds a line, lines."""
        return [(part, str(heading), str(add), self.lines[part]) for part, heading, add in PARTS]

    def rule(self) -> Lines | None:
        """Conditions and actions as rules keep them; None when something is wrong, which its line then says."""
        problems: list[Problem] = []
        found: dict[str, Any] = {}
        for part in self.lines:
            try:
                found[part] = self._check(part)(rule_lines.rows(self.lines[part]))
            except BrokenLines as error:
                problems += error.problems
            except Invalid as error:
                self.problem = str(error)
        if not problems and not self.problem:
            problems = self._check_whole({"all": found["all"], "any": found["any"]}, found["actions"])
        if problems:
            rule_lines.tell(problems, self.lines)
            self.problem = " ".join(f"{one.sentence}." for one in problems)
        return None if self.problem else ({"all": found["all"], "any": found["any"]}, found["actions"])

    def check_whole(self, conditions: dict[str, Any], actions: list[dict[str, Any]]) -> None:
        """Whether lines that are right by themselves make a rule. Raises `BrokenLines`, `Invalid`."""

    def _check_whole(self, conditions: dict[str, Any], actions: list[dict[str, Any]]) -> list[Problem]:
        try:
            self.check_whole(conditions, actions)
        except BrokenLines as error:
            return error.problems
        except Invalid as error:
            self.problem = str(error)
        return []

    def _check(self, part: str) -> Callable[[Any], Any]:
        if part == "actions":
            return checking.actions
        return lambda rows: checking.conditions({part: rows}, place=self.place)[part]
