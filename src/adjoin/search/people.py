"""What each condition means for people, organizations and groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.people.models import OrganizationField, OwnField, UserField
from adjoin.people.terms import Role
from adjoin.search import custom_fields
from adjoin.search.grammar import Term
from adjoin.search.named import NOTHING, Condition, among, named, number, when


def condition(kind: str, actor: Actor, term: Term, now: datetime) -> Q | None:
    """What `term` asks of a `kind` (user, organization, group); None when it asks nothing."""
    if term.field == "":
        return _anywhere(kind, term)
    known = _CONDITIONS[kind].get(term.field)
    if known is not None:
        return known(actor, term, now)
    field = _own_field(kind, term.field)
    return None if field is None else custom_fields.meant(field, term)


def knows(kind: str, field: str) -> bool:
    """Whether such things can be asked for that."""
    return field in _CONDITIONS[kind] or _own_field(kind, field) is not None


def _own_field(kind: str, key: str) -> OwnField | None:
    """The field of that key that the account has added to its people or organizations."""
    model = {"user": UserField, "organization": OrganizationField}.get(kind)
    if model is None or not key:
        return None
    found: OwnField | None = model._default_manager.filter(key=key, is_active=True).first()
    return found


def _anywhere(kind: str, term: Term) -> Q | None:
    value = term.value.rstrip("*")
    if not value:
        return None
    found = Q(name__istartswith=value) | Q(name__icontains=f" {value}")
    if kind == "user":
        found |= Q(email__startswith=value.lower()) | Q(phone=value)
    pk = number(value)
    return found if pk is None else found | Q(pk=pk)


def _begins(column: str) -> Condition:
    def build(actor: Actor, term: Term, now: datetime) -> Q:
        value = term.value.rstrip("*")
        if value.lower() == "none":
            return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
        return Q(**{f"{column}__istartswith": value}) | Q(**{f"{column}__icontains": f" {value}"})

    return build


def _email(actor: Actor, term: Term, now: datetime) -> Q:
    value = term.value.lower()
    if value == "none":
        return Q(email=None)
    return Q(email__startswith=value.removesuffix("*")) if value.endswith("*") else Q(email=value)


def _role(actor: Actor, term: Term, now: datetime) -> Q:
    wanted = {"end_user": Role.END_USER, "enduser": Role.END_USER}.get(term.value.lower(), term.value.lower())
    return Q(role=wanted)


def _tags(actor: Actor, term: Term, now: datetime) -> Q:
    return Q(tags=[]) if term.value.lower() == "none" else Q(tags__contains=[term.value.lower()])


def _is(column: str) -> Condition:
    def build(actor: Actor, term: Term, now: datetime) -> Q:
        truth = {"true": True, "false": False}.get(term.value.lower())
        return NOTHING if truth is None else Q(**{column: truth})

    return build


def _external_id(actor: Actor, term: Term, now: datetime) -> Q:
    return Q(external_id__iexact=term.value)


def _id(actor: Actor, term: Term, now: datetime) -> Q:
    pk = number(term.value)
    return NOTHING if pk is None else Q(pk=pk)


def _domain(actor: Actor, term: Term, now: datetime) -> Q:
    return Q(domain_names__contains=[term.value.lower()])


def _somebody(actor: Actor, term: Term, now: datetime) -> Q:
    """`user:` takes an id, a name or an address."""
    return _anywhere("user", term) or NOTHING


_DATES: dict[str, Condition] = {"id": _id, "created": when("created_at"), "updated": when("updated_at")}
_CONDITIONS: Mapping[str, Mapping[str, Condition]] = {
    "user": {
        **_DATES,
        "user": _somebody,
        "name": _begins("name"),
        "email": _email,
        "role": _role,
        "notes": _begins("notes"),
        "details": _begins("details"),
        "phone": _begins("phone"),
        "external_id": _external_id,
        "tags": _tags,
        "verified": _is("is_verified"),
        "suspended": _is("is_suspended"),
        "organization": among(readable.users, named(readable.organizations, "memberships__organization_id")),
        "group": among(readable.users, named(readable.groups, "group_memberships__group_id")),
    },
    "organization": {
        **_DATES,
        "name": _begins("name"),
        "notes": _begins("notes"),
        "details": _begins("details"),
        "external_id": _external_id,
        "tags": _tags,
        "domain": _domain,
    },
    "group": {**_DATES, "name": _begins("name")},
}
