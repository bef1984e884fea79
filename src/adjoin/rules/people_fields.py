"""Conditions on the fields that the account in use adds to its people and organizations:
`requester.custom_fields.KEY`, `organization.custom_fields.KEY`, and of whoever updates `user.custom_fields.KEY`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel import outbox
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people import actions, fields
from adjoin.people.models import OrganizationField, OwnField, User, UserField
from adjoin.people.terms import FieldType
from adjoin.rules import clock, custom_values, facts, watching
from adjoin.rules.custom_values import CHOSEN, DAYS, EQUAL, FILLED, ORDER, WORDS
from adjoin.rules.registry import DATABASE_COST, Condition, add_families
from adjoin.rules.values import TEXT, TRUE_OR_FALSE, Part, Value, one_of

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.changes import Change

WHOSE: dict[str, tuple[type[OwnField], str]] = {"requester": (UserField, _("Requester")),
                                                "organization": (OrganizationField, _("Organization"))}  # fmt: skip
KEY = re.compile(r"(requester|organization)\.custom_fields\.([a-zA-Z_]\w{0,99})", re.ASCII)
OF_UPDATER = re.compile(r"user\.custom_fields\.([a-zA-Z_]\w{0,99})", re.ASCII)
_NUMBERS = (*EQUAL, *ORDER, *FILLED)
_TEXT = (*EQUAL, *FILLED, *WORDS)
OPERATORS: dict[str, tuple[str, ...]] = {
    FieldType.TEXT: _TEXT,
    FieldType.TEXTAREA: _TEXT,
    FieldType.REGEXP: _TEXT,
    FieldType.CHECKBOX: ("is",),
    FieldType.DATE: (*EQUAL, *ORDER, *DAYS, *FILLED),
    FieldType.INTEGER: _NUMBERS,
    FieldType.DECIMAL: _NUMBERS,
    FieldType.DROPDOWN: (*EQUAL, *FILLED),
    FieldType.MULTISELECT: (*CHOSEN, *FILLED),
    FieldType.LOOKUP: FILLED,
}
DAYS_MAX, WORDS_MAX = 36_500, 50


def register() -> None:
    """Make them known, and begin to watch for fields that go."""
    add_families(_quick_condition, lambda key: None, _conditions, list)
    outbox.subscribe(actions.FIELD_GONE, _look_again)


def _conditions() -> list[Condition]:
    of_people = fields.active(UserField)
    found = [
        *(("requester", one) for one in of_people),
        *(("organization", one) for one in fields.active(OrganizationField)),
    ]
    return [*(_condition(whose, field) for whose, field in found), *map(_condition_of_updater, of_people)]


def _quick_condition(key: str) -> Condition | None:
    if found := OF_UPDATER.fullmatch(key):
        return Condition(key, key, (), _answer_of_updater(found[1]), cost=DATABASE_COST)
    found = KEY.fullmatch(key)
    return Condition(key, key, (), *_answers(found[1], found[2]), cost=DATABASE_COST) if found else None


def _condition(whose: str, field: OwnField) -> Condition:
    return Condition(
        f"{whose}.custom_fields.{field.key}",
        f"{gettext(WHOSE[whose][1])}: {field.title}",
        OPERATORS[field.type],
        *_answers(whose, field.key),
        partial(_checked, field),
        value_of(field),
        group=whose,
        cost=DATABASE_COST,
    )


def _condition_of_updater(field: OwnField) -> Condition:
    """The same of whoever makes an update, which only triggers can ask."""
    title = f"{gettext('Updater')}: {field.title}"
    key, matches = f"user.custom_fields.{field.key}", _answer_of_updater(field.key)
    return replace(_condition("requester", field), key=key, label=title, matches=matches, sql=None, group="ticket")


def _answer_of_updater(key: str) -> Callable[[Change, str, Any], bool]:
    def matches(change: Change, operator: str, value: Any) -> bool:
        kept = facts.once(change, _held_by_updater).get(key)
        return custom_values.matches(kept, operator, value, change.now.date())

    return matches


def _held_by_updater(change: Change) -> dict[str, Any]:
    found = User.objects.filter(pk=change.actor.user_id or 0).values_list("custom_fields", flat=True).first()
    return found or {}


def _answers(whose: str, key: str) -> tuple[Callable[[Change, str, Any], bool], Callable[[Actor, str, Any], Q]]:
    """The predicate in memory, and the filter over tickets."""
    rows_of = WHOSE[whose][0].HOLDER._default_manager

    def matches(change: Change, operator: str, value: Any) -> bool:
        holder = getattr(change.ticket, whose)
        kept = holder.custom_fields.get(key) if holder is not None else None
        return custom_values.matches(kept, operator, value, change.now.date())

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found, is_turned = custom_values.rows(key, operator, value, clock.now().date())
        theirs = Q(**{f"{whose}_id__in": rows_of.filter(found).values("pk")})
        return ~theirs if is_turned else theirs

    return matches, sql


def of_holder(field: OwnField) -> Condition:
    """The same asked of people or organizations themselves, over their rows only."""
    rows_of = field.HOLDER._default_manager

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        found, is_turned = custom_values.rows(field.key, operator, value, clock.now().date())
        theirs = Q(pk__in=rows_of.filter(found).values("pk"))
        return ~theirs if is_turned else theirs

    return replace(_condition("requester", field), key=f"custom_fields.{field.key}", label=field.title, sql=sql)


def value_of(field: OwnField) -> Value:
    """The inputs of such a field's value."""
    if field.type == FieldType.CHECKBOX:
        return one_of(TRUE_OR_FALSE)
    if field.has_options:
        return one_of((option["value"], option["name"]) for option in field.options)
    if field.type == FieldType.DATE:
        return Value("date", (Part(_("Date"), hint=_("As 2026-03-04, or a number of days")),))
    return TEXT


def _checked(field: OwnField, value: Any) -> Any:
    """What is compared with, as it is kept. A choice may be told by its id; text may be words to look for, and where
    there are days a date may be their number."""
    said = str(value).strip()
    if field.type == FieldType.DATE and said.isdecimal() and len(said) < 6 and int(said) <= DAYS_MAX:
        return said
    by_id = {str(option["id"]): option["value"] for option in field.options}
    typed = type(value)(said) if isinstance(value, str) else value
    try:
        found = said[:255] if field.type in _AS_TYPED else fields.read(field, by_id.get(said, typed))
    except ValueError as error:
        raise Invalid.field("value", say("%(title)s: %(error)s") % {"title": field.title, "error": error}) from error
    if found is None or found == "" or found == []:
        raise Invalid.field("value", say("%(title)s needs a value to compare with") % {"title": field.title})
    return found[0] if isinstance(found, list) else found


_AS_TYPED = (FieldType.TEXT, FieldType.TEXTAREA, FieldType.REGEXP)


def _look_again(*, noun: str, key: str, now: datetime, **rest: Any) -> None:
    """Rules that ask for a field that has gone cannot work any more."""
    for whose, (model, _title) in WHOSE.items():
        if noun == model.NOUN:
            watching.look_again(f"{whose}.custom_fields.{key}", now)
    if noun == UserField.NOUN:
        watching.look_again(f"user.custom_fields.{key}", now)
