"""Filling an account with a desk's worth of people and tickets, in bulk: `python -m bench.load --tickets 100000`.

It writes into the database of $ADJOIN_HOME or DATABASE_URL, past every rule, so never into an account that is used."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench import words

SUBDOMAIN = "bench"
PEOPLE = 5000
BULKY = ("tickets_ticket", "tickets_comment", "tickets_audit", "tickets_event")
NOTHING = {"boolean": "false", "integer": "0", "jsonb": "'{}'", "ARRAY": "'{}'"} | dict.fromkeys(
    ("character varying", "text"), "''"
)
WITH_IDS_GIVEN = ("people_user", "people_organization", "tickets_ticket", "tickets_audit", "tickets_comment")


@dataclass(frozen=True)
class Reader:
    """How somebody is let in: by token at the API, by cookie at the pages."""

    token: str
    cookie: str


@dataclass(frozen=True)
class Desk:
    """What `run` needs to know of the account: its size, and one reader of each sort."""

    subdomain: str
    tickets: int
    readers: dict[str, Reader]

    @classmethod
    def read(cls, home: Path) -> Desk:
        """The desk that `fill` left in a home."""
        found = json.loads((home / "bench.json").read_text())
        return cls(
            found["subdomain"], found["tickets"], {name: Reader(**one) for name, one in found["readers"].items()}
        )


def fill(tickets: int) -> Desk:
    """A new account with that many tickets and five comments on each at the average. About 50 s for 100,000.

    Django must be set up. Raises `Invalid` when the account is there already."""
    from django.db import connection
    from django.utils import timezone
    from django_tenants.utils import tenant_context

    from adjoin.accounts.actions import create_account

    now = timezone.now()
    account = create_account(subdomain=SUBDOMAIN, name="Bench", now=now)
    with tenant_context(account):
        _furnish(now)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # the rows fit: no foreign key need be looked up
            _leave_out_what_is_empty(cursor, account.schema_name)
            _copy_words(cursor)
            with without_indexes(cursor, account.schema_name):
                _write(cursor, tickets)
            _go_on_after_given_ids(cursor)
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute("VACUUM ANALYZE")
        return Desk(SUBDOMAIN, tickets, _readers(now))


def _furnish(now: datetime) -> None:
    """What is made by the real actions: an admin and the brands, which have hosts."""
    from adjoin.brands.actions import create_brand
    from adjoin.people.actions import create_user
    from adjoin.people.terms import Role

    create_user(name="Admin", email="admin@example.com", now=now, role=Role.ADMIN)
    for name in ("Home", "Outdoor", "Trade"):
        create_brand(name=f"Bench {name}", subdomain=f"{SUBDOMAIN}-{name.lower()}", now=now)


def _leave_out_what_is_empty(cursor: Any, schema: str) -> None:
    """Give columns that must hold something, and that `load.sql` may not name, what is nothing of their sort."""
    cursor.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = %s"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND data_type = ANY(%s)",
        [schema, list(NOTHING)],
    )
    for table, column, kind in cursor.fetchall():
        cursor.execute(f"""ALTER TABLE "{table}" ALTER COLUMN "{column}" SET DEFAULT {NOTHING[kind]}""")


def _copy_words(cursor: Any) -> None:
    for table, texts in (
        ("bench_sentence", words.sentences(words.SENTENCES, 12, seed=1)),
        ("bench_subject", words.sentences(words.SUBJECTS, 6, seed=2)),
    ):
        cursor.execute(f"CREATE TEMP TABLE {table} (id int, text text)")
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in enumerate(texts, start=1):
                copy.write_row(row)


@contextmanager
def without_indexes(cursor: Any, schema: str) -> Iterator[None]:
    """Take the big tables' indexes away for the while, all but the keys: made at once they cost much less."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = ANY(%s)"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
        [schema, list(BULKY)],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def _write(cursor: Any, tickets: int) -> None:
    for name, value in (("tickets", tickets), ("people", PEOPLE)):
        cursor.execute("SELECT set_config(%s, %s, false)", [f"bench.{name}", str(value)])
    cursor.execute((Path(__file__).parent / "load.sql").read_text())


def _go_on_after_given_ids(cursor: Any) -> None:
    for table in WITH_IDS_GIVEN:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _readers(now: datetime) -> dict[str, Reader]:
    """One of each sort. The customers are about as busy: in one organization, in 300 busy ones, in 300 quiet ones."""
    from adjoin.people.models import Organization

    organizations = list(Organization.objects.order_by("pk"))
    _join("customer5@example.com", organizations[:1], now)
    _join("customer6@example.com", organizations[:300], now)
    _join("customer7@example.com", organizations[-300:], now)
    return {
        "agent": _reader("agent1@example.com", now),  # of three brands of four, and every group
        "one": _reader("customer5@example.com", now),
        "many": _reader("customer6@example.com", now),
        "quiet": _reader("customer7@example.com", now),
    }


def _join(email: str, organizations: list[Any], now: datetime) -> None:
    """Make somebody see the tickets of these organizations, and be in no others."""
    from adjoin.people.models import Membership, User

    user = User.objects.get(email=email)
    user.memberships.all().delete()
    Membership.objects.bulk_create(
        Membership(
            user=user,
            organization=organization,
            is_default=place == 0,
            sees_tickets=True,
            created_at=now,
            updated_at=now,
        )
        for place, organization in enumerate(organizations)
    )


def _reader(email: str, now: datetime) -> Reader:
    """Sign somebody in, at the account's own host and for its API."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from adjoin.people import sessions
    from adjoin.people.actions import create_api_token
    from adjoin.people.models import User

    user = User.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    sessions.bind(session, f"{SUBDOMAIN}.localhost")
    session.create()
    token = create_api_token(user=user, name="Bench", now=now)[1]
    return Reader(token, f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


def fill_home(environment: Environment, tickets: int) -> Desk:
    """Fill the database of a home, and leave there what `run` needs to know."""
    with django_ready(environment):
        from adjoin.project import schemas

        schemas.migrate()
        desk = fill(tickets)
    (environment.home / "bench.json").write_text(json.dumps(asdict(desk)))
    return desk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    arguments = parser.parse_args()
    started = time.monotonic()
    desk = fill_home(Environment.read(), arguments.tickets)
    print(f"{desk.tickets:,} tickets in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
