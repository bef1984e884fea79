"""What is asked together is answered as if it had been asked alone, and what waits to be written is never missed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django_tenants.utils import tenant_context
from pytest_django import DjangoAssertNumQueries

from adjoin.accounts.models import Account
from adjoin.kernel import prepared, rows, statements
from adjoin.people.models import Organization, User
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

_RENAME = prepared.Statement("UPDATE people_user SET name = $2 WHERE id = $1")
_NAME = prepared.Statement("SELECT name FROM people_user WHERE id = $1")


@statements.kept(is_prepared=True)
def _called(user_id: int) -> QuerySet[User, str]:
    found: QuerySet[User, str] = User.objects.filter(pk=user_id).values_list("name", flat=True)
    return found


@statements.kept(is_prepared=True)
def _locked(user_id: int) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=user_id).select_for_update()
    return found


def _person(name: str) -> User:
    return User(name=name, role="end-user", created_at=NOW, updated_at=NOW)


def test_several_questions_take_one_way_and_are_answered_in_order(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cyd, dee = cast.user("cyd"), cast.user("dee")
    prepared.together([(_NAME, [cyd.pk]), (_RENAME, [cyd.pk, cyd.name])])  # ready from now on
    with django_assert_num_queries(1):
        found = prepared.together([(_NAME, [cyd.pk]), (_RENAME, [dee.pk, "Dora"]), (_NAME, [dee.pk])])
    assert found == [[(cyd.name,)], [], [("Dora",)]]


def test_what_only_writes_goes_with_the_next_question_and_the_rest_at_the_end(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cyd = cast.user("cyd")
    _RENAME.run(cyd.pk, cyd.name)
    _NAME.rows(cyd.pk)
    with django_assert_num_queries(2), transaction.atomic(savepoint=False), prepared.gathered():
        _RENAME.run(cyd.pk, "One")
        _RENAME.run(cyd.pk, "Two")
        assert _NAME.rows(cyd.pk) == [("Two",)]
        _RENAME.run(cyd.pk, "Three")
        _RENAME.run(cyd.pk, "Four")
    assert User.objects.get(pk=cyd.pk).name == "Four"


def test_whoever_asks_in_another_way_finds_what_was_written_too(cast: Cast) -> None:
    cyd, new = cast.user("cyd"), _person("Newcomer")
    with transaction.atomic(), prepared.gathered():
        rows.number([new])
        rows.add([new])
        cyd.name = "Cyd the second"
        rows.put(cyd, ["name"])
        found = User.objects.filter(pk__in=[cyd.pk, new.pk]).order_by("pk")
        assert [user.name for user in found] == ["Cyd the second", "Newcomer"]


def test_what_waits_before_a_savepoint_outlives_its_end(cast: Cast) -> None:
    cyd, dee = cast.user("cyd"), cast.user("dee")
    with transaction.atomic(), prepared.gathered():
        _RENAME.run(cyd.pk, "Stays")
        with pytest.raises(ZeroDivisionError):
            _rename_and_fail(dee, "Goes")
    assert [User.objects.get(pk=pk).name for pk in (cyd.pk, dee.pk)] == ["Stays", dee.name]


def test_a_write_that_fails_is_heard_of_before_the_transaction_ends(cast: Cast) -> None:
    cyd = cast.user("cyd")
    with pytest.raises(IntegrityError):
        _rename_twice(cyd, "Lost with the rest", None)
    assert User.objects.get(pk=cyd.pk).name == cyd.name


def test_after_an_error_nothing_that_waited_is_written(cast: Cast) -> None:
    cyd = cast.user("cyd")
    with pytest.raises(ZeroDivisionError):
        _rename_and_fail(cyd, "Never")
    assert User.objects.get(pk=cyd.pk).name == cyd.name


def test_nothing_waits_that_belongs_to_another_account(cast: Cast, maker: Account) -> None:
    cyd = cast.user("cyd")
    with pytest.raises(RuntimeError, match="Another account"):
        _rename_and_enter(cyd, maker)


@transaction.atomic
@prepared.gathered()
def _rename_and_fail(user: User, name: str) -> None:
    _RENAME.run(user.pk, name)
    raise ZeroDivisionError


@transaction.atomic
@prepared.gathered()
def _rename_twice(user: User, first: str, second: str | None) -> None:
    _RENAME.run(user.pk, first)
    _RENAME.run(user.pk, second)


@transaction.atomic
@prepared.gathered()
def _rename_and_enter(user: User, account: Account) -> None:
    _RENAME.run(user.pk, "There, by mistake")
    with tenant_context(account):
        User.objects.count()


def test_rows_are_numbered_in_order_each_by_its_own_sequence(cast: Cast) -> None:
    people = [_person("First"), _person("Second")]
    company = Organization(name="Tents", created_at=NOW, updated_at=NOW)
    rows.number([people[0], company, people[1]])
    rows.add(people)
    rows.add([company])
    assert people[0].pk < people[1].pk
    assert User.objects.get(pk=people[1].pk).name == "Second"
    assert Organization.objects.get(pk=company.pk).name == "Tents"


def test_what_is_asked_ahead_is_handed_over_once_and_only_to_who_asks_the_same(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cyd, dee = cast.user("cyd"), cast.user("dee")
    with transaction.atomic():
        for pk in (cyd.pk, dee.pk):
            assert [*_called(pk), *_locked(pk)]
        with django_assert_num_queries(1), statements.ahead(_locked.asking(cyd.pk), _called.asking(cyd.pk)):
            assert [user.name for user in _locked(cyd.pk)] == _called(cyd.pk) == [cyd.name]
        with statements.ahead(_locked.asking(cyd.pk), _called.asking(cyd.pk)):
            assert _called(dee.pk) == [dee.name]
            User.objects.filter(pk=cyd.pk).update(name="Cyd, later")
            assert _called(cyd.pk) == [cyd.name]
            assert _called(cyd.pk) == ["Cyd, later"]
        assert _called(cyd.pk) == ["Cyd, later"]  # what nobody fetched is gone with the block


def test_rows_are_locked_ahead_inside_of_a_transaction_only(cast: Cast) -> None:
    cyd = cast.user("cyd")
    asked = [_locked.asking(cyd.pk), _called.asking(cyd.pk)]
    connection.ensure_connection()
    was, connection.in_atomic_block = connection.in_atomic_block, False
    try:
        with pytest.raises(TransactionManagementError), statements.ahead(*asked):
            pass
    finally:
        connection.in_atomic_block = was


def test_what_is_prepared_is_planned_once_whatever_is_asked(cast: Cast) -> None:
    some = prepared.Statement("SELECT id AS own_alone FROM people_user WHERE id = ANY($1::bigint[])")
    for user in cast.users.values():
        some.rows([user.pk])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%SELECT id AS own_alone FROM%"],
        )
        generic, custom = cursor.fetchone()
    assert (generic, custom) == (len(cast.users), 0)
