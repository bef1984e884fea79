"""Sentences of the desk's own, told in the language of whoever reads them, also where they were kept long before.

`say("%(name)s has left") % {"name": "Ana"}` is text in the language spoken now, as `gettext` gives it, and still knows
what it was made of. A `SentenceField` keeps that instead of the text, and tells it anew each time it is read; what
people or partners wrote, and rows from before, stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext, ngettext

_MARK = "\x1e"  # begins what is kept of a sentence; taken from the beginning of what anybody else wrote
_PLAIN = (int, float, type(None))

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField  # Django's own class takes no type arguments


class Sentence(str):
    """Text in the language spoken when it was made, with what it was made of: `key` and `values`."""

    key: str
    many: str  # "" where it is of no number
    values: Mapping[str, Any] | None

    def __new__(cls, key: str, values: Mapping[str, Any] | None = None, many: str = "") -> Sentence:
        if values is not None:
            values = {name: of_error(one) if isinstance(one, Exception) else one for name, one in values.items()}
        found = super().__new__(cls, _told(key, many, values))
        found.key, found.many, found.values = key, many, values
        return found

    def __mod__(self, values: Any) -> Sentence:
        """The sentence with its gaps filled. Sentences among the values are told anew as well."""
        return Sentence(self.key, {**(self.values or {}), **values}, self.many)


def say(key: str) -> Sentence:
    """A sentence that is marked for translation. Fill its gaps with `%`."""
    return Sentence(key)


def say_many(one: str, many: str, count: int) -> Sentence:
    """The same of a number of things, which is `%(count)s` in it."""
    return Sentence(one, {"count": count}, many)


def together(*sentences: str, between: str = " ") -> str:
    """Sentences one after another, without the empty ones."""
    found = [one for one in sentences if one]
    if len(found) < 2:
        return found[0] if found else ""
    names = [f"part{place}" for place in range(len(found))]
    return Sentence(between.join(f"%({name})s" for name in names), dict(zip(names, found, strict=True)))


def listed(things: Sequence[str]) -> str:
    """Things as one speaks of them: "this, that and the other"."""
    if len(things) < 2:
        return together(*things)
    return say("%(things)s and %(last)s") % {"things": together(*things[:-1], between=", "), "last": things[-1]}


def shortened(words: str, most: int) -> str:
    """No more than so many characters of what somebody else wrote; a sentence of ours stays whole."""
    return words if isinstance(words, Sentence) else words[:most]


def of_error(error: Exception) -> str:
    """What an error says. One from outside of the desk's own code has a `key` and its `values` at most."""
    if error.args and isinstance(error.args[0], Sentence):
        return error.args[0]
    key = getattr(error, "key", "")
    return Sentence(key, getattr(error, "values", None)) if isinstance(key, str) and key else str(error)


def kept(words: str) -> str:
    """What to keep of a text, so that `tell` can tell it."""
    return _MARK + json.dumps(_parts(words), ensure_ascii=False) if isinstance(words, Sentence) else words.lstrip(_MARK)


def tell(words: str) -> str:
    """What was kept, in the language spoken now."""
    if not words.startswith(_MARK):
        return words
    found: str = _whole(json.loads(words[1:]))
    return found


def kept_all(values: Any) -> Any:
    """JSON with each text in it as it is kept."""
    return _throughout(values, kept)


def tell_all(values: Any) -> Any:
    """What `kept_all` kept."""
    return _throughout(values, tell)


class SentenceField(TextField):
    """Text that may be a sentence of ours. It is told in the language that is spoken when the row is read."""

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(kept(value) if isinstance(value, str) else value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else tell(value)

    def deconstruct(self) -> Any:
        """A column of text, as far as the database is concerned."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


def _told(key: str, many: str, values: Mapping[str, Any] | None) -> str:
    found = ngettext(key, many, (values or {})["count"]) if many else gettext(key) if key else ""
    if values is None:
        return found
    try:
        return found % values
    except (KeyError, TypeError, ValueError):  # a translation with other gaps than ours
        return key % values


def _throughout(values: Any, change: Callable[[str], str]) -> Any:
    if isinstance(values, str):
        return change(values)
    if isinstance(values, dict):
        return {name: _throughout(one, change) for name, one in values.items()}
    return [_throughout(one, change) for one in values] if isinstance(values, list | tuple) else values


def _parts(words: Any) -> Any:
    if not isinstance(words, Sentence):
        return words if isinstance(words, _PLAIN) else str(words)
    parts: dict[str, Any] = {"say": words.key}
    if words.many:
        parts["many"] = words.many
    if words.values is not None:
        parts["with"] = {name: _parts(one) for name, one in words.values.items()}
    return parts


def _whole(parts: Any) -> Any:
    if not isinstance(parts, dict):
        return parts
    values = parts.get("with")
    filled = None if values is None else {name: _whole(one) for name, one in values.items()}
    return Sentence(parts["say"], filled, parts.get("many", ""))
