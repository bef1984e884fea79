"""What people type to invite a partner, and to set terms."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.fields.models import CustomStatus
from adjoin.kernel import text
from adjoin.sharing.agreements.checking import OURS
from adjoin.sharing.agreements.messages import NOTE_MAX
from adjoin.sharing.crossing.statuses import NAME_MAX, joined, split
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import ATTACHMENT_LIMIT_MB, CommentsTerm, OnUnshare, Terms, WhoShares

STATUSES = [(str(status), status.label) for status in OURS]
SAME = [("", _("The same"))]


class TermsForm(forms.Form):
    """The terms of an agreement. Pass the present ones as `terms`; `only_own` leaves the partner's alone."""

    comments = forms.ChoiceField(
        label=_("What is said"), choices=CommentsTerm.choices, initial=CommentsTerm.PUBLIC, widget=forms.RadioSelect
    )
    syncs_status = forms.BooleanField(label=_("Keep the status the same on both sides"), required=False, initial=True)
    syncs_tags = forms.BooleanField(label=_("Share tags"), required=False)
    syncs_custom_fields = forms.BooleanField(label=_("Share ticket fields"), required=False)
    shares_attachments = forms.BooleanField(label=_("Share files"), required=False, initial=True)
    names_requester = forms.BooleanField(label=_("Name the customer"), required=False, initial=True)
    attachment_max_mb = forms.IntegerField(
        label=_("Largest file in MB"),
        required=False,
        min_value=1,
        max_value=ATTACHMENT_LIMIT_MB,
        help_text=_("Larger files stay. Empty: as large as the other desk takes."),
    )
    on_unshare = forms.ChoiceField(
        label=_("When a ticket is taken back"), choices=OnUnshare.choices, initial=OnUnshare.LEAVE
    )
    who_shares = forms.ChoiceField(
        label=_("Who shares tickets here"), choices=WhoShares.choices, initial=WhoShares.AGENTS
    )
    excluded_tags = forms.CharField(
        label=_("Tags that stay"),
        required=False,
        max_length=1000,
        help_text=_("How they begin, with spaces between: int_ vip. They neither leave nor come in."),
    )

    note = forms.CharField(
        label=_("A word to their admins"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It goes along, and stands in both histories. Desks other than Adjoin do not show it."),
    )

    OWN = ("who_shares", "excluded_tags")

    def __init__(self, *arguments: Any, terms: Terms | None = None, only_own: bool = False, **options: Any) -> None:
        initial = {} if terms is None else _initial(terms)
        options["initial"] = {**initial, **options.get("initial", {})}
        super().__init__(*arguments, **options)
        self.before = terms or Terms()
        own = CustomStatus.objects.active().filter(is_standard=False).exclude(status_category="new")
        self.own_statuses = list(own.in_order())
        for way in ("out", "in"):
            for status, word in STATUSES:
                others: list[tuple[Any, Any]] = [choice for choice in STATUSES if choice[0] != "new"]
                others += [(str(row.pk), row.agent_label) for row in self.own_statuses] if way == "in" else []
                self.fields[f"status_{way}_{status}"] = forms.ChoiceField(
                    label=word, choices=[*SAME, *others], required=False
                )
        for row in self.own_statuses:
            self.fields[f"status_out_{row.pk}"] = forms.ChoiceField(
                label=row.agent_label,
                choices=SAME + [choice for choice in STATUSES if choice[0] != "new"],
                required=False,
            )
            self.fields[f"status_name_{row.pk}"] = forms.CharField(
                required=False, max_length=NAME_MAX, widget=forms.TextInput(attrs={"placeholder": row.agent_label})
            )
        if only_own:
            for name in [name for name in self.fields if not self._is_own(name)]:
                del self.fields[name]

    def terms(self) -> Terms:
        """The terms of a form that is valid; what it does not ask for stays as it was."""
        values = dict(self.cleaned_data)
        found = {name: values[name] for name in values if hasattr(self.before, name)}
        found["excluded_tags"] = tuple(word for word in re.split(r"[\s,]+", values["excluded_tags"]) if word)
        for way in ("out", "in"):
            told = {str(status): values[f"status_{way}_{status}"] for status in OURS}
            found[f"status_{way}"] = {status: other for status, other in told.items() if other}
        self._map_own(found["status_out"], found["status_in"])
        return replace(self.before, **found)

    def _map_own(self, out: dict[str, str], into: dict[str, str]) -> None:
        """What the partner is told of each status of ours; a name of theirs leads back to it.

        What only the API can say stays as it was."""
        shown = {str(row.pk) for row in self.own_statuses}
        out |= {key: told for key, told in self.before.status_out.items() if key.isdecimal() and key not in shown}
        into |= {key: ours for key, ours in self.before.status_in.items() if "/" in key and ours not in shown}
        for row in self.own_statuses:
            category = self.cleaned_data[f"status_out_{row.pk}"]
            name = text.one_line(self.cleaned_data[f"status_name_{row.pk}"])
            if category or name:
                out[str(row.pk)] = told = joined(category or row.status_category, name)
            if name:
                into[told] = str(row.pk)

    @property
    def told_of_own(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each status of the account's own, the category and the name the partner is told."""
        return [(self[f"status_out_{row.pk}"], self[f"status_name_{row.pk}"]) for row in self.own_statuses]

    @property
    def told(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each status, what the partner is told, and what it is here when the partner says it."""
        return [(self[f"status_out_{status}"], self[f"status_in_{status}"]) for status, _ in STATUSES]

    def _is_own(self, name: str) -> bool:
        return name in self.OWN or name.startswith(("status_out_", "status_name_", "status_in_"))


class InviteForm(TermsForm):
    """A partner's address and the terms offered."""

    partner = forms.CharField(
        label=_("Address of the partner"),
        max_length=500,
        help_text=_("Their subdomain here, a host such as maker.example.com, or a whole sharing address."),
    )
    partner_name = forms.CharField(
        label=_("What you call them"), max_length=200, required=False, help_text=_("Until they tell their own name.")
    )
    both_ways = forms.BooleanField(
        label=_("Ask them to share tickets with you too, on the same terms"),
        required=False,
        help_text=_("Between two Adjoin desks; another desk sees the first invitation only."),
    )


def for_agreement(agreement: SharingAgreement, data: Any = None) -> TermsForm:
    """The form for the terms of an agreement, as far as they are ours to set."""
    return TermsForm(data, terms=agreement.terms, only_own=not agreement.is_outbound)


def _initial(terms: Terms) -> dict[str, Any]:
    maps = {"out": terms.status_out, "in": terms.status_in}
    told = {f"status_{way}_{status}": other for way, pairs in maps.items() for status, other in pairs.items()}
    own = {key: split(value) for key, value in terms.status_out.items() if key.isdecimal()}
    told |= {f"status_out_{key}": category for key, (category, _) in own.items()}
    told |= {f"status_name_{key}": name for key, (_, name) in own.items()}
    return {**vars(terms), **told, "excluded_tags": " ".join(terms.excluded_tags)}
