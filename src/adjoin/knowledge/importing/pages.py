"""One Markdown or HTML file as an article: its title, its words, and what they point to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from adjoin.kernel import text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.knowledge import markup
from adjoin.knowledge.importing import front_matter
from adjoin.knowledge.terms import LANGUAGES, SOURCE_LOCALE
from adjoin.knowledge.terms import locale as as_locale

MARKDOWN, HTML = (".md", ".markdown"), (".html", ".htm")
_NUMBERED = re.compile(r"(\d{1,4})[-_. ]+(?=\S)")
_markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass
class Page:
    """What a file says. `tree` is its body with the addresses as the file has them."""

    path: str
    title: str
    tree: Any  # an lxml element
    locale: str
    source: str = ""  # the path of the file these words are a translation of
    labels: list[str] = field(default_factory=list)
    is_draft: bool | None = None  # None: it does not say
    position: int = 0


def is_page(path: str) -> bool:
    """Whether a file is read as an article."""
    return path.lower().endswith(MARKDOWN + HTML)


def read(path: str, data: bytes) -> Page:
    """The article a file holds. Raises `Invalid`."""
    if len(data) > markup.BODY_MAX_BYTES * 2:
        raise Invalid.field("files", say("It is too long for an article."))
    try:
        said, words = front_matter.split(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise Invalid.field("files", say("It is not written in UTF-8.")) from error
    is_markdown = path.lower().endswith(MARKDOWN)
    document = _parsed(_markdown.render(words) if is_markdown else words)
    stem, locale = named(path)
    body = document.body if document.body is not None else document
    return Page(
        path=path,
        title=_title(front_matter.words(said, "title"), document, body, stem),
        tree=body,
        locale=_locale(front_matter.words(said, "locale", "lang", "language")) or locale or SOURCE_LOCALE,
        source=_source(path, stem, locale),
        labels=front_matter.several(said, "labels", "tags", "keywords"),
        is_draft=front_matter.flag(said, "draft"),
        position=_position(front_matter.words(said, "position", "weight", "order"), path),
    )


def named(path: str) -> tuple[str, str]:
    """The name of a file without its ending, and the language at its end: `pots.fr.md` is `pots`, `fr`."""
    stem = PurePosixPath(path).stem
    before, _, last = stem.rpartition(".")
    is_language = before and last.lower().replace("_", "-").partition("-")[0] in LANGUAGES
    return (before, _locale(last)) if is_language and _locale(last) else (stem, "")


def spoken(name: str) -> str:
    """The name of a file or folder as people read it: `01-clean_a-pot` is `Clean a pot`."""
    bare = _NUMBERED.sub("", name, count=1) if _NUMBERED.match(name) else name
    words = text.one_line(re.sub(r"[-_]+", " ", bare)) or name
    return words[:1].upper() + words[1:]


def number(name: str) -> int:
    """The number a name begins with, else 0."""
    found = _NUMBERED.match(name)
    return int(found[1]) if found else 0


def _parsed(words: str) -> Any:
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    whole = words if "<body" in words.lower() else f"<body>{words}</body>"
    try:
        return lxml_html.document_fromstring(text.plain(whole).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Invalid.field("files", say("It cannot be read.")) from error


def _title(said: str, document: Any, body: Any, stem: str) -> str:
    """What is said, else the first heading, else the document's own. The heading is taken out of the words."""
    first = next(body.iter("h1"), None)
    if first is not None:
        etree.strip_elements(first, "script", "style", with_tail=False)
    heading = text.one_line(first.text_content()) if first is not None else ""
    if first is not None and heading and said in ("", heading):
        _take_out(first)
    own = text.one_line(document.findtext(".//title") or "")
    return (said or heading or own or spoken(stem))[:255]


def _take_out(heading: Any) -> None:
    """Drops a heading and leaves its pictures, which a title cannot hold, in a paragraph where it was."""
    if pictures := list(heading.iter("img")):
        paragraph = heading.makeelement("p")
        heading.addprevious(paragraph)
        for picture in pictures:
            paragraph.append(picture)
            picture.tail = None
    heading.drop_tree()


def _locale(said: str) -> str:
    try:
        return as_locale(said) if said else ""
    except Invalid:
        return ""


def _source(path: str, stem: str, locale: str) -> str:
    here = PurePosixPath(path)
    return str(here.with_name(f"{stem}{here.suffix}")) if locale else ""


def _position(said: str, path: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else number(PurePosixPath(path).name)
