"""Every word that is marked for translation has its French one, and the French one fits."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from django.template.loader import get_template

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


def test_every_template_can_be_read() -> None:
    """Marking words can leave a tag that Django does not take apart; no page says so before somebody opens it."""
    for file in sorted(words.ROOT.rglob("templates/**/*.*")):
        get_template(str(file.relative_to(next(one for one in file.parents if one.name == "templates"))))
