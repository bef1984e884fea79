"""What people type about a status of tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.administration import refusals
from adjoin.fields.models import CustomStatus
from adjoin.fields.terms import StatusCategory
from adjoin.kernel.errors import DeskError

WORDS = ("agent_label", "end_user_label", "description", "end_user_description")


class StatusForm(forms.Form):
    """A status's words; its category when it is made."""

    status_category = forms.ChoiceField(
        label=_("Category"),
        choices=StatusCategory.choices,
        help_text=_("How the desk treats it. It cannot be changed later."),
    )
    agent_label = forms.CharField(
        label=_("Label for agents"), max_length=48, error_messages={"required": _("Give it a label.")}
    )
    end_user_label = forms.CharField(
        label=_("Label for end users"), required=False, max_length=48, help_text=_("Empty: the same as for agents.")
    )
    description = forms.CharField(label=_("When agents choose it"), required=False, max_length=2000)
    end_user_description = forms.CharField(label=_("What it means to end users"), required=False, max_length=2000)

    def __init__(self, *args: Any, status: CustomStatus | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if status is not None:
            self.initial = {name: getattr(status, name) for name in WORDS}
            del self.fields["status_category"]

    def explain(self, error: DeskError) -> None:
        """Show a refusal where it belongs."""
        refusals.explain(self, error, {})
