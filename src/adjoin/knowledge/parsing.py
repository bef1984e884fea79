"""How words of articles reach PostgreSQL's parser, which takes every letter beyond ASCII for one of a word where the
database has no locale: “kettle”, ¿cómo and a whole Japanese sentence would each be one word that nobody types.

What sets words apart gets `APART` around it, and so does each sign of Chinese and Japanese, which have no blanks: there
every sign is a word, and what is typed is a phrase of them."""

from __future__ import annotations

import re

from django.db.models import Func, TextField

SIGNS_MAX = 40  # of a sentence that are looked at
APART = "\x01"  # no letter to the parser, and in no text
_PUNCTUATION = (
    r"\u00a0\u00a1\u00ab\u00b7\u00bb\u00bf\u060c\u061b\u061f\u2000-\u206f"
    r"\u3000-\u3004\u3008-\u3020\u3030\u30fb\uff01-\uff0f\uff1a-\uff20\uff5f-\uff65"
)
_SIGNS = r"\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_PIECES = re.compile(f"[{_SIGNS}]|[^{_SIGNS}]+")


class Apart(Func):
    """A text for the parser."""

    function = "regexp_replace"
    template = rf"%(function)s(%(expressions)s, '([{_PUNCTUATION}{_SIGNS}])', E'\x01\\1\x01', 'g')"
    output_field = TextField()


def together(said: str) -> str:
    """What a text was before it was for the parser."""
    return said.replace(APART, "")


def phrase(word: str) -> str:
    """A word or its beginning, as PostgreSQL writes what is sought; signs have to stand one after the other."""
    return _one_after_the_other(_PIECES.findall(word))


def parts(word: str) -> str:
    """The same, or of a sentence in signs two of them that stand together."""
    pieces = _PIECES.findall(word)[:SIGNS_MAX]
    if len(pieces) < 3:
        return _one_after_the_other(pieces)
    return " | ".join(_one_after_the_other(pieces[at : at + 2]) for at in range(len(pieces) - 1))


def _one_after_the_other(pieces: list[str]) -> str:
    asked = " <-> ".join(f"'{one}'" for one in pieces)
    return f"({asked}:*)" if len(pieces) > 1 else f"{asked}:*"
