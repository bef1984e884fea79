"""Files that strangers send with a request: few, small, of harmless kinds, kept with what waits and gone with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from adjoin.kernel.errors import Invalid
from adjoin.suspended.models import SuspendedFile, SuspendedTicket
from adjoin.tickets import uploads

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from adjoin.tickets.models import Attachment

FILES_MAX, MEGABYTES_MAX = 3, 5  # of one request, and of each file
KINDS = frozenset(
    [
        *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".mp4", ".mov"),
        *(".pdf", ".txt", ".log", ".csv", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"),
    ]
)
_SAME = ("file_name", "content_type", "size_bytes", "sha256", "width", "height", "created_at")


def register() -> None:
    """Have their bytes kept, at start-up."""
    uploads.kept_also_by(is_kept)


def take(given: Sequence[UploadedFile[Any]], now: datetime) -> list[Attachment]:
    """What was sent, as unsaved attachments whose bytes are in storage. Raises `Invalid` for what is not taken."""
    if len(given) > FILES_MAX:
        raise Invalid.field("attachments", _("Send at most %(most)s files at a time.") % {"most": FILES_MAX})
    for file in given:
        _check(file)
    return [uploads.keep(stream=file, file_name=file.name or "", now=now) for file in given]


def hold(row: SuspendedTicket, attachments: Iterable[Attachment]) -> None:
    """Keep the files with what waits."""
    SuspendedFile.objects.bulk_create(
        [SuspendedFile(row=row, **{name: getattr(one, name) for name in _SAME}) for one in attachments]
    )


def of(row: SuspendedTicket, now: datetime) -> list[Attachment]:
    """The same files for a comment to take."""
    return uploads.copies(row.files.order_by("pk"), now)


def let_go(digests: Iterable[str]) -> None:
    """Once this transaction is through, remove the bytes that no row has any more."""
    uploads.let_go(digests)


def is_kept(sha256: str) -> bool:
    """Whether anything that waits has a file with these bytes."""
    return SuspendedFile.objects.filter(sha256=sha256).exists()


def _check(file: UploadedFile[Any]) -> None:
    name = {"name": (file.name or "")[:80]}
    if PurePath(file.name or "").suffix.lower() not in KINDS:
        told = _("%(name)s is of a kind that is only taken from people who have signed in.")
        raise Invalid.field("attachments", told % name)
    if (file.size or 0) > MEGABYTES_MAX * 1024 * 1024:
        told = _("%(name)s is larger than %(most)s MB. Sign in to send larger files.")
        raise Invalid.field("attachments", told % {**name, "most": MEGABYTES_MAX})
