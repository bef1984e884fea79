"""Every word that is marked for translation has its French one, and the French one fits."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.template.loader import get_template

from adjoin.kernel.errors import DeskError
from adjoin.rules import registry
from adjoin.testing import words
from adjoin.testing.unmarked import unmarked, unmarked_refusals


@pytest.mark.parametrize("path", words.po_files(), ids=lambda path: path.parent.parent.name)
def test_every_marked_word_is_translated(path: Path) -> None:
    there = {words.Word(one.msgid, one.msgid_plural, one.msgctxt or "") for one in polib.pofile(str(path))}
    assert set(words.marked()) == there, "run bin/words, and translate what it names"


@pytest.mark.parametrize("path", words.po_files(), ids=lambda path: path.parent.parent.name)
def test_translations_are_whole_and_made(path: Path) -> None:
    read = polib.pofile(str(path))
    assert [f"{one.msgid} {problem}" for one in read if (problem := words.wrong(one))] == []
    assert read.to_binary() == path.with_suffix(".mo").read_bytes(), "run bin/words"


def test_french_lines_break_where_they_may() -> None:
    """Not before `: ; ? ! »`, not after `«`, and not within "e-mail"; with apostrophes that are round."""
    loose = re.compile(r" [:;?!»](?:\s|$)|« |\be-mail|[^\W\d_]'[^\W\d_]", re.IGNORECASE)
    read = polib.pofile(str(words.LOCALES / "fr" / "LC_MESSAGES" / "django.po"))
    said = [text for one in read for text in (one.msgstr, *one.msgstr_plural.values())]
    assert [text for text in said if loose.search(text)] == []


def test_every_template_can_be_read() -> None:
    """Marking words can leave a tag that Django does not take apart; no page says so before somebody opens it."""
    for file in sorted(words.ROOT.rglob("templates/**/*.*")):
        get_template(str(file.relative_to(next(one for one in file.parents if one.name == "templates"))))


def test_templates_say_nothing_that_is_not_marked() -> None:
    """The API's own document is for programmers, and in English like the API."""
    files = [one for one in sorted(words.ROOT.rglob("templates/**/*.*")) if one.suffix in (".html", ".txt")]
    said = {str(one.relative_to(words.ROOT)): unmarked(one.read_text()) for one in files if one.parent.name != "api"}
    assert {file: found for file, found in said.items() if found} == {}


def test_refusals_say_nothing_that_is_not_marked() -> None:
    """Commands are for whoever runs the desk, SCIM for programs, and a `Refused` is for the log."""
    errors = {one.__name__ for one in _below(DeskError)} - {"Refused", "MailNotSent"}
    quiet = {"tests", "testing", "commands", "demo", "scim"}
    files = [one for one in sorted(words.ROOT.rglob("*.py")) if not quiet & set(one.relative_to(words.ROOT).parts)]
    said = {str(one.relative_to(words.ROOT)): unmarked_refusals(one.read_text(), errors) for one in files}
    assert {file: found for file, found in said.items() if found} == {}
    assert unmarked_refusals('raise NotAllowed(\n  f"Ask {name}.") Invalid.field("a", _("b c"))', errors) == [
        'f"Ask {name}."'
    ]


def _below(error: type[DeskError]) -> set[type[DeskError]]:
    return {error}.union(*(_below(one) for one in error.__subclasses__()))


def test_words_that_are_not_marked_are_found_wherever_they_are_shown() -> None:
    source = """<p title="One">{{ a|default:"Two things" }} Three {% include "x" with title="Four" kind="five" %}</p>
        {% translate "Six" %} <b class="seven">{% blocktranslate %}Eight{% endblocktranslate %}</b>"""
    assert sorted(unmarked(source)) == ["Four", "One", "Three", "Two things"]


def test_what_rules_are_made_of_is_marked() -> None:
    """Labels are kept in English and said where they are shown, so nothing else would notice one that is not."""
    known = {word.text for word in words.marked()}
    said = set()
    for registered in (registry.conditions, registry.actions, registry.macro_actions):
        for one in registered.data.values():
            said |= {one.label, *(part.label for part in one.value.parts)}
    assert said - known == set()
