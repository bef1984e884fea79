"""Where files are kept: by the SHA-256 of their bytes, each account in its own folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import uuid4

from django.conf import settings
from django.db import connection

CHUNK_BYTES = 256 * 1024


class TooLarge(Exception):
    """The stream has more bytes than allowed."""


@dataclass(frozen=True)
class Stored:
    """A file that is safely on disk."""

    sha256: str
    size_bytes: int


class FileStore(Protocol):
    """The port: what the desk needs of a place for files."""

    def put(self, stream: IO[bytes], *, max_bytes: int) -> Stored:
        """Keep the stream's bytes. Raises `TooLarge`, keeping nothing."""

    def open(self, sha256: str) -> IO[bytes]:
        """The bytes again. Raises `FileNotFoundError`."""

    def remove(self, sha256: str) -> None:
        """Let go of the bytes for good. What is not there is gone already."""


class FolderStore:
    """Files in a folder of this machine, written whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stream: IO[bytes], *, max_bytes: int) -> Stored:
        self.root.mkdir(parents=True, exist_ok=True)
        draft = self.root / f".{uuid4().hex}"
        digest, size = hashlib.sha256(), 0
        try:
            with draft.open("wb") as target:
                while chunk := stream.read(CHUNK_BYTES):
                    size += len(chunk)
                    if size > max_bytes:
                        raise TooLarge
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            final = self._path(digest.hexdigest())
            final.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(final)
        finally:
            draft.unlink(missing_ok=True)
        return Stored(digest.hexdigest(), size)

    def open(self, sha256: str) -> IO[bytes]:
        return self._path(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256


def files() -> FileStore:
    """The store of the account in use."""
    tenancy: Any = connection  # django-tenants adds the schema to it
    return FolderStore(Path(settings.FILE_ROOT) / str(tenancy.schema_name))
