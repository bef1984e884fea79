from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.db.models import QuerySet
from django_tenants.utils import tenant_context
from pytest_django import DjangoAssertNumQueries

from adjoin.access import actors
from adjoin.accounts.models import Account
from adjoin.kernel import statements
from adjoin.people.models import Membership, User
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


@statements.kept()
def _memberships(role: str, user_id: int, organization_id: int) -> QuerySet[Membership]:
    found = Membership.objects.filter(user_id=user_id, organization_id=organization_id, user__role=role)
    return found.select_related("user", "organization")


@statements.kept()
def _names(first_id: int, second_id: int) -> QuerySet[User, Any]:
    found: QuerySet[User, Any] = (
        User.objects.filter(pk__in=[second_id, first_id]).order_by("pk").values_list("name", flat=True)
    )
    return found


@statements.kept()
def _nobody(user_id: int) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=user_id, pk__in=[])
    return found


@statements.kept()
def _called(words: str) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(name__contains=words)
    return found


@statements.kept()
def _locked(user_id: int) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=user_id).select_for_update()
    return found


def test_a_statement_that_is_kept_gives_each_time_what_its_query_gives(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("cyd", "dee"):
        cast.add(f"{name}s-friend")
        cast.join(f"{name}s-friend", "Camping")
    camping = cast.organizations["Camping"].pk
    for name in ("cyds-friend", "dees-friend"):
        user = cast.user(name)
        with django_assert_num_queries(1):
            (found,) = _memberships("end-user", user.pk, camping)
            assert (found.user, found.organization.name) == (user, "Camping")
        assert _memberships("agent", user.pk, camping) == []
    first, second = cast.user("cyds-friend"), cast.user("dees-friend")
    assert _names(first.pk, second.pk) == [first.name, second.name]
    User.objects.filter(pk=first.pk).update(name="Another")
    assert _names(first.pk, first.pk) == ["Another"]
    assert _nobody(first.pk) == []
    assert _locked(second.pk) == [second]
    with pytest.raises(TypeError, match="not only compared"):
        _called("Cyd")


@statements.kept(is_prepared=True)
def _person(user_id: int, role: str) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=user_id, role=role, is_active=True)
    return found


def test_a_prepared_statement_looks_into_the_account_in_use(acme: Account, maker: Account) -> None:
    for account, name in ((acme, "Ana"), (maker, "Mo")):
        with tenant_context(account):
            User.objects.create(pk=77, name=name, role="agent", created_at=NOW, updated_at=NOW)
    for account, name in [(acme, "Ana"), (maker, "Mo")] * 6:  # PostgreSQL may plan the first five each time
        with tenant_context(account):
            assert [one.name for one in _person(77, "agent")] == [actors.load(77).name] == [name]
            assert _person(77, "admin") == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(generic_plans) FROM pg_prepared_statements WHERE name LIKE 'adjoin_%%'", ()
        )
        times, planned_once = cursor.fetchone()
        assert times >= 2
        assert planned_once > 0


@statements.kept()
def _among(ids: statements.Ids) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk__any_of=ids)
    return found


@statements.kept()
def _twice(user_id: int) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=user_id, name__contains=str(user_id))
    return found


def test_ids_are_one_statement_however_many_and_nothing_asked_hides_in_another_value(cast: Cast) -> None:
    ana, ben = cast.user("ana"), cast.user("ben")
    assert set(_among(statements.Ids((ben.pk, ana.pk)))) == {ana, ben}
    assert (_among(statements.Ids((ana.pk,))), _among(statements.Ids())) == ([ana], [])
    with pytest.raises(TypeError, match="not only compared"):
        _twice(ana.pk)


class _Wanted(NamedTuple):
    role: str
    ids: statements.Ids
    brand_id: int | None


@statements.kept(is_prepared=True)
def _wanted(wanted: _Wanted, name: str) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(role=wanted.role, pk__any_of=wanted.ids, name__gte=name)
    return found.order_by("pk")


@statements.kept()
def _hidden(wanted: _Wanted) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(name__contains=wanted.role)
    return found


def test_members_of_a_named_tuple_are_arguments_of_which_some_may_go_unasked(cast: Cast) -> None:
    ana, ben, cyd = cast.user("ana"), cast.user("ben"), cast.user("cyd")
    several = statements.Ids((ana.pk, ben.pk, cyd.pk))
    assert _wanted(_Wanted("agent", several, 7), "") == [ana, ben]
    assert _wanted(_Wanted("end-user", several, 8), "") == [cyd]
    assert _wanted(_Wanted("agent", statements.Ids(), None), "") == []
    assert _wanted(_Wanted("agent", several, None), ben.name) == [ben]
    with pytest.raises(TypeError, match="not only compared"):
        _hidden(_Wanted("agent", several, None))
