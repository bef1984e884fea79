"""What is asked of the fields that an account adds to its tickets: `custom_field_12:gold`, `fieldvalue:gold`; and of
those of people and organizations, by their key: `level:gold`.

Of tickets only where the searcher reads a ticket as an agent: of what they merely asked for, agents see what end users
see."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import BooleanField, DecimalField, F, Func, JSONField, Q, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, IContains, LessThan, LessThanOrEqual

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.fields.models import TicketField
from adjoin.fields.terms import TicketFieldType
from adjoin.people.models import OwnField
from adjoin.search.grammar import Term
from adjoin.search.named import NOTHING, Condition

ANY = "fieldvalue"
_NAMED = re.compile(r"custom_field_([1-9][0-9]{0,17})")
_COMPARED = {"<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual}
_NUMBERS = (TicketFieldType.INTEGER, TicketFieldType.DECIMAL)
_WORDS = (TicketFieldType.TEXT, TicketFieldType.TEXTAREA, TicketFieldType.REGEXP, TicketFieldType.CREDIT_CARD)


def knows(name: str) -> bool:
    """Whether a search can name that."""
    return name == ANY or _NAMED.fullmatch(name) is not None


def condition(name: str) -> Condition | None:
    """What `name:` asks, None for what no field of the account is called."""
    if name == ANY:
        return _in_any
    found = _NAMED.fullmatch(name)
    return _in_one(int(found[1])) if found else None


def _in_one(field_id: int) -> Condition:
    def build(actor: Actor, term: Term, now: datetime) -> Q:
        field = TicketField.objects.custom().active().filter(pk=field_id).first()
        return NOTHING if field is None else meant(field, term) & readable.opened_as_agent(actor)

    return build


def meant(field: TicketField | OwnField, term: Term) -> Q:
    """What a term asks of the values of one field."""
    value = term.value
    if value.lower() in ("none", "*", ""):
        filled_in = Q(custom_fields__has_key=field.key)
        return ~filled_in if value.lower() == "none" else filled_in
    if field.type in _NUMBERS:
        return _number(field, term)
    if field.type in _WORDS:
        return Q(IContains(_text(field), value.rstrip("*")))
    if field.type == TicketFieldType.DATE and term.operator != ":":
        return Q(_COMPARED[term.operator](_text(field), Value(value)))
    return _equal(field, value)


def _equal(field: TicketField | OwnField, value: str) -> Q:
    """One value exactly, which the index answers."""
    if field.type == TicketFieldType.CHECKBOX:
        ticked = Q(custom_fields__contains={field.key: True})
        return {"true": ticked, "false": ~ticked}.get(value.lower(), NOTHING)
    if field.type == TicketFieldType.MULTISELECT:
        return Q(custom_fields__contains={field.key: [value.lower()]})
    return Q(custom_fields__contains={field.key: value.lower()})


def _number(field: TicketField | OwnField, term: Term) -> Q:
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return NOTHING
    if not number.is_finite() or abs(number) >= 10**16:
        return NOTHING
    if term.operator == ":":
        return Q(custom_fields__contains={field.key: int(number) if number == int(number) else float(number)})
    kept: Any = Cast(_text(field), DecimalField(max_digits=40, decimal_places=20))
    return Q(_COMPARED[term.operator](kept, Value(number)))


def _in_any(actor: Actor, term: Term, now: datetime) -> Q:
    """The beginning of a value of any field, as it is written there."""
    beginning = Func(
        F("custom_fields"),
        Func(template="'$.** ? (@ == $it || @ starts with $it)'::jsonpath", output_field=TextField()),
        Value({"it": term.value.rstrip("*")}, JSONField()),
        function="jsonb_path_exists",
        output_field=BooleanField(),
    )
    return Q(beginning) & readable.opened_as_agent(actor) if term.value else NOTHING


def _text(field: TicketField | OwnField) -> Func:
    """The value as text. Not `custom_fields__12`, which would be the twelfth of a list."""
    return Func(F("custom_fields"), Value(field.key), function="jsonb_extract_path_text", output_field=TextField())
