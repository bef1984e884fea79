"""Conditions that several kinds of things share: times, and people or groups named by id, address or name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q

from adjoin.access.actors import Actor
from adjoin.kernel.api.reading import whole_number
from adjoin.people.models import User
from adjoin.search import grammar
from adjoin.search.grammar import Term

NOTHING = Q(pk__in=[])
Condition = Callable[[Actor, Term, datetime], Q]


def number(value: str) -> int | None:
    """`value` as an id, if it is one."""
    return whole_number(value)


def when(column: str) -> Condition:
    """A column of time: `created:2026-03-04`, `updated>=2026-03-04T10:00:00Z`, `solved<4hours`; `none` is not yet."""

    def build(actor: Actor, term: Term, now: datetime) -> Q:
        if term.value.lower() == "none":
            return Q(**{f"{column}__isnull": True})
        meant = grammar.span(term.value, now)
        if meant is None:
            return NOTHING
        first, last = meant
        return {
            ":": Q(**{f"{column}__range": (first, last)}),
            "<": Q(**{f"{column}__lt": first}),
            "<=": Q(**{f"{column}__lte": last}),
            ">": Q(**{f"{column}__gt": last}),
            ">=": Q(**{f"{column}__gte": first}),
        }[term.operator]

    return build


def named(rows: Callable[[Actor], Any], column: str) -> Condition:
    """A column pointing at one of `rows(actor)`: given by id, `me`, `none`, an address, or the beginning of a name."""

    def build(actor: Actor, term: Term, now: datetime) -> Q:
        value = term.value
        if value.lower() == "none":
            return Q(**{f"{column}__isnull": True})
        if value.lower() == "me" and rows(actor).model is User:
            return Q(**{column: actor.user_id}) if actor.user_id is not None else NOTHING
        if (pk := number(value)) is not None:
            return Q(**{column: pk})
        if not value:
            return NOTHING
        by_name = Q(name__istartswith=value.rstrip("*"))
        if rows(actor).model is User:
            by_name |= Q(email__startswith=value.lower()) if "@" in value else Q(name__icontains=f" {value}")
        return Q(**{f"{column}__in": rows(actor).filter(by_name).order_by().values("pk")})

    return build


def among(rows: Callable[[Actor], Any], condition: Condition) -> Condition:
    """A condition over a relation with many rows, so that nothing is found twice: the ids of `rows` that meet it."""

    def build(actor: Actor, term: Term, now: datetime) -> Q:
        return Q(pk__in=rows(actor).filter(condition(actor, term, now)).order_by().values("pk"))

    return build
