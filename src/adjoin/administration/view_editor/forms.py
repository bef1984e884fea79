"""A view as people type it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.administration import rule_lines
from adjoin.administration.rule_lines import Line
from adjoin.kernel.errors import Invalid
from adjoin.kernel.languages import said
from adjoin.rules import checking
from adjoin.rules.checking import BrokenLines, Place, Problem
from adjoin.saved_views import actions, columns, queries
from adjoin.tickets import orders

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.saved_views.models import View

ME, GROUPS, ALL = "me", "groups", "all"
COLUMNS_OFFERED = 8
PARTS = (
    ("all", _("All of these hold"), _("Add a condition")),
    ("any", _("And at least one of these holds"), _("Add a condition")),
)
UNSOLVED = {"field": "status", "operator": "less_than", "value": "solved"}  # what most lists begin with
DIRECTIONS = [("", _("Upwards")), ("-", _("Downwards"))]


class ViewForm(forms.Form):
    """Title, whose it is, its conditions, columns and order; `parts` are its lines."""

    title = forms.CharField(label=_("Title"), max_length=255)
    description = forms.CharField(label=_("What it is for"), max_length=2000, required=False)
    is_active = forms.BooleanField(label=_("In the list of views"), required=False)
    whose = forms.ChoiceField(label=_("Who has it"), widget=forms.RadioSelect)
    groups = forms.MultipleChoiceField(label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple)
    group_by = forms.ChoiceField(label=_("Grouped by"), required=False)
    group_way = forms.ChoiceField(label=_("Groups go"), required=False, choices=DIRECTIONS)
    sort_by = forms.ChoiceField(label=_("Sorted by"))
    sort_way = forms.ChoiceField(label=_("Rows go"), required=False, choices=DIRECTIONS)

    def __init__(self, data: Mapping[str, Any] | None = None, *, actor: Actor, view: View | None) -> None:
        super().__init__(data, initial=_initial(actor, view))
        self.actor = actor
        self._choose("whose", _whose(actor))
        groups = readable.groups(actor).order_by("name")
        if not actions.MAKERS.for_everybody(actor):
            groups = groups.filter(pk__in=actor.group_ids)
        self._choose("groups", [(str(one.pk), one.name) for one in groups])
        sorts = [(order.key, said(order.label)) for order in orders.ORDERS.values()]
        self._choose(
            "group_by", [("", gettext("Nothing")), *(pair for pair in sorts if pair[0] not in ("id", "subject"))]
        )
        self._choose("sort_by", sorts)
        offered = [
            ("", gettext("None")),
            *((one.key, said(one.label)) for one in columns.every().values() if one.key != "subject"),
        ]
        kept = [key for key in (view.columns if view else columns.DEFAULT) if key != "subject"]
        for number in range(COLUMNS_OFFERED):
            initial = kept[number] if number < len(kept) else ""
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=gettext("Column %(number)s") % {"number": number + 1},
                required=False,
                choices=offered,
                initial=initial,
            )
        known = rule_lines.known(Place.VIEW)
        conditions = (
            view.conditions if view else {"all": [{"field": "status", "operator": "less_than", "value": "solved"}]}
        )
        self.lines = {
            part: rule_lines.posted(part, data, known[part])
            if data is not None
            else rule_lines.kept(part, conditions.get(part) or [], known[part])
            for part, _, _ in PARTS
        }
        self.problem = ""

    @property
    def parts(self) -> list[tuple[str, str, str, list[Line]]]:
        """Each part: name, heading, the words of the button that adds a line, lines."""
        return [(part, str(heading), str(add), self.lines[part]) for part, heading, add in PARTS]

    @property
    def chosen_columns(self) -> list[forms.BoundField]:
        """The fields that choose the columns."""
        return [self[f"column_{number}"] for number in range(COLUMNS_OFFERED)]

    def conditions(self) -> dict[str, Any] | None:
        """The conditions as views keep them; None when a line is broken, which then says so."""
        problems: list[Problem] = []
        found: dict[str, Any] = {}
        try:
            for part in self.lines:
                try:
                    rows = rule_lines.rows(self.lines[part])
                    found[part] = checking.conditions({part: rows}, is_filter=True)[part]
                except BrokenLines as error:
                    problems += error.problems
            if not problems:
                return actions.checked(found)
        except Invalid as error:
            self.problem = str(error)
        if problems:
            rule_lines.tell(problems, self.lines)
            self.problem = " ".join(f"{one.sentence}." for one in problems)
        return None

    def shape(self) -> dict[str, Any]:
        """Columns and order of a valid form."""
        given = self.cleaned_data
        chosen = [given[f"column_{number}"] for number in range(COLUMNS_OFFERED)]
        return {
            "columns": columns.checked(["subject", *(key for key in chosen if key)]),
            "group_by": given["group_by"],
            "is_group_descending": given["group_way"] == "-",
            "sort_by": given["sort_by"],
            "is_descending": given["sort_way"] == "-",
        }

    def fields_of_view(self) -> dict[str, Any]:
        """Everything but the conditions of a valid form, as `saved_views.actions` takes it."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("title", "description", "is_active")},
            "owner_id": self.actor.user_id if given["whose"] == ME else None,
            "group_ids": sorted(map(int, given["groups"])) if given["whose"] == GROUPS else [],
            **self.shape(),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("whose") == GROUPS and not given.get("groups"):
            self.add_error("groups", gettext("Choose a group."))
        return given

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _whose(actor: Actor) -> list[tuple[str, str]]:
    offers = (
        (ME, gettext("Only me"), actions.MAKERS.for_themselves(actor)),
        (GROUPS, gettext("The agents of these groups"), actions.MAKERS.for_groups(actor)),
        (ALL, gettext("All agents"), actions.MAKERS.for_everybody(actor)),
    )
    return [(key, label) for key, label, is_open in offers if is_open]


def _initial(actor: Actor, view: View | None) -> dict[str, Any]:
    if view is None:
        return {"is_active": True, "whose": ME, "sort_by": "updated", "sort_way": "-"}
    return {
        **{name: getattr(view, name) for name in ("title", "description", "is_active", "group_by")},
        "whose": ME if view.owner_id else GROUPS if view.group_ids else ALL,
        "groups": [str(one) for one in view.group_ids],
        "group_way": "-" if view.is_group_descending else "",
        "sort_by": queries.question(view, {}).order.key,
        "sort_way": "-" if view.is_descending else "",
    }
