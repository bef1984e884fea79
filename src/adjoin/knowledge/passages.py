"""Articles in passages: parts short enough to mean one thing, each with its title and heading before it."""

from __future__ import annotations

import re

from adjoin.knowledge import markup

WORDS = 120  # of a passage
PASSAGES_MAX = 40  # of one article: what stands after them is found by its words only
_HEADING = re.compile(r"<h[2-6][^>]*>(.*?)</h[2-6]>", re.DOTALL)


def cut(title: str, body: str) -> list[str]:
    """The passages of an article's cleaned HTML, in order; one with only the title for an empty body."""
    parts = _HEADING.split(body)  # words before the first heading, then heading and words by turns
    sections = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    found = [
        "\n".join(part for part in (title, markup.words(heading).strip(), words) if part)
        for heading, html in sections
        for words in _pieces(markup.words(html))
    ]
    return found[:PASSAGES_MAX] or [title]


def said(passage: str) -> str:
    """A passage without the title before it."""
    return passage.partition("\n")[2]


def _pieces(text: str) -> list[str]:
    """The words in pieces of about the same length, none longer than `WORDS`."""
    words = text.split()
    count = -(-len(words) // WORDS)
    size = -(-len(words) // count) if count else 1
    return [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
