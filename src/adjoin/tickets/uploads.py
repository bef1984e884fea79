"""Taking in files, and handing them out as downloads."""

from __future__ import annotations

import io
import mimetypes
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from adjoin.access.actors import Actor
from adjoin.adapters import storage
from adjoin.kernel import ids, text
from adjoin.kernel.errors import DeskError, NotAllowed, NotFound
from adjoin.kernel.wording import say
from adjoin.tickets.models import Attachment, Upload

UPLOAD_LIFETIME = timedelta(minutes=60)
SHOWN_IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_keepers: list[Callable[[str], bool]] = []
PIXELS_MAX = 50_000_000  # larger pictures are kept as files, never measured further


class HasBytes(Protocol):
    """A file that is kept, of whatever it is a part."""

    @property
    def file_name(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    @property
    def sha256(self) -> str: ...


class FileTooLarge(DeskError):
    """The file is over the limit."""

    code = "AttachmentTooLarge"
    status = 413


def receive(*, actor: Actor, stream: IO[bytes], file_name: str, now: datetime, token: str = "") -> Upload:
    """Keep a file until a comment takes it. With the `token` of an earlier upload, the file joins that one.

    Raises `NotAllowed` for anonymous, `NotFound` for a token that is not theirs, `FileTooLarge`."""
    if actor.user_id is None:
        raise NotAllowed(_("Sign in to upload files."))
    upload = _upload_to_join(actor, token, now) if token else None
    attachment = keep(stream=stream, file_name=file_name, now=now)
    if upload is None:
        upload = _new_upload(actor.user_id, now)
    attachment.upload = upload
    attachment.save()
    return upload


def keep(*, stream: IO[bytes], file_name: str, now: datetime) -> Attachment:
    """An unsaved `Attachment` whose bytes are in storage. Raises `FileTooLarge`."""
    try:
        stored = storage.files().put(stream, max_bytes=settings.ATTACHMENT_MAX_BYTES)
    except storage.TooLarge as error:
        megabytes = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
        told = _("The file is larger than %(megabytes)s MB. Send a smaller one, or a link.")
        raise FileTooLarge(told % {"megabytes": megabytes}) from error
    name = clean_file_name(file_name)
    content_type, width, height = _look_at(stored.sha256, name)
    return Attachment(
        token=ids.new_secret(24),
        file_name=name,
        content_type=content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        width=width,
        height=height,
        created_at=now,
    )


def discard(*, actor: Actor, token: str, now: datetime) -> None:
    """Forget an upload that no comment took. Raises `NotFound`."""
    upload = _upload_to_join(actor, token, now)
    upload.attachments.filter(comment=None).delete()
    upload.delete()


def waiting(*, actor: Actor, token: str, now: datetime) -> list[Attachment]:
    """The files of an upload of their own that no comment took, in the order in which they came. Raises `NotFound`."""
    return list(_upload_to_join(actor, token, now).attachments.filter(comment=None).order_by("pk"))


def is_kept(sha256: str) -> bool:
    """Whether any attachment has these bytes, here or in an app above, which must then stay."""
    return Attachment.objects.filter(sha256=sha256).exists() or any(keeps(sha256) for keeps in _keepers)


def kept_also_by(keeps: Callable[[str], bool]) -> None:
    """Have `keeps(sha256)` asked, too, before bytes are let go of."""
    if keeps not in _keepers:
        _keepers.append(keeps)


def let_go(digests: Iterable[str]) -> None:
    """Once this transaction is through, remove the bytes that no row has any more."""
    for sha256 in set(digests):
        if not is_kept(sha256):
            transaction.on_commit(partial(storage.files().remove, sha256))


def copies(files: Iterable[HasBytes], now: datetime) -> list[Attachment]:
    """Unsaved attachments with the same bytes, for a comment to take."""
    same = ("file_name", "content_type", "size_bytes", "sha256", "width", "height")
    return [
        Attachment(token=ids.new_secret(24), created_at=now, **{name: getattr(one, name) for name in same})
        for one in files
    ]


def send_ahead(*, actor: Actor, files: Iterable[HasBytes], now: datetime) -> str:
    """The token of an upload that has copies of these, as if they had been sent. Raises `NotAllowed` for nobody."""
    if actor.user_id is None:
        raise NotAllowed(say("Sign in to upload files."))
    upload = _new_upload(actor.user_id, now)
    for one in copies(files, now):
        one.upload = upload
        one.save()
    return upload.token


def clean_file_name(name: str) -> str:
    """The last part of a path, without control or direction-changing characters; never empty."""
    name = text.one_line(name.replace("\\", "/").rsplit("/", 1)[-1])
    name = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name).strip(". ")
    return name[-255:] or "file"


def _new_upload(user_id: int, now: datetime) -> Upload:
    expires_at = now + UPLOAD_LIFETIME
    return Upload.objects.create(token=ids.new_secret(24), user_id=user_id, created_at=now, expires_at=expires_at)


def _upload_to_join(actor: Actor, token: str, now: datetime) -> Upload:
    mine = Upload.objects.filter(user_id=actor.user_id or 0)
    found = mine.filter(token=token, expires_at__gt=now).first()
    if found is None:
        raise NotFound
    return found


def _look_at(sha256: str, name: str) -> tuple[str, int | None, int | None]:
    """The type we are willing to say a file has, and a picture's size in pixels."""
    with storage.files().open(sha256) as stream:
        try:
            head = io.BytesIO(stream.read(2 * 1024 * 1024))
            with Image.open(head) as picture:  # reads the header only
                if picture.format in SHOWN_IMAGES and picture.width * picture.height <= PIXELS_MAX:
                    return SHOWN_IMAGES[picture.format], picture.width, picture.height
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            pass
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_harmless = guessed in ("application/pdf", "text/plain", "application/zip", "text/csv")
    return (guessed if is_harmless else "application/octet-stream"), None, None
