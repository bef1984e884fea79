"""An automation as people type it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.administration.rule_form import RuleForm
from adjoin.rules import automations
from adjoin.rules.checking import Place
from adjoin.rules.models import Automation


class AutomationForm(RuleForm):
    """Title, whether it acts, and its lines."""

    is_active = forms.BooleanField(label=_("Acts by itself, every ten minutes"), required=False)
    place = Place.AUTOMATION

    def __init__(self, data: Any = None, *, rule: Automation | None) -> None:
        super().__init__(data, rule=rule)
        self.automation_id = rule.pk if rule else None

    def check_whole(self, conditions: dict[str, Any], actions: list[dict[str, Any]]) -> None:
        automations.checked(conditions, actions, automation_id=self.automation_id)
