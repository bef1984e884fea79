"""Taking a file in: kept, checked line by line, then written whole or not at all; and undone for a day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any, Protocol

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.adapters import storage
from adjoin.imports import own_columns, rows, undoing
from adjoin.imports.memberships import Memberships
from adjoin.imports.models import Change, Import
from adjoin.imports.organizations import Organizations
from adjoin.imports.people import People
from adjoin.imports.planning import Plan
from adjoin.imports.progress import telling
from adjoin.imports.rows import Row
from adjoin.imports.terms import COLUMNS, FILE_MAX_BYTES, Kind, Outcome, State
from adjoin.kernel import outbox, record, sheets, text, wording
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import of_error, say, together
from adjoin.people.actions.bulk import AT_ONCE

NOTICES_MAX = 100  # lines told on the page; the report has them all
REPORT_HEADS = ("line", "outcome", "title", "says")
Clock = Callable[[], datetime]


class Importer(Protocol):
    """What each kind of import knows: to plan, writing nothing, and to write what was planned."""

    def plan(self, rows: Sequence[Row]) -> list[Plan]: ...
    def write(self, plans: Sequence[Plan], now: datetime) -> list[tuple[int, dict[str, Any] | None]]: ...


IMPORTERS: dict[str, Callable[[int | None], Importer]] = {
    Kind.USERS: People,
    Kind.ORGANIZATIONS: Organizations,
    Kind.MEMBERSHIPS: Memberships,
}


class WrongMoment(DeskError):
    """The import is past this step, or not there yet."""

    code = "RecordInvalid"


@transaction.atomic
def upload(
    *, actor: Actor, kind: str, stream: IO[bytes], file_name: str, now: datetime, runs_when_checked: bool = False
) -> Import:
    """A new import, which is checked in the background. Raises `NotAllowed`, or `Invalid` for no kind and no file."""
    permissions.require(actor, Permission.IMPORT_PEOPLE)
    if kind not in Kind.values:
        raise Invalid.field(
            "kind", say("Kind: %(kind)s is none of %(values)s") % {"kind": kind[:40], "values": ", ".join(Kind.values)}
        )
    try:
        stored = storage.files().put(stream, max_bytes=FILE_MAX_BYTES)
    except storage.TooLarge as error:
        raise Invalid.field("file", say("The file has more than 50 MB. Cut it into several.")) from error
    row = Import.objects.create(
        kind=kind,
        file_name=text.one_line(file_name)[:200] or "file",
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        by_id=actor.user_id,
        runs_when_checked=runs_when_checked,
        created_at=now,
        updated_at=now,
    )
    outbox.publish("import.queued", import_id=row.pk, step="check")
    return row


@transaction.atomic
def start(*, actor: Actor, import_id: int, now: datetime) -> Import:
    """Have a checked import written, in the background. Raises `NotFound`, `NotAllowed`, `WrongMoment`."""
    row = _mine(actor, import_id)
    if row.state != State.READY:
        raise WrongMoment(say("Only a file that has been checked, and has no problems, can be imported."))
    _to(row, State.RUNNING, now, progress=0)
    outbox.publish("import.queued", import_id=row.pk, step="run")
    return row


@transaction.atomic
def undo(*, actor: Actor, import_id: int, now: datetime) -> Import:
    """Have it taken back, in the background. Raises `NotFound`, `NotAllowed`, or `WrongMoment` after a day."""
    row = _mine(actor, import_id)
    if not row.can_be_undone(now):
        raise WrongMoment(say("This import cannot be undone: a day has passed, or there is nothing to undo."))
    _to(row, State.UNDOING, now, progress=0)
    outbox.publish("import.queued", import_id=row.pk, step="undo")
    return row


def check(*, import_id: int, clock: Clock) -> None:
    """Say of each line what would become of it. Writes nothing but the report. Checking again changes nothing."""
    row = Import.objects.filter(pk=import_id, state__in=(State.WAITING, State.CHECKING)).first()
    if row is None:
        return
    _to(row, State.CHECKING, clock(), progress=0)
    counts, notices = dict.fromkeys(Outcome.values, 0), list[list[Any]]()
    try:
        with storage.files().open(row.sha256) as stream:
            unknown = rows.unknown_columns(stream, known={**COLUMNS[row.kind], **own_columns.of(row.kind)})
        with tempfile.TemporaryFile() as report:
            for plans in _planned(row, report):
                for plan in plans:
                    counts[plan.outcome] += 1
                _note(notices, plans)
                Import.objects.filter(pk=row.pk).update(progress=sum(counts.values()))
            report.seek(0)
            row.report_sha256 = storage.files().put(report, max_bytes=2**40).sha256
    except Invalid as error:
        _to(row, State.WRONG, clock(), message=of_error(error))
        return
    _judge(row, counts, notices, unknown, clock())


def run(*, import_id: int, clock: Clock) -> None:
    """Write what was checked: everything in one transaction. Whatever is wrong meanwhile stops it with nothing done."""
    row = Import.objects.select_related("by").filter(pk=import_id, state=State.RUNNING).first()
    if row is None:
        return
    now = clock()
    try:
        with telling(row.pk) as progress, acting(_somebody(row)), transaction.atomic():
            _write(row, progress.tell, now)
            counts = {name: (0, getattr(row, name)) for name in ("creates", "updates") if getattr(row, name)}
            record.changed(Did.CREATED, "import", row.pk, f"{row.file_name} ({_told(row)})", now=now, **counts)
            _to(row, State.DONE, now, done_at=now, progress=row.total)
    except Invalid as error:
        _to(row, State.WRONG, clock(), message=say("Nothing was imported. %(error)s") % {"error": error}, progress=0)
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError):  # tried again, it would be no better
        _to(row, State.WRONG, clock(), message=say("Stopped by a mistake of ours. Nothing was imported."), progress=0)
        raise


def take_back(*, import_id: int, clock: Clock) -> None:
    """Remove what the import made and nobody has touched since, and restore what it changed; all of it or nothing."""
    row = Import.objects.select_related("by").filter(pk=import_id, state=State.UNDOING).first()
    if row is None:
        return
    now = clock()
    with telling(row.pk) as progress, acting(_somebody(row)), transaction.atomic():
        done, kept = undoing.undo(row, progress.tell, now)
        told = [say("%(count)s are as they were before.") % {"count": f"{done:,}"}]
        if kept:
            told.append(say("%(count)s were changed or used since, and stay as they are.") % {"count": f"{kept:,}"})
        record.changed(Did.DELETED, "import", row.pk, row.file_name, now=now, undone=(None, done), kept=(None, kept))
        _to(row, State.UNDONE, now, message=together(*told), progress=row.total)


def _planned(row: Import, report: IO[bytes]) -> Iterator[list[Plan]]:
    """The plans of the whole file, a thousand at a time, kept in the report as they come: `reports.told` tells them."""
    importer = IMPORTERS[row.kind](row.by_id)
    report.write(next(sheets.csv_lines([REPORT_HEADS])).encode())
    with storage.files().open(row.sha256) as stream:
        for chunk in _chunks(rows.read(stream, kind=row.kind)):
            plans = importer.plan(chunk)
            told = ((plan.line, plan.outcome, plan.title, wording.kept(plan.says)) for plan in plans)
            report.writelines(line.encode() for line in sheets.csv_lines(told))
            yield plans


def _write(row: Import, tell: Callable[[int], None], now: datetime) -> None:
    importer, done = IMPORTERS[row.kind](row.by_id), 0
    with storage.files().open(row.sha256) as stream:
        for chunk in _chunks(rows.read(stream, kind=row.kind)):
            plans = importer.plan(chunk)
            if wrong := next((plan for plan in plans if plan.is_wrong), None):
                raise Invalid.field(
                    "base",
                    say("Line %(line)s: %(says)s. It was right when the file was checked.")
                    % {"line": wrong.line, "says": wrong.says},
                )
            written = importer.write([plan for plan in plans if plan.outcome != Outcome.SAME], now)
            Change.objects.bulk_create(Change(of=row, subject_id=pk, before=before) for pk, before in written)
            done += len(chunk)
            tell(done)


def _judge(row: Import, counts: dict[str, int], notices: list[list[Any]], unknown: list[str], now: datetime) -> None:
    """Whether it can be imported, in the row; and goes on to that where it was asked for."""
    told = (
        [say("Left out, as no such column is known: %(unknown)s.") % {"unknown": ", ".join(unknown[:10])}]
        if unknown
        else []
    )
    row.creates, row.updates = counts[Outcome.CREATE], counts[Outcome.UPDATE]
    row.unchanged, row.wrong, row.total, row.notices = counts[Outcome.SAME], counts[Outcome.WRONG], 0, notices
    row.total = sum(counts.values())
    if not row.total:
        told = [say("There is nothing below the heads of the columns.")]
    is_right = row.total and not row.wrong
    with transaction.atomic():
        _to(row, State.READY if is_right else State.WRONG, now, message=together(*told), progress=row.total)
        if is_right and row.runs_when_checked:
            _to(row, State.RUNNING, now, progress=0)
            outbox.publish("import.queued", import_id=row.pk, step="run")


def _note(notices: list[list[Any]], plans: Sequence[Plan]) -> None:
    """Keep the first lines for the page, what is wrong before what is well."""
    notices += [[plan.line, str(plan.outcome), plan.title, wording.kept(plan.says)] for plan in plans]
    notices.sort(key=lambda notice: (notice[1] != Outcome.WRONG, notice[1] == Outcome.SAME, notice[0]))
    del notices[NOTICES_MAX:]


def _chunks(lines: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(lines, AT_ONCE)):
        yield chunk


def _mine(actor: Actor, import_id: int) -> Import:
    permissions.require(actor, Permission.IMPORT_PEOPLE)
    found = Import.objects.select_for_update().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def _to(row: Import, state: State, now: datetime, **fields: Any) -> None:
    row.state, row.updated_at = state, now
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def _somebody(row: Import) -> Acting:
    return Acting(user_id=row.by_id, name=row.by.name) if row.by else Acting()


def _told(row: Import) -> str:
    return f"{row.total:,} {row.get_kind_display().lower()}"
