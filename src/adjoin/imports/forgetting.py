"""Letting go of what imports no longer need: the rows as they were, the files that were sent, the reports."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from adjoin.adapters import storage
from adjoin.imports.models import UNDO_FOR, Change, Import
from adjoin.imports.terms import State
from adjoin.kernel.wording import say
from adjoin.tickets import uploads

TOO_LATE = gettext_noop("The file was let go of after a day. Send it again.")


@transaction.atomic
def forget(*, now: datetime) -> None:
    """A day after an import has come to rest: what undoing it would need, its file and its report. The numbers stay."""
    Change.objects.filter(of__done_at__lt=now - UNDO_FOR).delete()
    old = Import.objects.filter(updated_at__lt=now - UNDO_FOR).exclude(state__in=State.at_work()).exclude(sha256="")
    rows = list(old.select_for_update())
    files = {sha256 for row in rows for sha256 in (row.sha256, row.report_sha256) if sha256}
    for row in rows:
        row.sha256 = row.report_sha256 = ""
        if row.state == State.READY:
            row.state, row.message = State.WRONG, say(TOO_LATE)
        row.save(update_fields=["sha256", "report_sha256", "state", "message"])
    unused = [sha256 for sha256 in files if not _is_used(sha256)]
    transaction.on_commit(lambda: _remove(unused))


def _is_used(sha256: str) -> bool:
    """Files are kept by their bytes, so that the same ones may be another import's, or on a ticket."""
    return Import.objects.filter(Q(sha256=sha256) | Q(report_sha256=sha256)).exists() or uploads.is_kept(sha256)


def _remove(files: list[str]) -> None:
    for sha256 in files:
        storage.files().remove(sha256)
