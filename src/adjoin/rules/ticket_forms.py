"""Rules about the form of a ticket. A ticket that has none of its own has the default one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.fields.models import TicketForm
from adjoin.kernel.errors import Invalid
from adjoin.rules import facts
from adjoin.rules.comparing import IS, an_id
from adjoin.rules.registry import (
    DATABASE_COST,
    HISTORY,
    WITHOUT_VALUE,
    Action,
    Condition,
    MacroAction,
    Rule,
    add_action,
    add_condition,
    add_macro_action,
)
from adjoin.rules.values import Choices, Part, Value

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.rules.drafts import Draft
    from adjoin.tickets.changes import Change

KEY, LABEL, DEFAULT = "ticket_form_id", _("Ticket form"), "default_ticket_form"


def register() -> None:
    """Make them known."""
    an_active = an_id(LABEL, TicketForm.objects.active, words=(DEFAULT,), nullable=False)
    any_form = an_id(LABEL, TicketForm.objects.all, nullable=False)
    asked = Value("list", (Part(choices=_choices),))
    given = Value("list", (Part(choices=lambda: [(DEFAULT, _("the default form")), *_choices()]),))
    add_condition(Condition(KEY, LABEL, (*IS, *HISTORY), _matches, _sql, any_form, asked, cost=DATABASE_COST))
    add_action(Action(KEY, LABEL, _set, an_active, given))
    add_macro_action(MacroAction(KEY, LABEL, _fill, an_active, given))


def _choices() -> Choices:
    return [(str(pk), name) for pk, name in TicketForm.objects.in_order().values_list("pk", "name")]


def _default_id() -> int | None:
    return TicketForm.objects.filter(is_default=True).values_list("pk", flat=True).first()


def _default_for(change: Change) -> int | None:
    return _default_id()


def _matches(change: Change, operator: str, value: Any) -> bool:
    now = change.ticket.ticket_form_id or facts.once(change, _default_for)
    if operator in IS:
        return (now == int(value)) is (operator == "is")
    before = None if change.is_create else change.was(KEY) or facts.once(change, _default_for)
    if operator in WITHOUT_VALUE:
        return (now != before) is (operator == "changed")
    found = before if operator.endswith("_previous") else now
    return (now != before and found == int(value)) is not operator.startswith("not_")


def _sql(actor: Actor, operator: str, value: Any) -> Q:
    has_it = Q(ticket_form_id=int(value))
    if int(value) == _default_id():
        has_it |= Q(ticket_form_id=None)
    return has_it if operator == "is" else ~has_it


def _set(change: Change, value: Any, rule: Rule) -> None:
    """One that the ticket's brand does not have gives way to the default one, as for everybody who is no person."""
    change.set(KEY, _meant(value), rule=rule)


def _fill(draft: Draft, value: Any) -> None:
    draft.fields[KEY] = _meant(value)


def _meant(value: Any) -> int | None:
    pk = _default_id() if value == DEFAULT else int(value)
    if pk is None or not TicketForm.objects.active().filter(pk=pk).exists():
        raise Invalid.field("value", gettext("The form %(value)s is no longer in use.") % {"value": value})
    return pk
