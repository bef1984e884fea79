"""Which people, organizations or tickets a lookup field offers: tickets by the conditions of views, the others by the
few that are asked of themselves. And what a rule that sets such a field takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from adjoin.access import pointing
from adjoin.access.actors import Actor
from adjoin.kernel import narrowing
from adjoin.kernel.errors import Invalid
from adjoin.kernel.field_values import Target
from adjoin.kernel.narrowing import Asker, Conditions
from adjoin.kernel.wording import say
from adjoin.people import fields
from adjoin.people.models import Membership, OrganizationField, OwnField, UserField
from adjoin.people.terms import Role
from adjoin.rules import checking, engine, people_fields, registry, sentences, values
from adjoin.rules.checking import Place
from adjoin.rules.comparing import IS, an_id, tag_words
from adjoin.rules.registry import Condition
from adjoin.rules.ticket_actions import check_value
from adjoin.rules.values import TAGS, Part, Value, one_of
from adjoin.tickets.changes import clean_tags

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField
    from adjoin.tickets.changes import Change

FIELDS: dict[str, type[OwnField]] = {Target.USER: UserField, Target.ORGANIZATION: OrganizationField}


def register() -> None:
    """Have lookup fields narrowed by these."""
    narrowing.ask_with(Asker(_checked, _rows, _words))


def known(target: str) -> Mapping[str, Condition]:
    """What can be asked of what a field points at, by key."""
    if target == Target.TICKET:
        return registry.conditions
    own = [people_fields.of_holder(field) for field in fields.active(FIELDS[target])]
    return {one.key: one for one in (*_ASKED[target], *own)}


def id_checked(field: TicketField | OwnField, value: Any) -> str:
    """What a rule has such a field point at, if that is there and offered. Raises `Invalid`."""
    try:
        pointing.check(Actor.system(), field, value)
    except ValueError as error:
        raise Invalid.field("value", say("%(title)s: %(error)s") % {"title": field.title, "error": error}) from error
    return str(value)


def value_of(field: TicketField | OwnField) -> Value:
    """Its input in a rule: a name or a number; of tickets, which the writer may not all read, the number."""
    system, target = Actor.system(), field.target
    if target == Target.TICKET:
        return Value("text", (Part(_("Number of a ticket")),))

    def find(typed: str) -> str:
        try:
            return pointing.only_match(system, target, typed, field) if typed else ""
        except ValueError as error:
            raise Invalid.field("value", str(error)) from error

    named = partial(pointing.name_of, system, target)
    hint = str(pointing.HINTS[Target(target)])
    return Value("autocomplete", (Part(find=find, name=lambda value: named(value) if value else "", hint=hint),))


def _checked(target: str, given: Any) -> Conditions:
    return checking.conditions(given, place=Place.VIEW, known=known(target))


def _rows(actor: Actor, target: str, conditions: Conditions) -> Q:
    if target == Target.TICKET:
        return engine.as_filter(actor, conditions)
    asked = known(target)
    every, some = ([_sql(asked, actor, row) for row in conditions.get(part) or ()] for part in ("all", "any"))
    return reduce(and_, every, Q()) & reduce(or_, some, Q())


def _sql(asked: Mapping[str, Condition], actor: Actor, row: Mapping[str, Any]) -> Q:
    sql = asked[row["field"]].sql
    if sql is None:
        raise LookupError(f"{row['field']} cannot be a filter")
    return sql(actor, row["operator"], row.get("value"))


def _words(target: str, conditions: Conditions) -> list[str]:
    writer, asked = sentences.Writer(), known(target)
    return [writer.condition(row, asked) for part in ("all", "any") for row in conditions.get(part) or ()]


def _of_rows_only(change: Change, operator: str, value: Any) -> bool:
    raise LookupError("asked of people and organizations, never of an update")


def _either(yes: Callable[[Any], Q]) -> Callable[[Actor, str, Any], Q]:
    """A filter for two operators of which the second is the first one's opposite."""

    def sql(actor: Actor, operator: str, value: Any) -> Q:
        return ~yes(value) if operator in ("is_not", "not_includes") else yes(value)

    return sql


def _condition(key: str, label: str, operators: tuple[str, ...], yes: Callable[[Any], Q], *checks: Any) -> Condition:
    return Condition(key, label, operators, _of_rows_only, _either(yes), *checks)


def _members(value: Any) -> Q:
    return Q(pk__in=Membership.objects.filter(organization_id=int(value)).values("user_id"))


_BY_TAGS = _condition(
    "tags",
    _("Tags"),
    ("includes", "not_includes"),
    lambda value: Q(tags__overlap=clean_tags(str(value).split())),
    tag_words,
    TAGS,
)
_BY_ROLE = _condition(
    "role",
    _("Role"),
    IS,
    lambda value: Q(role=value),
    check_value(_("Role"), Role.values),
    one_of(Role.choices),
)
_BY_ORGANIZATION = _condition(
    "organization_id",
    _("Organization"),
    IS,
    _members,
    an_id(_("Organization"), values.organizations, nullable=False),
    values.typed(
        _("Organization"),
        values.organizations,
        "name",
        hint=_("The name of an organization"),
        unknown=_("No organization is called %(typed)s"),
    ),
)
_ASKED: dict[str, tuple[Condition, ...]] = {
    Target.USER: (_BY_ROLE, _BY_TAGS, _BY_ORGANIZATION),
    Target.ORGANIZATION: (_BY_TAGS,),
}
