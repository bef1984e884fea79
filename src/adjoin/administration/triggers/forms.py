"""A trigger as people type it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.administration.rule_form import Lines, RuleForm
from adjoin.rules.checking import Place
from adjoin.rules.models import Trigger, TriggerCategory


class TriggerForm(RuleForm):
    """Title, description, whether it acts, its lines, and the ticket to try it on."""

    description = forms.CharField(label=_("What it is for"), max_length=2000, required=False)
    is_active = forms.BooleanField(label=_("Acts on every change"), required=False)
    ticket = forms.CharField(label=_("Ticket"), required=False, max_length=20)
    moment = forms.ChoiceField(
        label=_("At which moment"),
        required=False,
        choices=[("filed", _("When it was filed")), ("now", _("When I change it now"))],
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    place = Place.TRIGGER

    def __init__(self, data: Any = None, *, rule: Trigger | None) -> None:
        super().__init__(data, rule=rule)
        listed = TriggerCategory.objects.order_by("position", "pk")
        self.choose_category([("", gettext("None")), *((str(one.pk), one.name) for one in listed)])
        self.initial["category"] = str(rule.category_id or "") if rule else ""

    def choose_category(self, choices: list[tuple[str, str]]) -> None:
        """Offer these."""
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def category_id(self) -> int | None:
        """The category that was chosen."""
        return int(found) if (found := self.cleaned_data.get("category")) else None

    def checked(self) -> Lines | None:
        """The same for looking only: a rule that is not finished is no mistake yet."""
        found = self.rule()
        self.problem = ""
        for line in (line for lines in self.lines.values() for line in lines):
            line.error = ""
        return found
