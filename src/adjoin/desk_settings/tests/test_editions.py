"""What is kept of an account's settings is never older than its tables, never what was undone, and never another's."""

from __future__ import annotations

from django.db import connection, transaction
from django_tenants.utils import tenant_context

from adjoin.accounts.models import Account
from adjoin.desk_settings import editions


@editions.kept("statuses")
def _labels() -> list[str]:
    """What the account's standard statuses are called: a new list whenever they are read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT description FROM fields_customstatus")
        return [label for (label,) in cursor.fetchall()]


def _write(label: str) -> None:
    with connection.cursor() as cursor:  # as any other process would, past Django
        cursor.execute("UPDATE fields_customstatus SET description = %s", [label])


def test_a_part_is_read_once_for_each_edition_whoever_changes_it(acme: Account) -> None:
    with tenant_context(acme):
        _write("first")
        found = _labels()
        assert found == ["first"]
        assert _labels() is found
        _write("second")
        assert _labels() == ["second"]


def test_what_is_rolled_back_was_never_there_even_where_editions_are_held(acme: Account) -> None:
    with tenant_context(acme):
        _write("first")
        for first_read in (False, True):
            with transaction.atomic(), editions.held():
                if first_read:
                    _labels()
                _write("undone")
                assert _labels() == (["first"] if first_read else ["undone"])  # one update, one edition
                transaction.set_rollback(True)
            with editions.held():
                assert _labels() == ["first"]


def test_each_account_goes_by_its_own_also_while_anothers_editions_are_held(acme: Account, maker: Account) -> None:
    with tenant_context(maker):
        _write("theirs")
    with tenant_context(acme):
        _write("ours")
        with editions.held():
            for label in ("theirs", "theirs, changed"):
                with tenant_context(maker):
                    _write(label)
                    assert _labels() == [label]
                assert _labels() == ["ours"]
