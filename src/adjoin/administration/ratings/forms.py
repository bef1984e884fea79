"""The reasons that people choose from who were not satisfied, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from adjoin.administration import refusals
from adjoin.kernel.errors import DeskError
from adjoin.satisfaction.terms import WORDS_MAX

if TYPE_CHECKING:
    from adjoin.satisfaction.models import SatisfactionReason

NEW_LINES = 3


class ReasonsForm(forms.Form):
    """A line for each reason there is, and some for new ones. An empty line takes its reason away."""

    def __init__(self, *args: Any, rows: Sequence[SatisfactionReason], **how: Any) -> None:
        super().__init__(*args, **how)
        for at, row in enumerate(rows, start=1):
            label = _("Reason %(number)s") % {"number": at}
            self.fields[f"reason-{row.code}"] = _line(label, row.said)
        for at in range(1, NEW_LINES + 1):
            self.fields[f"new-{at}"] = _line(_("New reason %(number)s") % {"number": at}, "")

    def lines(self) -> Iterator[forms.BoundField]:
        """Those of the reasons there are."""
        return (self[name] for name in self.fields if name.startswith("reason-"))

    def new_lines(self) -> Iterator[forms.BoundField]:
        """Those for new ones."""
        return (self[name] for name in self.fields if name.startswith("new-"))

    def chosen(self) -> list[tuple[int | None, str]]:
        """What `reasons.choose` takes."""
        said = ((name.partition("-"), words) for name, words in self.cleaned_data.items() if words)
        return [(int(code) if kind == "reason" else None, words) for (kind, _, code), words in said]

    def explain(self, error: DeskError) -> None:
        """Show a refusal above the lines."""
        refusals.explain(self, error, {})


def _line(label: str, words: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=WORDS_MAX, required=False, initial=words)
