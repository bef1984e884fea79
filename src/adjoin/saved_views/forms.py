"""What agents change on many tickets at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adjoin.fields import statuses
from adjoin.kernel.languages import said
from adjoin.rules import macros
from adjoin.tickets import choices, queries

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

NOBODY = "none"
FOR_EDITORS = ("status", "assignee", "group", "brand")


@dataclass(frozen=True)
class Offer:
    """One more select of the bulk bar, of a higher app. Without `choices(actor)` it is not there."""

    name: str
    label: str
    choices: Callable[[Actor], list[tuple[str, str]]]
    changes: Callable[[str], dict[str, Any]]  # the body of a ticket in the API, for what was chosen


offers: dict[str, Offer] = {}


def offer(one: Offer) -> None:
    """Have the bulk bar offer something more. The same name again replaces it."""
    offers[one.name] = one


class BulkForm(forms.Form):
    """The bulk bar. What is left empty stays as it is; what the person's role does not change is not there."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    group = forms.ChoiceField(label=_("Group"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    add_tags = forms.CharField(label=_("Add tags"), required=False, max_length=2000)
    remove_tags = forms.CharField(label=_("Remove tags"), required=False, max_length=2000)
    macro = forms.ChoiceField(label=_("Macro"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, actor: Actor) -> None:
        super().__init__(data, auto_id="bulk_%s")
        self.statuses = statuses.book()
        self._choose("status", statuses.grouped(self.statuses.offered(queries.STATUSES_TO_SEND_WITH)))
        self._choose("assignee", [(NOBODY, _("Nobody")), *choices.agents(actor)])
        self._choose("group", choices.groups(actor))
        self._choose("brand", choices.brands(actor))
        if offered := list(macros.offered(actor).in_order().values_list("pk", "title")):
            self._choose("macro", offered)
        else:
            del self.fields["macro"]
        self.may_delete = actor.is_admin or "ticket_deletion" in actor.rights
        if not (actor.is_admin or "ticket_editing" in actor.rights):
            for name in FOR_EDITORS:
                del self.fields[name]
        if not (actor.is_admin or "ticket_tag_editing" in actor.rights):
            del self.fields["add_tags"], self.fields["remove_tags"]
        for one in offers.values():
            if values := one.choices(actor):
                self.fields[one.name] = forms.ChoiceField(required=False, label=said(one.label))
                self._choose(one.name, values)

    @property
    def is_of_use(self) -> bool:
        """Whether there is anything the person could do with it."""
        return bool(self.fields) or self.may_delete

    @property
    def changes(self) -> dict[str, Any]:
        """What was chosen, as the body of a ticket in the API."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        found = self.statuses.body_of(given.get("status", ""))
        if "assignee" in given:
            found["assignee_id"] = None if given["assignee"] == NOBODY else int(given["assignee"])
        found |= {f"{name}_id": int(given[name]) for name in ("group", "brand") if name in given}
        if "add_tags" in given:
            found["additional_tags"] = given["add_tags"].split()
        if "remove_tags" in given:
            found["remove_tags"] = given["remove_tags"].split()
        for name in offers.keys() & given.keys():
            found |= offers[name].changes(given[name])
        return found

    @property
    def macro_id(self) -> int | None:
        """The macro that was chosen."""
        return int(found) if (found := self.cleaned_data.get("macro")) else None

    def _choose(self, name: str, offered: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", field.label or name.capitalize()), *offered]
