"""A body as Markdown that `importing` reads back as the same body. What Markdown has no words for stays HTML."""

from __future__ import annotations

import re
from typing import Any

from lxml import html as lxml_html

_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_LINE_BEGINS = re.compile(r"(?m)^(\s*)([#+-]|\d+[.)])(?=\s)")
_INLINE = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~"}
_FLOWING = {*_INLINE, "a", "br", "code", "img", "span", "sub", "sup", "u"}


def of(body: str) -> str:
    """The Markdown of a cleaned HTML body."""
    if not body.strip():
        return ""
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    return _blocks(root).strip() + "\n"


def _blocks(parent: Any) -> str:
    """Children that are blocks, with empty lines between; what flows between them is a paragraph."""
    found: list[str] = []
    flowing = _text(parent.text)
    for child in parent:
        if child.tag in _FLOWING:
            flowing += _inline(child) + _text(child.tail)
            continue
        found += [flowing.strip(), _block(child)]
        flowing = _text(child.tail)
    found.append(flowing.strip())
    return "\n\n".join(part for part in found if part)


def _block(element: Any) -> str:
    tag = str(element.tag)
    if tag == "p":
        return _flow(element)
    if re.fullmatch("h[1-6]", tag):
        return f"{'#' * int(tag[1])} {' '.join(_flow(element).split())}"
    if tag in ("ul", "ol"):
        return _list(element, is_numbered=tag == "ol")
    if tag == "blockquote":
        return _indented(_blocks(element), "> ", "> ")
    if tag == "hr":
        return "---"
    if tag == "div":
        return _blocks(element)
    return _raw(element)


def _list(element: Any, *, is_numbered: bool) -> str:
    first = int(element.get("start") or 1) if (element.get("start") or "1").isdecimal() else 1
    items = []
    for at, item in enumerate(element.iterchildren("li")):
        mark = f"{first + at}. " if is_numbered else "- "
        items.append(_indented(_blocks(item), mark, " " * len(mark)))
    return "\n".join(items)


def _flow(element: Any) -> str:
    inner = "".join([_text(element.text), *(_inline(child) + _text(child.tail) for child in element)])
    return _LINE_BEGINS.sub(r"\1\\\2", inner.strip()) if element.tag == "p" else inner.strip()


def _inline(element: Any) -> str:
    tag = str(element.tag)
    if tag == "br":
        return "\\\n"
    if tag == "img":
        return f"![{_text(element.get('alt'))}](<{element.get('src') or ''}>)"
    if tag == "code" and "`" not in element.text_content():
        return f"`{element.text_content()}`"
    inner = "".join([_text(element.text), *(_inline(child) + _text(child.tail) for child in element)])
    if tag in _INLINE and inner.strip() == inner and inner:
        return f"{_INLINE[tag]}{inner}{_INLINE[tag]}"
    if tag == "a" and element.get("href"):
        return f"[{inner}](<{element.get('href')}>)"
    return inner if tag == "span" else _raw(element)


def _raw(element: Any) -> str:
    """As HTML, on lines of which none is empty: an empty one would end it."""
    tail, element.tail = element.tail, None
    found = lxml_html.tostring(element, encoding="unicode")
    element.tail = tail
    return re.sub(r"\n\s*\n", "\n&#10;", found) if element.tag == "pre" else re.sub(r"\n\s*\n", "\n", found)


def _text(words: str | None) -> str:
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", words or "")).replace("&", "&amp;")


def _indented(words: str, first: str, rest: str) -> str:
    lines = words.splitlines() or [""]
    return "\n".join([first + lines[0], *((rest + line).rstrip() if line else rest.rstrip() for line in lines[1:])])
