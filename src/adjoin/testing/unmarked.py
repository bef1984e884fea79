"""Words of templates and refusals that nobody marked for translation: they would stay English on a page in French."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_SKIPPED = re.compile(
    r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->|\{%\s*blocktranslate.*?endblocktranslate\s*%\}"
    r"|\{%\s*verbatim.*?endverbatim\s*%\}|<(script|style|code|kbd|pre)\b.*?</\1>"
    r"|\{%\s*block (?:face|width)\s*%\}.*?\{%\s*endblock\s*%\}",
    re.DOTALL,
)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SHOWN_BY_TAG = re.compile(
    r"""\b(?:title|text|action|label|heading|hint|caption|empty_title|empty_text)="([^"]*)"|\bbadge "([^"]*)"|"""
    r"""\b(?:default|default_if_none|add):"([^"]* [^"]*)\""""
)
_ATTRIBUTE = re.compile(r"""\s(?:title|placeholder|aria-label|data-label|alt)="([^"]*)\"""")
_ELEMENT = re.compile(r"""<[^<>"]*(?:"[^"]*"[^<>"]*)*>""")
_WORD = re.compile(r"[A-Za-z]{2,}")
_ENTITY = re.compile(r"&\w+;")
_SAME_EVERYWHERE = {"Adjoin", "UTC", "ms", "MB", "Base", "SCIM", "acme", "com", "name", "example"}


def unmarked(source: str) -> list[str]:
    """What a template says without marking it: texts, attributes that are read out or shown, arguments of tags."""
    kept = _SKIPPED.sub(" ", source)
    said = [words for tag in _TAG.findall(kept) for found in _SHOWN_BY_TAG.findall(tag) for words in found]
    plain = _TAG.sub(lambda tag: " " if _is_between(tag[0]) else "", kept)
    said += _ATTRIBUTE.findall(plain)
    said += _texts(plain)
    return [" ".join(words.split()) for words in said if set(_WORD.findall(words)) - _SAME_EVERYWHERE]


def unmarked_refusals(source: str, errors: Iterable[str]) -> list[str]:
    """What Python raises for people, as one of the classes named `errors`, without marking it."""
    names = "|".join(sorted(errors))
    said = re.compile(rf"""(?:\b(?:{names})\(|\bInvalid\.field\(\s*[^,()]+,)\s*(f?"[^"]*\w [^"]*")""")
    return said.findall(source)


def _is_between(tag: str) -> bool:
    return tag.startswith("{%")


def _texts(plain: str) -> Iterator[str]:
    for text in _ELEMENT.split(plain):
        yield _ENTITY.sub(" ", text)
