"""Text from people and partners: cleaned once, on its way in."""

from __future__ import annotations

import html
import re

import nh3
from django.utils.html import urlize

COMMENT_MAX_BYTES = 65_536  # Zendesk cuts comments silently at 64 kB

_INLINE = {"a", "b", "br", "code", "del", "em", "i", "s", "span", "strong", "u"}
_BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
_LINE_ENDS = re.compile(r"(?i)<(?:br|/div|/li|/tr)\s*/?>")
_PARAGRAPH_ENDS = re.compile(r"(?i)</(?:p|h[1-6]|blockquote|ul|ol|table|pre)\s*>")
_GAPS = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    """`text` with what PostgreSQL and terminals choke on (NUL, other control characters) taken out."""
    return "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c >= " " or c in "\n\t")


def cut(text: str, max_bytes: int = COMMENT_MAX_BYTES) -> str:
    """The longest beginning of `text` that fits into `max_bytes` of UTF-8."""
    raw = text.encode()
    return text if len(raw) <= max_bytes else raw[:max_bytes].decode(errors="ignore")


def one_line(text: str) -> str:
    """`text` on one line with single spaces: for subjects, names and mail headers."""
    return " ".join(plain(text).split())


def safe_html(markup: str) -> str:
    """`markup` with only harmless tags left; scripts, styles, handlers and images are gone."""
    return nh3.clean(
        plain(markup),
        tags=_INLINE | _BLOCKS | _TABLES,
        attributes={"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def html_from_plain(text: str) -> str:
    """Paragraphs and line breaks for `text`, everything else escaped, web addresses as links."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n{2,}", text) if part.strip()]
    linked = (urlize(html.escape(part), nofollow=True).replace("\n", "<br>") for part in paragraphs)
    return safe_html("".join(f"<p>{part}</p>" for part in linked))


def plain_from_html(markup: str) -> str:
    """The words of `markup`, with line breaks where lines ended and empty lines between paragraphs."""
    ended = _PARAGRAPH_ENDS.sub(r"\g<0>\n\n", _LINE_ENDS.sub(r"\g<0>\n", plain(markup)))  # tables stay closed
    words = nh3.clean(ended, tags=set())
    return _GAPS.sub("\n\n", html.unescape(words)).strip()
