"""A macro as people type it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.access import readable
from adjoin.administration import rule_lines
from adjoin.administration.rule_lines import Line
from adjoin.kernel.errors import Invalid
from adjoin.rules import checking, macro_writes, registry
from adjoin.rules.checking import BrokenLines
from adjoin.rules.registry import MacroAction
from adjoin.rules.values import Choices, Value

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.rules.models import Macro

ME, GROUPS, ALL = "me", "groups", "all"


class MacroForm(forms.Form):
    """Title, whose it is, for which brands; `lines` are its actions, which know what is wrong with them."""

    title = forms.CharField(
        label=_("Title"),
        max_length=255,
        help_text=_("What stands before :: is its category, as in Returns::Label sent."),
    )
    description = forms.CharField(label=_("What it is for"), max_length=2000, required=False)
    is_active = forms.BooleanField(label=_("Offered to agents"), required=False)
    whose = forms.ChoiceField(label=_("Who uses it"), widget=forms.RadioSelect)
    groups = forms.MultipleChoiceField(label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple)
    brands = forms.MultipleChoiceField(
        label=_("Only on tickets of"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, actor: Actor, macro: Macro | None) -> None:
        super().__init__(data, initial=_initial(actor, macro))
        self.actor = actor
        self._choose("whose", _whose(actor))
        groups = readable.groups(actor).order_by("name")
        if not macro_writes.MAKERS.for_everybody(actor):
            groups = groups.filter(pk__in=actor.group_ids)
        self._choose("groups", [(str(one.pk), one.name) for one in groups])
        brands = readable.brands(actor).filter(is_active=True).order_by("name")
        self._choose("brands", [(str(one.pk), one.name) for one in brands])
        known = _known_to(actor)
        if data is not None:
            self.lines = rule_lines.posted("actions", data, known)
        else:
            kept = macro.actions if macro else [{"field": "comment_value", "value": ""}]
            self.lines = rule_lines.kept("actions", kept, known)
        self.problem = ""

    @property
    def parts(self) -> list[tuple[str, str, str, list[Line]]]:
        """The one part there is: name, heading, the words of the button that adds a line, lines."""
        return [("actions", gettext("What it says and sets"), gettext("Add a line"), self.lines)]

    def actions(self) -> list[dict[str, Any]] | None:
        """The actions as macros keep them; None when a line is broken, which then says so."""
        try:
            return checking.actions(rule_lines.rows(self.lines), of_macro=True)
        except BrokenLines as error:
            rule_lines.tell(error.problems, {"actions": self.lines})
            self.problem = " ".join(f"{one.sentence}." for one in error.problems)
        except Invalid as error:
            self.problem = str(error)
        return None

    def columns(self) -> dict[str, Any]:
        """The other fields of a valid form, as `macro_writes` takes them."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("title", "description", "is_active")},
            "owner_id": self.actor.user_id if given["whose"] == ME else None,
            "group_ids": [int(one) for one in given["groups"]] if given["whose"] == GROUPS else [],
            "brand_ids": [int(one) for one in given["brands"]],
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("whose") == GROUPS and not given.get("groups"):
            self.add_error("groups", gettext("Choose at least one group."))
        return given

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _known_to(actor: Actor) -> dict[str, MacroAction]:
    """The actions of macros, which offer only the people, groups and brands that `actor` knows of."""
    known = {one.key: one for one in registry.macro_actions.all()}
    if actor.is_admin:
        return known
    rows = {"group_id": readable.groups, "brand_id": readable.brands}
    rows |= {"assignee_id": readable.users, "follower": readable.users}
    for key, of in rows.items():
        known[key] = replace(known[key], value=_narrowed(known[key].value, set(of(actor).values_list("pk", flat=True))))
    return known


def _narrowed(value: Value, ids: set[int]) -> Value:
    """The same list without the rows that are not among `ids`; words such as current_user stay."""

    def choices() -> Choices:
        return [(one, name) for one, name in value.choices if not one.isdecimal() or int(one) in ids]

    return replace(value, parts=(replace(value.parts[0], choices=choices),))


def _whose(actor: Actor) -> list[tuple[str, str]]:
    offers = (
        (ME, gettext("Only me"), macro_writes.MAKERS.for_themselves(actor)),
        (GROUPS, gettext("The agents of some groups"), macro_writes.MAKERS.for_groups(actor)),
        (ALL, gettext("All agents"), macro_writes.MAKERS.for_everybody(actor)),
    )
    return [(key, label) for key, label, is_open in offers if is_open]


def _initial(actor: Actor, macro: Macro | None) -> dict[str, Any]:
    if macro is None:
        return {"is_active": True, "whose": ALL if macro_writes.MAKERS.for_everybody(actor) else ME}
    groups = [str(pk) for pk in macro.groups.values_list("pk", flat=True)]
    return {
        **{name: getattr(macro, name) for name in ("title", "description", "is_active")},
        "whose": ME if macro.owner_id else GROUPS if groups else ALL,
        "groups": groups,
        "brands": [str(pk) for pk in macro.brands.values_list("pk", flat=True)],
    }
