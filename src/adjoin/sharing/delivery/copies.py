"""Noticing that this desk may be a copy of another: a restored backup, or a clone.

Two desks with the same keys must not both speak to partners, and a desk that has forgotten its last day must not speak
as if it had not. What gives a copy away lies outside the database, in `$ADJOIN_HOME/sharing`: which installation the
database belongs to, and how often its heart has beaten. A database that is another one's, or that has fewer beats than
the file, or that moved to another PostgreSQL server, sends nothing until an admin says so."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from adjoin.accounts import current
from adjoin.kernel import ids, outbox, statements
from adjoin.kernel.wording import say
from adjoin.sharing import history
from adjoin.sharing.models import Delivery, SharingAgreement, SharingDesk
from adjoin.sharing.terms import Happened

QUESTION = "This desk looks like a copy. Is it the one that shall talk to partners?"
BEATS_LEFT_OUT = 1_000_000
_servers: WeakKeyDictionary[Any, str] = WeakKeyDictionary()  # by connection
NUMBERS_LEFT_OUT = 1_000_000  # partners know higher numbers than a restored desk: it goes on well above them


def desk() -> SharingDesk:
    """This desk's row, made when there is none."""
    return _desk()[0]


def may_send(now: datetime) -> bool:
    """Whether anything may go to partners. Finds out by itself when the desk looks like a copy, and stops it."""
    mark = _read_mark()  # before the row: a beat in between must not look like one that was lost
    row, is_new = _desk()
    if is_new:
        return True  # a file that is there already is of a desk that is no more
    if row.paused_at is None and (reason := _why_a_copy(row, mark)):
        _pause(reason, now)
        return False
    if row.paused_at is None and mark is None:
        _write_mark(row)  # another machine of the same desk
    return row.paused_at is None


def beat(now: datetime) -> None:
    """One more beat, in the database and then in the file. Once a minute is enough."""
    if SharingAgreement.objects.accepted().exists() and may_send(now):
        SharingDesk.objects.filter(pk=1).update(heartbeat=F("heartbeat") + 1)
        _write_mark(SharingDesk.objects.get(pk=1))


@transaction.atomic
def resume(now: datetime) -> bool:
    """Somebody says that this is the desk that talks to partners. False when nothing was stopped."""
    row = SharingDesk.objects.select_for_update().filter(paused_at__isnull=False).first()
    if row is None:
        return False
    mark = _read_mark() or {}
    # The installation stays, and the beats go well beyond those in the files of the desk's other machines.
    row.database = _database()
    row.heartbeat = max(row.heartbeat, int(mark.get("heartbeat", 0))) + BEATS_LEFT_OUT
    row.paused_at, row.pause_reason = None, ""
    row.save()
    _leave_numbers_out()
    for agreement in SharingAgreement.objects.accepted():
        history.tell(agreement, Happened.PAUSED, now, words=say("This desk was named the one that talks to partners."))
        outbox.publish("sharing.answered", agreement_id=agreement.pk)
    _write_mark(row)  # should the transaction fail after this, the desk is still stopped, and is asked again
    return True


def is_paused() -> bool:
    """Whether sending has stopped until somebody says that this is no copy."""
    return SharingDesk.objects.filter(paused_at__isnull=False).exists()


@transaction.atomic
def _pause(reason: str, now: datetime) -> None:
    if SharingDesk.objects.filter(pk=1, paused_at=None).update(paused_at=now, pause_reason=reason):
        for agreement in SharingAgreement.objects.accepted():
            history.tell(agreement, Happened.PAUSED, now, words=say("Sending stopped. %(reason)s") % {"reason": reason})


def _desk() -> tuple[SharingDesk, bool]:
    if (row := next(iter(_row()), None)) is not None:
        return row, False
    made: dict[str, Any] = {"installation": ids.new_secret, "database": _database}  # asked only where there is none
    found, is_new = SharingDesk.objects.get_or_create(pk=1, defaults=made)
    if is_new:
        _write_mark(found)
    return found, is_new


@statements.kept(is_prepared=True)
def _row() -> QuerySet[SharingDesk]:
    return SharingDesk.objects.filter(pk=1)


def _why_a_copy(row: SharingDesk, mark: dict[str, Any] | None) -> str:
    """Why the desk looks like a copy, for people; "" when it does not."""
    if row.database != _database():
        return say("The database is on another server than the one it was made on.")
    if mark is None:
        return ""
    if mark.get("installation") != row.installation:
        return say("The database belongs to another installation than its folder.")
    if int(mark.get("heartbeat", 0)) > row.heartbeat:
        return say("The database is older than its folder, as after a backup was restored.")
    return ""


def _database() -> str:
    """What tells one PostgreSQL server from another. It stays through restarts and failovers; a dump and
    `pg_upgrade` bring a new one, and the desk asks. A connection is to one server for as long as it lasts."""
    connection.ensure_connection()
    here = connection.connection
    if here not in _servers:
        with connection.cursor() as cursor:
            cursor.execute("SELECT system_identifier FROM pg_control_system()")
            _servers[here] = str(cursor.fetchone()[0])
    return _servers[here]


def _leave_numbers_out() -> None:
    """From now on deliveries get numbers that no partner has seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [Delivery._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute(
            "SELECT setval(%s::regclass, nextval(%s::regclass) + %s)", [sequence, sequence, NUMBERS_LEFT_OUT]
        )


def _path() -> Path:
    return Path(settings.ADJOIN_HOME) / "sharing" / f"{current.schema()}.json"


def _read_mark() -> dict[str, Any] | None:
    try:
        found = json.loads(_path().read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write_mark(row: SharingDesk) -> None:
    """The whole file or none of it, whenever the power goes."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid4().hex}")
    draft.write_text(json.dumps({"installation": row.installation, "heartbeat": row.heartbeat}))
    draft.replace(path)
