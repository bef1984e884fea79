"""`bin/words`: gathers every word marked for translation into the `.po` of each language, and makes the `.mo` from it.

What is marked is found with Django's own reading of templates and Python's of code, so nothing else need be installed.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "locale"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)%[sd]|\{(\w*)\}")
HEADER = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit"}
_CALL = re.compile(r" (_|gettext|ngettext|pgettext|npgettext)\((?=u?['\"])")
_PYTHON = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "say",
    "say_many",
}


class Word(NamedTuple):
    """One thing that is said: `plural` and `context` are empty where it has none."""

    text: str
    plural: str = ""
    context: str = ""


@cache
def marked() -> dict[Word, list[str]]:
    """Every marked word, with the files it stands in, in the order of the files."""
    found: dict[Word, list[str]] = {}
    for file in sorted(ROOT.rglob("*")):
        if not {"tests", "testing", "migrations", "static"} & set(file.relative_to(ROOT).parts):
            for word in _of_file(file):
                places = found.setdefault(word, [])
                if (place := str(file.relative_to(ROOT))) not in places:
                    places.append(place)
    return found


def wrong(entry: polib.POEntry) -> str:
    """What is wrong with a translation; "" for nothing."""
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy or not said or not all(said):
        return "is not translated"
    wanted = placeholders(entry.msgid_plural or entry.msgid)
    optional = wanted - placeholders(entry.msgid)  # "one ticket" need not say the number
    if any(not wanted - optional <= placeholders(text) <= wanted for text in said):
        return "has other placeholders"
    if any(text[:1].isspace() != entry.msgid[:1].isspace() or text[-1:] != " " == entry.msgid[-1:] for text in said):
        return "begins or ends otherwise"
    return ""


def placeholders(text: str) -> set[str]:
    """What is filled into a text."""
    return {found[0] for found in PLACEHOLDER.finditer(text)}


def po_files() -> list[Path]:
    """The words of each language."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))


def gather(path: Path) -> polib.POFile:
    """The words of a language as they are marked now: what is new is empty, what is gone is gone."""
    known = polib.pofile(str(path), wrapwidth=120)
    before = {Word(one.msgid, one.msgid_plural, one.msgctxt or ""): one for one in known}
    after = polib.POFile(wrapwidth=120)
    after.metadata = {**HEADER, **known.metadata}
    forms = plural_forms(known.metadata.get("Plural-Forms", ""), path)
    for word, places in sorted(marked().items(), key=lambda one: (one[1][0], one[0])):
        entry = before.get(word) or polib.POEntry(
            msgid=word.text,
            msgid_plural=word.plural,
            msgctxt=word.context or None,
            msgstr_plural=dict.fromkeys(range(forms), "") if word.plural else {},
        )
        entry.occurrences = [(place, "") for place in places[:3]]
        entry.flags = ["python-format"] if "%(" in word.text else []
        after.append(entry)
    return after


def plural_forms(rule: str, path: Path) -> int:
    """How many forms a language has for numbers. Raises `SystemExit` for a file that does not say so."""
    found = re.search(r"nplurals=(\d)", rule)
    if found is None:
        raise SystemExit(f"{path}: its header needs a line such as Plural-Forms: nplurals=2; plural=n > 1;")
    return int(found[1])


def main() -> None:
    """Gather, make, and say what is missing."""
    settings.configure()
    failed = 0
    for path in po_files():
        words = gather(path)
        words.save(str(path))
        words.save_as_mofile(str(path.with_suffix(".mo")))
        for entry in words:
            if problem := wrong(entry):
                failed += 1
                print(f"{path.parent.parent.name}: {entry.msgid!r} {problem}")
        print(f"{path.parent.parent.name}: {len(words)} words")
    sys.exit(bool(failed))


def _of_file(file: Path) -> Iterator[Word]:
    if file.suffix == ".py" and re.search(r"gettext|wording", source := file.read_text()):
        yield from _of_code(source)
    elif file.suffix in (".html", ".txt") and "templates" in file.parts:
        yield from _of_template(file.read_text())


def _of_code(source: str) -> Iterator[Word]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _PYTHON:
            said = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if said:
                yield _word(node.func.id, said)


def _of_template(source: str) -> Iterator[Word]:
    read = templatize(source)
    for call in _CALL.finditer(read):
        said = _strings(read, call.end())
        yield _word(call[1], said)


def _strings(read: str, at: int) -> list[str]:
    """The texts between the brackets of a call that begin at `at`."""
    found = []
    while text := re.match(r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),? ?""", read[at:]):
        found.append(ast.literal_eval(text[1]))
        at += text.end()
    return found


def _word(call: str, said: list[str]) -> Word:
    context = said.pop(0) if "pgettext" in call else ""
    return Word(said[0], said[1] if len(said) > 1 else "", context)


if __name__ == "__main__":
    main()
