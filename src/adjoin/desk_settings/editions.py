"""What an account has set up and changes of tickets ask for each time, read once for each edition of it.

PostgreSQL gives a part of the account's settings another edition with whatever is written to its tables, in the same
transaction. A change of a ticket reads once which editions are in force for it, so no process goes by what has changed.

A migration names the tables of a part with `of_tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from adjoin.accounts import current
from adjoin.desk_settings.models import Edition
from adjoin.kernel import prepared, statements
from adjoin.kernel.structure import Structure

Value = TypeVar("Value")
Part = tuple[str, str]  # the account's schema, and the name of the part

PARTS_MAX = 2000  # of all accounts together, in each process
_STAMPS = prepared.Statement("SELECT name, stamp FROM desk_settings_edition")
_in_force: ContextVar[_InForce | None] = ContextVar("editions_in_force", default=None)
_kept: dict[Part, tuple[UUID | None, Any]] = {}  # what was read of a part, and of which edition it is

# Before the statement: whoever changes a part takes its row first, so that no two wait for each other.
_BEGIN = """
INSERT INTO desk_settings_edition (name, stamp) VALUES ('{name}', gen_random_uuid());
CREATE FUNCTION desk_settings_new_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %I.desk_settings_edition SET stamp = gen_random_uuid() WHERE name = ''{name}''',
                   TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
"""
_FOLLOW = """
CREATE TRIGGER desk_settings_new_{name} BEFORE INSERT OR UPDATE{columns} OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION desk_settings_new_{name}();
"""
_END = """
DROP FUNCTION desk_settings_new_{name}() CASCADE;
DELETE FROM desk_settings_edition WHERE name = '{name}';
"""


def of_tables(name: str, *tables: str, columns: str | Mapping[str, str] = "") -> Structure:
    """The step of a migration that makes these tables one part, of which only such `columns` count if any are named.

    They are those of every table, or by table."""
    only = columns if isinstance(columns, Mapping) else dict.fromkeys(tables, columns)
    follow = "".join(_followed(name, table, only.get(table, "")) for table in tables)
    return Structure(_BEGIN.format(name=name) + follow, _END.format(name=name))


class _InForce:
    """Those of one account, once asked for: whoever looks into another account meanwhile goes by its own."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.stamps: dict[str, UUID] | None = None


@contextmanager
def held() -> Iterator[None]:
    """Go by the same editions for as long as it lasts: those of the first look. Inside another by that one's."""
    if _held() is not None:
        yield
        return
    token = _in_force.set(_InForce(current.schema()))
    try:
        yield
    finally:
        _in_force.reset(token)


def of(name: str) -> UUID | None:
    """Which edition of that part is in force; None where nobody knows, and it has to be read."""
    known = _held()
    if known is None:
        return _written().get(name)
    if known.stamps is None:
        known.stamps = dict(_stamps())
    return known.stamps.get(name)


def asking() -> list[statements.Asking]:
    """What the first look inside `held` asks, for `statements.ahead`; nothing where that was before."""
    known = _held()
    return [_stamps.asking()] if known is not None and known.stamps is None else []


def stands(name: str, edition: UUID | None) -> bool:
    """Whether that part, read just now, is what the edition has it be.

    It is not where this very transaction has changed it since: were that rolled back, the edition would be in force
    again, with what never came to be."""
    return edition is not None and _written().get(name) == edition


def kept(name: str) -> Callable[[Callable[[], Value]], Callable[[], Value]]:
    """Have a function that reads a part give what it gave before while there is no other edition of it.

    What it gives is everybody's: nobody may change it."""

    def keep(read: Callable[[], Value]) -> Callable[[], Value]:
        @wraps(read)
        def found() -> Value:
            edition = of(name)  # before it is read: what is kept may only be newer
            part = (current.schema(), name)
            before = _kept.get(part)
            if before is not None and before[0] == edition and edition is not None:
                known: Value = before[1]
                return known
            value = read()
            if stands(name, edition):
                _keep(part, (edition, value))
            return value

        return found

    return keep


def _held() -> _InForce | None:
    known = _in_force.get()
    return known if known is not None and known.schema == current.schema() else None


@statements.kept(is_prepared=True)
def _stamps() -> QuerySet[Edition, tuple[str, UUID]]:
    return Edition.objects.values_list("name", "stamp")


def _written() -> dict[str, UUID]:
    """Those of this very moment, whatever was asked ahead."""
    return dict(_STAMPS.rows())


def _keep(part: Part, found: tuple[UUID | None, Any]) -> None:
    _kept.pop(part, None)
    while len(_kept) >= PARTS_MAX:
        _kept.pop(next(iter(_kept)), None)
    _kept[part] = found


def _followed(name: str, table: str, columns: str) -> str:
    return _FOLLOW.format(name=name, table=table, columns=f" OF {columns}" if columns else "")
