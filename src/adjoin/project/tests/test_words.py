"""Every word that is marked for translation has its French one, and the French one fits."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from adjoin.testing import words


@pytest.mark.parametrize("path", words.po_files(), ids=lambda path: path.parent.parent.name)
def test_every_marked_word_is_translated(path: Path) -> None:
    there = {words.Word(one.msgid, one.msgid_plural, one.msgctxt or "") for one in polib.pofile(str(path))}
    assert set(words.marked()) == there, "run bin/words, and translate what it names"


@pytest.mark.parametrize("path", words.po_files(), ids=lambda path: path.parent.parent.name)
def test_translations_are_whole_and_made(path: Path) -> None:
    read = polib.pofile(str(path))
    assert [f"{one.msgid} {problem}" for one in read if (problem := words.wrong(one))] == []
    assert read.to_binary() == path.with_suffix(".mo").read_bytes(), "run bin/words"
