"""The files that somebody sends to be imported. A zip that is hostile is refused by what it says of itself, before
anything of it is unpacked; what it hides is cut off where it becomes more than it said."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

from adjoin.kernel import text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

FILES_MAX = 10_000
FILE_MAX_BYTES = 50 * 1024 * 1024
UNPACKED_MAX_BYTES = 200 * 1024 * 1024
TIMES_MAX = 100  # how much larger than the zip what is in it may be; text packs to a tenth
PATH_MAX = 400
_DIRECTORY_MAX_BYTES = FILES_MAX * 256
_TAIL_BYTES = 22 + 65_535  # zip: the end record and the longest comment
_DRIVE = re.compile(r"[A-Za-z]:")
Reader = Callable[[], bytes]


@dataclass
class Package:
    """Files by their path, read when somebody asks. `name` is what the whole is called."""

    name: str
    files: dict[str, Reader] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        """The bytes of one file. Raises `Invalid` for one that cannot be unpacked."""
        try:
            return self.files[path]()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise _refused(say("%(path)s cannot be unpacked. Pack the folder again.") % {"path": path}) from error


def opened(sent: Iterable[tuple[str, IO[bytes]]]) -> Package:
    """What was sent: files by name, and what is in zips. Raises `Invalid`, also for a zip that would do harm."""
    given = list(sent)
    package = Package(PurePosixPath(given[0][0]).stem if given else "")
    for name, stream in given:
        if name.lower().endswith(".zip"):
            _unpack(package, stream, "" if len(given) == 1 else PurePosixPath(name).stem)
        else:
            _put(package, name, _whole(stream))
    if not package.files:
        raise _refused(say("There is nothing in it to import."))
    return _without_outermost(package)


def _unpack(package: Package, stream: IO[bytes], folder: str) -> None:
    _check_directory(stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise _refused(say("This is no zip that we can read.")) from error
    found = [one for one in archive.infolist() if not one.is_dir()]
    _check_size(found, stream)
    for one in found:
        path = _checked_path(one)
        if _is_hidden(path):
            package.left_out.append(path)
        else:
            _put(
                package,
                f"{folder}/{path}" if folder else path,
                _reader(archive, one),
            )


def _check_directory(stream: IO[bytes]) -> None:
    """Python reads the whole list of a zip before it says how long it is; so look first."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _TAIL_BYTES))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise _refused(say("This is no zip that we can read."))
    (directory_bytes,) = struct.unpack_from("<L", tail, at + 12)
    if directory_bytes > _DIRECTORY_MAX_BYTES or b"PK\x06\x07" in tail:
        raise _too_many()


def _check_size(found: list[zipfile.ZipInfo], stream: IO[bytes]) -> None:
    packed, unpacked = stream.seek(0, io.SEEK_END), sum(one.file_size for one in found)
    if len(found) > FILES_MAX:
        raise _too_many()
    if unpacked > UNPACKED_MAX_BYTES or unpacked > 1024 * 1024 + packed * TIMES_MAX:
        megabytes = UNPACKED_MAX_BYTES // 1024 // 1024
        raise _refused(
            say("What is in the zip is too large. At most %(most)s MB unpacked at a time.") % {"most": megabytes}
        )


def _checked_path(one: zipfile.ZipInfo) -> str:
    path = one.filename
    is_link = stat.S_IFMT(one.external_attr >> 16) not in (0, stat.S_IFREG)
    parts = PurePosixPath(path).parts
    leads_out = ".." in parts or path.startswith("/") or "\\" in path or _DRIVE.match(path) is not None
    if leads_out or is_link or text.plain(one.orig_filename) != one.orig_filename or len(path) > PATH_MAX:
        raise _refused(
            say("%(path)s: the zip has a file that would stand outside of it.") % {"path": text.one_line(path)[:100]}
        )
    if one.flag_bits & 0x1:
        raise _refused(say("The zip is locked with a password. Pack it without one."))
    return str(PurePosixPath(path))


def _reader(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Reader:
    return lambda: archive.open(one).read(min(one.file_size, FILE_MAX_BYTES) + 1)


def _whole(stream: IO[bytes]) -> Reader:
    def read() -> bytes:
        stream.seek(0)
        return stream.read()

    return read


def _put(package: Package, path: str, read: Reader) -> None:
    if path in package.files:
        raise _refused(say("%(path)s is there twice.") % {"path": path})
    if len(package.files) >= FILES_MAX:
        raise _too_many()
    package.files[path] = read


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(path).parts)


def _without_outermost(package: Package) -> Package:
    """A folder packed as a whole is the package: its name is the package's."""
    tops = {PurePosixPath(path).parts[0] for path in package.files}
    if len(tops) != 1 or any("/" not in path for path in package.files):
        return package
    (top,) = tops
    files = {path.removeprefix(f"{top}/"): read for path, read in package.files.items()}
    return Package(top, files, package.left_out)


def _too_many() -> Invalid:
    return _refused(
        say("At most %(most)s files at a time. Import the folders one by one.") % {"most": f"{FILES_MAX:,}"}
    )


def _refused(sentence: str) -> Invalid:
    return Invalid.field("files", sentence)
