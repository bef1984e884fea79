"""What articles say, cleaned once on its way in. Pictures are those that lie here, so no page tells another site who
reads it."""

from __future__ import annotations

import nh3

from adjoin.kernel import text

BODY_MAX_BYTES = 1_000_000
PICTURES = "/hc/article_attachments/"
_TAGS = {
    *("a", "b", "blockquote", "br", "caption", "code", "del", "div", "em", "figcaption", "figure", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody"),
    *("td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


def clean(markup: str) -> str:
    """`markup` with only harmless tags left. Headings begin at the second: the first is the title."""
    lowered = markup.replace("<h1", "<h2").replace("</h1", "</h2")
    cleaned = nh3.clean(
        text.plain(lowered),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return "" if not _says_anything(cleaned) else cleaned


def words(markup: str) -> str:
    """The words of a body, on lines."""
    return text.plain_from_html(markup.replace("</td>", " </td>").replace("</th>", " </th>"))


def trigrams(title: str) -> list[str]:
    """The groups of three letters in each word, with blanks around it; in order, each once."""
    found = set()
    for word in "".join(letter if letter.isalnum() else " " for letter in title.lower()).split():
        padded = f"  {word} "
        found |= {padded[at : at + 3] for at in range(len(padded) - 2)}
    return sorted(found)


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        return value if value.startswith(PICTURES) and ".." not in value else None
    return value


def _says_anything(markup: str) -> bool:
    return bool(text.plain_from_html(markup).strip()) or "<img" in markup
