"""What stands above the words of a Markdown file between two lines of `---`: the small part of YAML that people use."""

from __future__ import annotations

import re

Value = str | list[str]
_OPENS = re.compile(r"\A\ufeff?---[ \t]*\n")
_CLOSES = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")


def split(words: str) -> tuple[dict[str, Value], str]:
    """What is said above the words, by lower-case key, and the words. Lines that are none of ours are passed over."""
    opening = _OPENS.match(words)
    closing = _CLOSES.search(words, opening.end()) if opening else None
    if opening is None or closing is None:
        return {}, words.removeprefix("\ufeff")
    return _read(words[opening.end() : closing.start()].splitlines()), words[closing.end() :].lstrip("\n")


def words(found: dict[str, Value], *keys: str) -> str:
    """The first of these keys that is there, as one word or line."""
    value = next((found[key] for key in keys if key in found), "")
    return value if isinstance(value, str) else " ".join(value)


def several(found: dict[str, Value], *keys: str) -> list[str]:
    """The first of these keys that is there, as a list; commas part the values on one line."""
    value = next((found[key] for key in keys if key in found), "")
    return value if isinstance(value, list) else [part.strip() for part in value.split(",") if part.strip()]


def flag(found: dict[str, Value], key: str) -> bool | None:
    """Yes, no, or None for what is not said."""
    return {"true": True, "yes": True, "false": False, "no": False}.get(words(found, key).lower())


def _read(lines: list[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    key = ""
    for line in lines:
        if named := _KEY.fullmatch(line):
            key = named[1].lower()
            found[key] = _value(named[2].strip())
        elif (item := _ITEM.fullmatch(line)) and key:
            before = found[key]
            found[key] = [*(before if isinstance(before, list) else []), _bare(item[1])]
    return found


def _value(said: str) -> Value:
    if said.startswith("[") and said.endswith("]"):
        return [_bare(part) for part in said[1:-1].split(",") if part.strip()]
    return _bare(said)


def _bare(said: str) -> str:
    said = said.strip()
    is_quoted = len(said) > 1 and said[0] == said[-1] and said[0] in "\"'"
    return said[1:-1] if is_quoted else said
