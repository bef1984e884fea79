"""Conditions and actions on the fields that the account in use adds to its tickets: `custom_fields_12`.

What a line of a rule answers needs no look at the field: its value was checked, and made what tickets keep, when the
rule was saved. What people see of it (title, choices, operators) is asked for where it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.fields import queries, values
from adjoin.fields.models import TicketField
from adjoin.fields.terms import TicketFieldType
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.rules import clock, custom_values, days, lookup_filters
from adjoin.rules.custom_values import CHOSEN, DAYS, EQUAL, FILLED, ORDER
from adjoin.rules.registry import Action, Condition, MacroAction, Rule, add_families
from adjoin.rules.values import EMPTY, TEXT, TRUE_OR_FALSE, Part, Value, one_of

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.rules.drafts import Draft
    from adjoin.tickets.changes import Change

KEY = re.compile(r"custom_fields_([1-9][0-9]{0,17})")
OPERATORS: dict[str, tuple[str, ...]] = {
    TicketFieldType.TAGGER: (*CHOSEN, *EQUAL, *FILLED),
    TicketFieldType.MULTISELECT: (*CHOSEN, *FILLED),
    TicketFieldType.CHECKBOX: EQUAL,
    TicketFieldType.DATE: (*EQUAL, *ORDER, *DAYS, *FILLED),
    TicketFieldType.INTEGER: (*EQUAL, *ORDER, *FILLED),
    TicketFieldType.DECIMAL: (*EQUAL, *ORDER, *FILLED),
}


def register() -> None:
    """Make them known."""
    add_families(_quick_condition, _quick_action, _conditions, _actions, _quick_macro_action, _macro_actions)


def _conditions() -> list[Condition]:
    return [_condition(field) for field in queries.own_fields()]


def _actions() -> list[Action]:
    return [_action(field) for field in queries.own_fields()]


def _macro_actions() -> list[MacroAction]:
    return [_macro_action(field) for field in queries.own_fields()]


def _quick_condition(key: str) -> Condition | None:
    found = KEY.fullmatch(key)
    return Condition(key, key, (), _matcher(found[1]), _filter(found[1])) if found else None


def _quick_action(key: str) -> Action | None:
    found = KEY.fullmatch(key)
    return Action(key, key, _setter(int(found[1]))) if found else None


def _quick_macro_action(key: str) -> MacroAction | None:
    found = KEY.fullmatch(key)
    return MacroAction(key, key, _filler(int(found[1]))) if found else None


def _condition(field: TicketField) -> Condition:
    operators = OPERATORS.get(field.type, FILLED)
    return Condition(
        f"custom_fields_{field.pk}",
        field.title,
        operators,
        _matcher(field.key),
        _filter(field.key),
        lambda value: _checked(field, value),
        _value(field),
        in_policies=True,
    )


def _action(field: TicketField) -> Action:
    return Action(
        f"custom_fields_{field.pk}",
        field.title,
        _setter(field.pk),
        lambda value: _given(field, value),
        _value(field, nullable=True),
    )


def _macro_action(field: TicketField) -> MacroAction:
    return MacroAction(
        f"custom_fields_{field.pk}",
        field.title,
        _filler(field.pk),
        lambda value: _given(field, value),
        _value(field, nullable=True),
    )


def _value(field: TicketField, *, nullable: bool = False) -> Value:
    if field.type == TicketFieldType.CHECKBOX:
        return one_of(TRUE_OR_FALSE)
    if field.type == TicketFieldType.LOOKUP and nullable:
        return lookup_filters.value_of(field)
    if field.has_options:
        none = [("", gettext("None"))] if nullable else []
        return one_of([*none, *((option.value, option.name) for option in field.options.all())])
    if field.type != TicketFieldType.DATE:
        return TEXT
    return days.VALUE if nullable else Value("date", (Part(_("Date"), hint=_("As 2026-03-04, or a number of days")),))


def _checked(field: TicketField, value: Any) -> Any:
    """What a condition compares with, as tickets keep it; of several choices one. Of dates also a number of days."""
    if field.type == TicketFieldType.DATE and str(value).isascii() and str(value).isdecimal():
        if int(str(value)[:18]) > days.DAYS_MAX:
            raise Invalid.field(
                "value",
                say("%(title)s takes at most %(most)s days") % {"title": field.title, "most": f"{days.DAYS_MAX:,}"},
            )
        return str(int(value))
    found = values.clean(field, value)
    if found is None:
        raise Invalid.field("value", gettext("%(title)s needs a value to compare with") % {"title": field.title})
    return found[0] if isinstance(found, list) else found


def _given(field: TicketField, value: Any) -> Any:
    """What an action sets: a value, "" to empty the field, or for dates `["days_from_now", "3"]`."""
    if field.type == TicketFieldType.DATE and days.is_later(value := days.given(value)):
        return value
    found = values.clean(field, None if value in EMPTY else value)
    if field.type == TicketFieldType.LOOKUP and found is not None:
        return lookup_filters.id_checked(field, found)
    return found


def _matcher(key: str) -> Callable[[Change, str, Any], bool]:
    def matches(change: Change, operator: str, value: Any) -> bool:
        return custom_values.matches(change.ticket.custom_fields.get(key), operator, value, change.now.date())

    return matches


def _filter(key: str) -> Callable[[Actor, str, Any], Q]:
    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found, is_turned = custom_values.rows(key, operator, value, clock.now().date())
        return ~found if is_turned else found

    return sql


def _setter(field_id: int) -> Callable[[Change, Any, Rule], None]:
    def apply(change: Change, value: Any, rule: Rule) -> None:
        field = TicketField.objects.custom().active().filter(pk=field_id).first()
        if field is None:
            raise Invalid.field("value", gettext("The field %(field_id)s is no longer there.") % {"field_id": field_id})
        if field.type == TicketFieldType.LOOKUP and value is not None:
            lookup_filters.id_checked(field, value)  # it may have gone since the rule was saved
        change.set_custom(field_id, days.day(value, change.now), rule=rule)

    return apply


def _filler(field_id: int) -> Callable[[Draft, Any], None]:
    def fill(draft: Draft, value: Any) -> None:
        others = [one for one in draft.fields.get("custom_fields", []) if one["id"] != field_id]
        draft.fields["custom_fields"] = [*others, {"id": field_id, "value": days.day(value, clock.now())}]

    return fill
