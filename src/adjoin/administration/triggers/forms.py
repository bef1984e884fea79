"""A trigger as people type it."""

from __future__ import annotations

from django import forms

from adjoin.administration.rule_form import Lines, RuleForm
from adjoin.rules.checking import Place


class TriggerForm(RuleForm):
    """Title, description, whether it acts, its lines, and the ticket to try it on."""

    description = forms.CharField(label="What it is for", max_length=2000, required=False)
    is_active = forms.BooleanField(label="Acts on every change", required=False)
    ticket = forms.CharField(label="Ticket", required=False, max_length=20)
    moment = forms.ChoiceField(
        label="At which moment",
        required=False,
        choices=[("filed", "When it was filed"), ("now", "When I change it now")],
    )
    place = Place.TRIGGER

    def checked(self) -> Lines | None:
        """The same for looking only: a rule that is not finished is no mistake yet."""
        found = self.rule()
        self.problem = ""
        for line in (line for lines in self.lines.values() for line in lines):
            line.error = ""
        return found
