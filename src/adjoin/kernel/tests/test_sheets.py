"""What leaves for a spreadsheet is never a formula there, and comes back as it was."""

from __future__ import annotations

import pytest

from adjoin.kernel import sheets


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_as_a_formula_does(start: str) -> None:
    words = f"{start}HYPERLINK(1)"
    assert sheets.cell(words) == f"'{words}"
    assert sheets.bare(sheets.cell(words)) == words


def test_other_words_stay_as_they_are() -> None:
    assert sheets.cell("O'Brien") == sheets.bare("O'Brien") == "O'Brien"
    assert sheets.bare("'quoted'") == "'quoted'"
