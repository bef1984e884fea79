"""The account's own fields as inputs of a form, for agents and for end users, and as facts to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from adjoin.access import pointing
from adjoin.fields import conditions, queries, values
from adjoin.fields.conditions import Shown
from adjoin.fields.models import TicketField, TicketForm
from adjoin.fields.terms import TicketFieldType
from adjoin.kernel import field_inputs as kernel_inputs
from adjoin.kernel.field_values import Target
from adjoin.tickets import form_rules

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.people.models import OwnField
    from adjoin.tickets.models import Ticket

NAME = "field_"  # before a field's id


class LookupField(forms.CharField):
    """Takes the id of what it points at, or words that only one thing has. `chosen` names what it points at now."""

    def __init__(self, *, actor: Actor, field: TicketField | OwnField, chosen: Mapping[str, str], **told: Any) -> None:
        super().__init__(max_length=255, widget=forms.TextInput({"autocomplete": "off"}), **told)
        self.actor, self.field, self.target, self.chosen = actor, field, field.target, chosen
        source = pointing.source_of(field)
        self.asks = urlencode({"target": field.target, "source": source, "field_id": field.pk})  # for suggestions

    @classmethod
    def pointing_at(cls, actor: Actor, field: TicketField | OwnField, value: Any, told: dict[str, Any]) -> LookupField:
        """An input that begins with what it points at now, or with nothing; `told` are its label and the like."""
        told["help_text"] = told["help_text"] or pointing.HINTS[Target(field.target)]
        chosen = {str(value): pointing.name_of(actor, field.target, value)} if value else {}
        return cls(actor=actor, field=field, chosen=chosen, **told)

    def clean(self, value: Any) -> str:
        words = str(super().clean(value)).strip()
        try:
            return pointing.only_match(self.actor, self.target, words, self.field) if words else ""
        except ValueError as error:
            raise ValidationError(str(error)) from error


def for_agents(ticket: Ticket, form: TicketForm | None) -> list[Shown]:
    """The account's own fields that agents see on the ticket as it is now."""
    fields = queries.fields_of(form)
    agreed = form.agent_conditions if form is not None else []
    known = form_rules.known_values(ticket, fields)
    return [one for one in conditions.for_agents(fields, agreed, known, "solved") if not one.field.is_system]


def for_new(form: TicketForm | None) -> list[TicketField]:
    """All the account's own fields of a form, for an agent who files a ticket."""
    return [field for field in queries.fields_of(form) if not field.is_system]


def for_end_users(form: TicketForm | None) -> list[TicketField]:
    """The account's own fields of a form that whoever asks can fill in."""
    return [field for field in queries.fields_of(form) if not field.is_system and field.editable_in_portal]


def facts(ticket: Ticket, *, to_end_users: bool, actor: Actor | None = None) -> list[tuple[str, str]]:
    """Title and value, in words, of each field that is filled in; of lookups the names that `actor` may know."""
    fields = queries.own_fields(to_end_users=to_end_users)
    return [
        (field.title_in_portal if to_end_users else field.title, _worded(field, ticket.custom_fields[field.key], actor))
        for field in fields
        if not values.is_empty(ticket.custom_fields.get(field.key))
    ]


def inputs(
    fields: Iterable[TicketField],
    *,
    to_end_users: bool = False,
    actor: Actor | None = None,
    kept: Mapping[str, Any] | None = None,
) -> dict[str, forms.Field]:
    """By name, an input for each field. Whether it must be filled in the write path says, who knows all conditions.

    With an `actor`, lookups search what they may look up; `kept` are the values that the ticket has."""
    found: dict[str, forms.Field] = {}
    for field in fields:
        title = field.title_in_portal if to_end_users else field.title
        hint = field.description if to_end_users else field.agent_description
        told = {"label": title, "help_text": hint, "required": False}
        if field.type == TicketFieldType.LOOKUP and actor is not None:
            found[f"{NAME}{field.pk}"] = LookupField.pointing_at(actor, field, (kept or {}).get(field.key), told)
        else:
            found[f"{NAME}{field.pk}"] = kernel_inputs.of_type(field.type, _choices(field), told)
    return found


def initial(fields: Iterable[TicketField], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the inputs begin with."""
    empty: dict[str, Any] = {TicketFieldType.CHECKBOX: False, TicketFieldType.MULTISELECT: []}
    return {f"{NAME}{field.pk}": kept.get(field.key, empty.get(field.type, "")) for field in fields}


def defaults(fields: Iterable[TicketField]) -> dict[str, Any]:
    """The choices that a new ticket begins with, by input."""
    found: dict[str, Any] = {}
    for field in fields:
        for option in field.options.all():
            if option.is_default:
                is_list = field.type == TicketFieldType.MULTISELECT
                found[f"{NAME}{field.pk}"] = [option.value] if is_list else option.value
    return found


def given(cleaned: Mapping[str, Any]) -> dict[int, Any]:
    """The values by field id, as the write path takes them."""
    return {int(name.removeprefix(NAME)): value for name, value in cleaned.items() if name.startswith(NAME)}


def without_hidden(
    cleaned: Mapping[int, Any], fields: Sequence[TicketField], form: TicketForm | None
) -> dict[int, Any]:
    """Those values whose fields the conditions for end users show for these very values."""
    agreed = form.end_user_conditions if form is not None else []
    shown = {one.field.pk for one in conditions.for_end_users(fields, agreed, cleaned)}
    return {pk: value for pk, value in cleaned.items() if pk in shown}


def _worded(field: TicketField, value: Any, actor: Actor | None) -> str:
    if field.type == TicketFieldType.LOOKUP and actor is not None:
        return pointing.name_of(actor, field.target, value)
    return values.worded(field, value)


def _choices(field: TicketField) -> list[tuple[str, str]]:
    return [(option.value, option.name) for option in field.options.all()]
