"""The files of macros, read by whoever may use or change the macro. Bytes are kept where those of tickets are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from adjoin.kernel import record
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.record import Did
from adjoin.rules import macro_writes, macros
from adjoin.rules.models import Macro, MacroAttachment
from adjoin.tickets import uploads

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

FILES_MAX = 5  # of one macro
WAITING = timedelta(days=1)  # for their macro, then they are let go


def register() -> None:
    """Have their bytes kept, at start-up."""
    uploads.kept_also_by(is_kept)


def readable_files(actor: Actor) -> QuerySet[MacroAttachment]:
    """Files of macros that `actor` may use or change, and those they sent that wait for their macro."""
    known = Q(macro__in=macros.offered(actor).values("pk")) | Q(macro__in=macro_writes.writable(actor).values("pk"))
    waiting = Q(macro=None, created_by_id=actor.user_id or 0)
    return MacroAttachment.objects.filter(known | waiting) if actor.is_agent else MacroAttachment.objects.none()


@transaction.atomic
def attach(
    *, actor: Actor, stream: IO[bytes], file_name: str, now: datetime, macro_id: int | None = None
) -> MacroAttachment:
    """A file of the macro, or (None) one that waits for its macro, for a day.

    Raises `NotFound`, `NotAllowed`, `FileTooLarge`, and `Invalid` for more files than a macro has."""
    macro = macro_writes.locked(actor, macro_id) if macro_id is not None else None
    if macro is None and not macro_writes.MAKERS.for_themselves(actor):
        raise NotAllowed(_("Your role makes no macros."))
    if macro is not None:
        _check_count(macro.attachments.count() + 1)
    kept = uploads.keep(stream=stream, file_name=file_name, now=now)
    names = ("file_name", "content_type", "size_bytes", "sha256", "width", "height", "created_at")
    facts = {name: getattr(kept, name) for name in names}
    row = MacroAttachment.objects.create(macro=macro, created_by_id=actor.user_id, **facts)
    if macro is not None:
        _tell(macro, now, (None, row.file_name))
    return row


@transaction.atomic
def set_files(*, actor: Actor, macro_id: int, attachment_ids: Iterable[int], now: datetime) -> None:
    """Have the macro keep exactly these: its own, and those that `actor` sent ahead.

    Raises `NotFound`, `NotAllowed`, and `Invalid` for others, or for too many."""
    macro, ids = macro_writes.locked(actor, macro_id), set(attachment_ids)
    _check_count(len(ids))
    found = MacroAttachment.objects.filter(Q(macro=macro) | Q(macro=None, created_by_id=actor.user_id or 0), pk__in=ids)
    if found.count() != len(ids):
        raise Invalid.field("attachments", _("One of the files is not there"))
    before = list(macro.attachments.all())
    found.filter(macro=None).update(macro=macro)
    _let_go([one for one in before if one.pk not in ids])
    names = sorted(MacroAttachment.objects.filter(macro=macro).values_list("file_name", flat=True))
    if (were := sorted(one.file_name for one in before)) != names:
        _tell(macro, now, (were, names))


@transaction.atomic
def remove(*, actor: Actor, attachment_id: int, now: datetime) -> None:
    """Let go of a file, and of its bytes once nobody else has them. Raises `NotFound`, `NotAllowed`."""
    found = readable_files(actor).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    if found.macro_id is not None:
        _tell(macro_writes.locked(actor, found.macro_id), now, (found.file_name, None))
    _let_go([found])


def tidy(now: datetime) -> None:
    """Let go of what has waited too long for its macro."""
    _let_go(list(MacroAttachment.objects.filter(macro=None, created_at__lt=now - WAITING)))


def is_kept(sha256: str) -> bool:
    """Whether any macro has a file with these bytes."""
    return MacroAttachment.objects.filter(sha256=sha256).exists()


def _check_count(count: int) -> None:
    if count > FILES_MAX:
        raise Invalid.field("attachments", _("A macro has at most %(most)s files") % {"most": FILES_MAX})


def _let_go(rows: list[MacroAttachment]) -> None:
    MacroAttachment.objects.filter(pk__in=[one.pk for one in rows]).delete()
    uploads.let_go(one.sha256 for one in rows)


def _tell(macro: Macro, now: datetime, files: tuple[object, object]) -> None:
    record.changed(Did.UPDATED, "macro", macro.pk, macro.title, now=now, files=files)
