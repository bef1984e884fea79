"""Actions on people and organizations: the requester's language, and what the fields hold that the account in use adds
to them (`requester.custom_fields.KEY`, `organization.custom_fields.KEY`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.kernel import languages
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.people import fields
from adjoin.people.actions import organizations, users
from adjoin.people.models import Organization, OwnField, User
from adjoin.people.terms import FieldType
from adjoin.rules import days, lookup_filters, people_fields
from adjoin.rules.people_fields import KEY, WHOSE
from adjoin.rules.registry import Action, Rule, add_action, add_families
from adjoin.rules.requester_conditions import LOCALES, check_locale
from adjoin.rules.values import EMPTY, NONE, Value, one_of

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change


def register() -> None:
    """Make them known."""
    language = Action("locale_id", _("Set language of the requester"), _set_language, check_locale, LOCALES)
    add_action(language)
    add_families(lambda key: None, _quick_action, list, _actions)


def _actions() -> list[Action]:
    """One for each field in use."""
    kinds = WHOSE.items()
    return [_action(whose, field) for whose, (model, _) in kinds for field in fields.active(model)]


def _quick_action(key: str) -> Action | None:
    found = KEY.fullmatch(key)
    return Action(key, key, partial(_set_field, found[1], found[2])) if found else None


def _action(whose: str, field: OwnField) -> Action:
    return Action(
        f"{whose}.custom_fields.{field.key}",
        f"{gettext(WHOSE[whose][1])}: {field.title}",
        partial(_set_field, whose, field.key),
        partial(_given, field),
        _value(field),
        group=whose,
    )


def _value(field: OwnField) -> Value:
    if field.type == FieldType.DATE:
        return days.VALUE
    if field.type == FieldType.LOOKUP:
        return lookup_filters.value_of(field)
    if not field.has_options:
        return people_fields.value_of(field)
    return one_of([NONE, *((option["value"], option["name"]) for option in field.options)])


def _given(field: OwnField, value: Any) -> Any:
    """What is set, as it is kept; "" empties the field. A choice may be told by its id. Raises `Invalid`."""
    if value in EMPTY:
        return ""
    if field.type == FieldType.DATE and days.is_later(value := days.given(value)):
        return value
    by_id = {str(option["id"]): option["value"] for option in field.options}
    try:
        if field.type == FieldType.LOOKUP:
            return lookup_filters.id_checked(field, fields.read(field, value))
        return fields.read(field, by_id.get(str(value), value))
    except ValueError as error:
        raise Invalid.field("value", say("%(title)s: %(error)s") % {"title": field.title, "error": error}) from error


def _set_language(change: Change, value: Any, rule: Rule) -> None:
    requester, code = change.ticket.requester, languages.of_number(int(value))
    if requester.is_placeholder or languages.number_of(requester.locale) == int(value):
        return
    requester.locale = code
    _tell("requester", requester, "locale_id", str(value), change, rule)
    change.then(_write(users.update_user, "user", requester, {"locale": code}))


def _set_field(whose: str, key: str, change: Change, value: Any, rule: Rule) -> None:
    """Give the ticket's requester or organization a value. The rules after this one see it; it is written with the
    ticket. What a partner's person holds changes at the partner's."""
    holder = getattr(change.ticket, whose)
    if holder is None or getattr(holder, "is_placeholder", False):
        return
    field = WHOSE[whose][0]._default_manager.filter(key=key, is_active=True).first()
    if field is None:
        raise Invalid.field("value", gettext("The field %(key)s is no longer there.") % {"key": key})
    if field.type == FieldType.LOOKUP and value != "":
        lookup_filters.id_checked(field, value)  # it may have gone since the rule was saved
    given = {key: None if value == "" else days.day(value, change.now)}
    after = fields.put(holder, {"custom_fields": given})
    if after["custom_fields"] == holder.custom_fields:
        return
    holder.custom_fields = after["custom_fields"]
    _tell(whose, holder, f"custom_fields.{key}", given[key], change, rule)
    step = users.update_user if whose == "requester" else organizations.update_organization
    change.then(_write(step, "user" if whose == "requester" else "organization", holder, {"custom_fields": given}))


def _tell(whose: str, holder: User | Organization, name: str, value: Any, change: Change, rule: Rule) -> None:
    """In the ticket's history: whom or what the rule changed, and to what. What was there before is theirs, and not
    kept with the ticket."""
    kind, noun = ("UserChange", "user_id") if whose == "requester" else ("OrganizationChange", "organization_id")
    change.record(kind, rule=rule, **{noun: holder.pk}, field_name=name, value=value)


def _write(
    step: Callable[..., Any], name: str, holder: User | Organization, columns: dict[str, Any]
) -> Callable[[Change], None]:
    return lambda change: step(**{name: holder}, now=change.now, **columns)
