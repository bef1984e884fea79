"""Queries are put together once for each actor, and anew as soon as a rule is another."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from adjoin.access.kept import kept
from adjoin.people.models import User

RULES: list[Any] = ["open"]


def test_a_query_is_put_together_once_for_each_actor() -> None:
    built: list[int] = []

    @kept(RULES)
    def people(actor_id: int) -> Any:
        built.append(actor_id)
        return User.objects.filter(pk=actor_id)

    assert str(people(1).query) == str(people(1).query) != str(people(2).query)
    assert built == [1, 2]


def test_a_query_is_put_together_anew_once_a_rule_has_changed() -> None:
    rules: list[Any] = [Q(pk=1)]

    @kept(rules)
    def people(_actor_id: int) -> Any:
        return User.objects.filter(*rules)

    before = str(people(7).query)
    rules[0] = Q(pk=2)
    assert str(people(7).query) != before


def test_narrowing_a_kept_query_leaves_the_kept_one_as_it_is() -> None:
    @kept(RULES)
    def people(_actor_id: int) -> Any:
        return User.objects.all()

    people(1).filter(pk=3).query.add_q(Q(pk=4))
    people(1).query.set_limits(0, 1)
    assert str(people(1).query) == str(User.objects.all().query)
