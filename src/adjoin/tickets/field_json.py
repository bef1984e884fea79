"""The values of the account's own fields, and the form, as the API shows them on tickets and requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from adjoin.access import readable
from adjoin.fields import queries, values
from adjoin.fields.models import TicketField, TicketForm
from adjoin.kernel.api.answers import Json
from adjoin.kernel.field_values import Target

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Ticket


def of_tickets(actor: Actor, rows: Sequence[Ticket]) -> dict[int, Json]:
    """By ticket id, all fields in use with their values, and the form. Two queries for any number, and one more where
    fields point at tickets: only those that the actor may read are named."""
    fields = list(TicketField.objects.custom().active().in_order())
    hidden = _hidden(actor, rows, [field for field in fields if field.target == Target.TICKET])
    default = _default_id(rows)
    return {row.pk: _keys(row, fields, row.ticket_form_id or default, hidden) for row in rows}


def of_requests(rows: Sequence[Ticket]) -> dict[int, Json]:
    """The same as end users see it: only the fields, and only the forms, that are shown to them."""
    fields = list(TicketField.objects.custom().active().seen_by_end_users().in_order())
    forms = set(TicketForm.objects.filter(end_user_visible=True).values_list("pk", flat=True))
    default = _default_id(rows)
    wanted = {row.pk: row.ticket_form_id or default for row in rows}
    return {row.pk: _keys(row, fields, pk if (pk := wanted[row.pk]) in forms else None, set()) for row in rows}


def _keys(row: Ticket, fields: Iterable[TicketField], form_id: int | None, hidden: set[tuple[int, str]]) -> Json:
    kept = {key: value for key, value in row.custom_fields.items() if (row.pk, key) not in hidden}
    shown = values.shown(kept, fields)
    return {"custom_fields": shown, "fields": shown, "ticket_form_id": form_id}


def _hidden(actor: Actor, rows: Sequence[Ticket], fields: Sequence[TicketField]) -> set[tuple[int, str]]:
    """Ticket id and field of each value that points at a ticket the actor cannot read."""
    named = {(row.pk, field.key): row.custom_fields.get(field.key) for field in fields for row in rows}
    ids = {int(value) for value in named.values() if value}
    if not ids:
        return set()
    known = set(readable.tickets_as_agent(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return {where for where, value in named.items() if value and int(value) not in known}


def _default_id(rows: Sequence[Ticket]) -> int | None:
    """The form of tickets that have no other; asked for only where there are such."""
    if all(row.ticket_form_id is not None for row in rows):
        return None
    default = queries.default_form()
    return default.pk if default is not None else None
