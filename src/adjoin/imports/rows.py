"""The rows of a file, one at a time, whatever it was saved with."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, suppress
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from adjoin.imports.terms import REQUIRED, ROWS_MAX, UNPACKED_MAX_BYTES
from adjoin.kernel import sheets
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say

CELL_MAX = 32_767  # characters, as spreadsheets have it
_BROKEN = (zipfile.BadZipFile, ParseError, KeyError, ValueError, csv.Error)
Row = tuple[int, dict[str, str]]  # the line, from 1, and its cells by column


def read(stream: IO[bytes], *, kind: str) -> Iterator[Row]:
    """The rows of a CSV or XLSX file after its heads, without empty ones. Cells are trimmed text.

    Raises `Invalid` for a file that cannot be read, lacks a column or has too many rows."""
    try:
        with closing(_lines(stream)) as lines:
            yield from _named(lines, kind)
    except UnicodeDecodeError as error:
        raise _unreadable(say("Save it as CSV in UTF-8, or as XLSX.")) from error
    except csv.Error as error:
        raise _unreadable(say("It is no CSV: %(error)s.") % {"error": error}) from error
    except _BROKEN as error:
        raise _unreadable(say("It is broken, or no XLSX.")) from error


def unknown_columns(stream: IO[bytes], *, known: Collection[str]) -> list[str]:
    """The heads that are not `known`, in order; of a file that cannot be read none."""
    try:
        with closing(_lines(stream)) as lines:
            heads = next(lines, (0, []))[1]
    except _BROKEN:
        return []
    return [head for cell in heads if (head := _head(cell)) and head not in known]


def _lines(stream: IO[bytes]) -> Generator[tuple[int, list[Any]], None, None]:
    is_zip = stream.read(4) == b"PK\x03\x04"
    stream.seek(0)
    return _xlsx(stream) if is_zip else _csv(stream)


def _named(lines: Iterable[tuple[int, list[Any]]], kind: str) -> Iterator[Row]:
    heads: list[str] | None = None
    count = 0
    for line, cells in lines:
        if heads is None:
            heads = [_head(cell) for cell in cells]
            _check_heads(heads, kind)
            continue
        row = {head: text for head, cell in zip(heads, cells, strict=False) if (text := _text(cell)) and head}
        if not row:
            continue
        count += 1
        if count > ROWS_MAX:
            raise Invalid.field(
                "file", say("The file has more than %(most)s rows. Cut it into several.") % {"most": f"{ROWS_MAX:,}"}
            )
        yield line, row
    if heads is None:
        raise Invalid.field("file", say("The file is empty. Its first line names the columns."))


def _check_heads(heads: list[str], kind: str) -> None:
    if missing := [name for name in REQUIRED[kind] if name not in heads]:
        raise Invalid.field(
            "file",
            say("The column %(missing)s is missing. The first line of the file names the columns.")
            % {"missing": missing[0]},
        )
    if doubled := sorted({head for head in heads if head and heads.count(head) > 1}):
        raise Invalid.field("file", say("The column %(doubled)s is there twice.") % {"doubled": doubled[0]})


def _csv(stream: IO[bytes]) -> Generator[tuple[int, list[Any]], None, None]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        heads = text.readline(CELL_MAX)
        delimiter = max(",;\t", key=heads.count)
        text.seek(0)
        csv.field_size_limit(1_000_000)
        yield from enumerate(csv.reader(text, delimiter=delimiter, strict=False), start=1)
    finally:
        with suppress(ValueError):  # whoever opened the stream may have closed it
            text.detach()


def _xlsx(stream: IO[bytes]) -> Generator[tuple[int, list[Any]], None, None]:
    import openpyxl  # with numpy behind it: a tenth of what each process would load for the few files of this kind

    with zipfile.ZipFile(stream) as packed:
        if sum(part.file_size for part in packed.infolist()) > UNPACKED_MAX_BYTES:
            raise Invalid.field("file", say("The file is too large once unpacked. Save it as CSV."))
    stream.seek(0)
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield line, list(cells)
    finally:
        book.close()


def _head(cell: Any) -> str:
    return "_".join(_text(cell).lower().replace("-", " ").split())


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # spreadsheets know no whole numbers
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return sheets.bare(str(cell).replace("\x00", "").strip())[:CELL_MAX]


def _unreadable(advice: str) -> Invalid:
    return Invalid.field("file", say("The file cannot be read. %(advice)s") % {"advice": advice})
