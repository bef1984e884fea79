"""Which form a ticket has, whether it may be without a brand, and what must be filled in before it is solved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from adjoin.fields import conditions, queries, values
from adjoin.fields.conditions import Shown
from adjoin.fields.models import TicketField, TicketFieldOption, TicketForm
from adjoin.fields.terms import TicketFieldType
from adjoin.kernel.api.reading import whole_number
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.tickets import custom_fields
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket


def clean(change: Change, value: Any) -> int | None:
    """The form that was chosen; whether the ticket's brand has it, `settle` says. Raises `Invalid`."""
    if value in (None, ""):
        return None
    pk = whole_number(value)
    if pk is not None and pk == change.ticket.ticket_form_id:
        return pk
    rows = TicketForm.objects.active()
    if change.actor.is_end_user:
        rows = rows.filter(end_user_visible=True)
    if pk is None or not rows.filter(pk=pk).exists():
        raise Invalid.field(
            "ticket_form_id", say("Form: %(value)s does not exist or cannot be chosen") % {"value": str(value)[:40]}
        )
    return pk


def apply(change: Change, given: Mapping[int, Any]) -> None:
    """Put an update's own part together: its form, its values (by field id) with their tags, and what they must be.

    Raises `Invalid`."""
    settle(change, by_person=_is_a_persons(change))
    custom_fields.put(change, given)
    if change.is_create:
        _fill_in(change, given)
    custom_fields.keep_in_step(change)
    if change.actor.is_agent:
        _require_of_agent(change)
    elif change.actor.is_end_user and change.is_create:
        _require_of_end_user(change.ticket)


def settle(change: Change, *, by_person: bool) -> None:
    """Give the ticket a form that its brand has: the one it has or was given, else the default one.

    People are refused what cannot be; everything else loses the form and not the ticket. Raises `Invalid`. No query
    where neither form nor brand has changed since the last time."""
    ticket = change.ticket
    if (ticket.ticket_form_id, ticket.brand_id) == change.settled:
        return
    form, default = _form_and_default(ticket)
    if by_person and ticket.brand_id is None and form is not None and form.requires_brand:
        raise Invalid.field(
            "brand_id", say("Brand: a ticket of the form %(name)s needs one") % {"name": form.name}, "BlankValue"
        )
    if form is not None and form != default and not _is_offered(form, ticket.brand_id):
        if by_person and change.has_changed("ticket_form_id"):
            raise Invalid.field(
                "ticket_form_id", say("Form: %(name)s is not a form of this brand") % {"name": form.name}
            )
        form = default
    change.set("ticket_form_id", form.pk if form is not None else None)
    change.settled = (ticket.ticket_form_id, ticket.brand_id)


def _fill_in(change: Change, given: Mapping[int, Any]) -> None:
    """Give a new ticket the choices that the fields of its form begin with, where nothing was said."""
    begun = TicketFieldOption.objects.filter(is_default=True, field__is_active=True).select_related("field")
    if not (chosen := list(begun)):
        return
    form = queries.form_of(change.ticket.ticket_form_id)
    there = set(form.ticket_field_ids) - conditions.children(form.agent_conditions) if form is not None else None
    for option in chosen:
        if option.field_id not in given and (there is None or option.field_id in there):
            is_list = option.field.type == TicketFieldType.MULTISELECT
            change.set_custom(option.field_id, [option.value] if is_list else option.value)


def _require_of_agent(change: Change) -> None:
    """Raises `Invalid` with each field that an agent has to fill in before the ticket is what they make it.

    Rules, partners and end users are never kept by it, nor an agent by what they do not touch."""
    ticket, moved = change.ticket, change.has_changed
    is_finished = ticket.status in conditions.FINISHED and moved("status")
    is_moved = moved("custom_fields") or (not change.is_create and (moved("status") or moved("ticket_form_id")))
    if not (is_finished or is_moved):
        return
    form = queries.form_of(ticket.ticket_form_id)
    agreed = form.agent_conditions if form is not None else []
    if not (is_finished or agreed):
        return
    fields = queries.fields_of(form)
    shown = conditions.for_agents(fields, agreed, known_values(ticket, fields), ticket.status)
    if not is_finished:  # long solved perhaps, before the field was needed for that
        shown = [one for one in shown if one.field.pk in conditions.children(agreed)]
    is_solving = ticket.status in conditions.FINISHED
    told = say("%(title)s is needed to solve the ticket") if is_solving else say("%(title)s is needed in this status")
    _refuse({one.field.key: told % {"title": one.field.title} for one in _missing(shown, ticket)})


def _require_of_end_user(ticket: Ticket) -> None:
    """Raises `Invalid` with each field that whoever asks has to fill in, of those they see."""
    form = queries.form_of(ticket.ticket_form_id)
    fields = [field for field in queries.fields_of(form) if field.is_system or field.editable_in_portal]
    agreed = form.end_user_conditions if form is not None else []
    shown = conditions.for_end_users(fields, agreed, known_values(ticket, fields))
    _refuse(
        {
            one.field.key: say("%(title)s: cannot be blank") % {"title": one.field.title_in_portal}
            for one in _missing(shown, ticket)
        }
    )


def _missing(shown: Iterable[Shown], ticket: Ticket) -> list[Shown]:
    """Those that must be filled in and are not; what every ticket has is asked for elsewhere."""
    return [
        one
        for one in shown
        if one.is_required and not one.field.is_system and values.is_empty(ticket.custom_fields.get(one.field.key))
    ]


def _refuse(sentences: Mapping[str, str]) -> None:
    if sentences:
        raise Invalid({key: [("RequiredField", words)] for key, words in sentences.items()})


def known_values(ticket: Ticket, fields: Iterable[TicketField]) -> dict[int, Any]:
    """What these fields hold on the ticket, also those that every ticket has, by field id."""
    of_all: dict[str, Any] = {TicketFieldType.TICKETTYPE: ticket.type, TicketFieldType.PRIORITY: ticket.priority}
    return {field.pk: of_all.get(field.type, ticket.custom_fields.get(field.key)) for field in fields}


def _is_a_persons(change: Change) -> bool:
    actor = change.actor
    return not actor.is_system and actor.agreement_id is None and change.via.channel != Channel.EMAIL


def _form_and_default(ticket: Ticket) -> tuple[TicketForm | None, TicketForm | None]:
    rows = {row.pk: row for row in TicketForm.objects.filter(Q(pk=ticket.ticket_form_id) | Q(is_default=True))}
    default = next((row for row in rows.values() if row.is_default), None)
    return rows.get(ticket.ticket_form_id or 0, default), default


def _is_offered(form: TicketForm, brand_id: int | None) -> bool:
    return form.is_active and TicketForm.objects.of_brand(brand_id).filter(pk=form.pk).exists()
