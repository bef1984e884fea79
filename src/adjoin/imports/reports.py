"""The report of an import: what would become of each line, in the language of whoever reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import IO

from django.utils import translation

from adjoin.kernel import sheets
from adjoin.kernel.wording import tell

AT_ONCE = 1000  # lines


def told(report: IO[bytes], language: str) -> Iterator[str]:
    """The lines of a report as CSV, many at a time. They are given out once the language of the request is gone."""
    with io.TextIOWrapper(report, "utf-8", newline="") as text:
        lines = csv.reader(text)
        while some := list(islice(lines, AT_ONCE)):
            with translation.override(language):
                said = "".join(sheets.csv_lines([*cells, tell(says)] for *cells, says in some))
            yield said
