"""Rows written by statements that are ready are those that Django would have written."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, NotSupportedError, connection, models, transaction
from django.db.models.expressions import DatabaseDefault
from django_tenants.utils import tenant_context

from adjoin.accounts.models import Account
from adjoin.kernel import prepared, rows
from adjoin.people.models import User
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


def _person(name: str, **more: object) -> User:
    return User(name=name, role="end-user", created_at=NOW, updated_at=NOW, **more)


def _written(row: models.Model) -> list[object]:
    (found,) = type(row)._default_manager.filter(pk=row.pk).values_list(*rows.names(type(row)))
    return list(found)


@pytest.mark.parametrize("times", [1, rows.TOGETHER_MAX, rows.TOGETHER_MAX + 1])
def test_new_rows_get_their_ids_in_order_and_every_value_that_django_writes(cast: Cast, times: int) -> None:
    new = [_person(f"Person {n}", sign_outs=n) for n in range(times)]
    saved = [_person(f"Person {n}", sign_outs=n) for n in range(times)]
    rows.insert_all(new)
    for row in saved:
        row.save(force_insert=True)
    assert [_written(row) for row in new] == [_written(row) for row in saved]
    new[-1].name = "Another"
    new[-1].save()  # it is known to be there
    assert User.objects.filter(name__startswith="Person ").count() == 2 * times - 1


def test_whatever_is_left_to_the_database_it_finds_itself(cast: Cast) -> None:
    first, second = _person("First", sign_outs=3), _person("Second")
    left = User._meta.get_field("sign_outs").db_default
    vars(second)["sign_outs"] = DatabaseDefault(models.Value(left))
    rows.insert_all([first, second])
    assert list(User.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk").values_list("sign_outs")) == [
        (3,),
        (0,),
    ]


def test_only_what_is_named_is_written_and_a_row_that_has_gone_is_told(cast: Cast) -> None:
    person = cast.user("cyd")
    before = person.notes
    person.name, person.notes = "Cyd, once", "Not for now"
    rows.update(person, ["name"])
    rows.update(person, [])
    person.refresh_from_db()
    assert (person.name, person.notes) == ("Cyd, once", before)
    person.pk = 0
    with pytest.raises(DatabaseError, match="there no more"), transaction.atomic():
        rows.update(person, ["name"])


def test_a_statement_serves_again_after_a_failed_transaction_and_after_a_column_has_changed(acme: Account) -> None:
    with tenant_context(acme), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE kettles (litres integer NOT NULL) ON COMMIT DROP")
        written = prepared.Statement("INSERT INTO kettles VALUES ($1) RETURNING litres")
        assert written.rows(1) == [(1,)]
        with pytest.raises(DatabaseError, match="null"), transaction.atomic():
            written.rows(None)
        assert written.rows(2) == [(2,)]
        cursor.execute("ALTER TABLE kettles ALTER litres TYPE text")
        with pytest.raises(NotSupportedError, match="cached plan"), transaction.atomic():
            written.rows(3)
        assert written.rows("three") == [("three",)]
