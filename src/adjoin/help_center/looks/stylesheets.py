"""What a brand's own style sheet may not do, told line by line.

It is read with the same rules as browsers read it (CSS Syntax 3), so escapes and comments hide nothing. Whatever asks
another host is refused, for it would tell that host who reads what; so is what covers other parts of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import tinycss2
from django.utils.translation import gettext as _

from adjoin.help_center.looks.terms import CSS_MAX_BYTES

OWN_PATHS = ("/hc/looks/", "/hc/article_attachments/", "/static/")
OWN_DATA = tuple(f"data:image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "svg+xml"))
NESTING = ("media", "supports", "container", "layer", "keyframes", "-webkit-keyframes")
FETCHING = ("image-set", "-webkit-image-set", "image", "src", "cross-fade", "-webkit-cross-fade", "element", "paint")
OUTDATED = ("behavior", "-moz-binding", "-ms-behavior", "filter: progid")
PROBLEMS_TOLD = 5
DEPTH_MAX = 20


@dataclass(frozen=True)
class Problem:
    """Something that is refused: in which line (from 1), and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return _("Line %(line)s: %(reason)s") % {"line": self.line, "reason": self.reason}


def problems(css: str) -> list[Problem]:
    """The first few things for which `css` is refused; none if it may be worn."""
    if len(css.encode()) > CSS_MAX_BYTES:
        return [Problem(1, _("It is longer than the %s KB there is room for.") % (CSS_MAX_BYTES // 1024))]
    found: list[Problem] = []
    for problem in _in_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), 0):
        if problem not in found:
            found.append(problem)
        if len(found) == PROBLEMS_TOLD:
            break
    return found


def problems_of_style(css: str) -> list[Problem]:
    """The same for the words of a style attribute."""
    return list(_in_block(tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True), 0))


def _in_rules(rules: Iterable[Any], depth: int) -> Iterator[Problem]:
    for rule in rules:
        if depth > DEPTH_MAX:
            yield Problem(rule.source_line, _("Rules are nested too deeply."))
        elif rule.type == "error":
            yield Problem(rule.source_line, _("This cannot be read: %s.") % rule.message)
        elif rule.type == "at-rule":
            yield from _in_at_rule(rule, depth)
        elif rule.type == "qualified-rule":
            yield from _in_values(rule.prelude)
            yield from _in_block(_contents(rule), depth + 1)


def _in_at_rule(rule: Any, depth: int) -> Iterator[Problem]:
    name = rule.lower_at_keyword
    if name == "import":
        yield Problem(rule.source_line, _("@import fetches another style sheet. Write its rules here instead."))
    elif name == "font-face":
        yield Problem(rule.source_line, _("@font-face fetches a font. Choose one of those offered above."))
    elif name not in NESTING:
        yield Problem(rule.source_line, _("@%s cannot be used here.") % name)
    else:
        yield from _in_values(rule.prelude)
        if rule.content is not None:
            yield from _in_block(_contents(rule), depth + 1)


def _contents(rule: Any) -> list[Any]:
    return list(tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True))


def _in_block(contents: Iterable[Any], depth: int) -> Iterator[Problem]:
    for one in contents:
        if one.type == "declaration":
            yield from _in_declaration(one)
        else:
            yield from _in_rules([one], depth)


def _in_declaration(one: Any) -> Iterator[Problem]:
    if one.lower_name in OUTDATED:
        yield Problem(one.source_line, _("%s runs programs in old browsers.") % one.lower_name)
    if one.lower_name == "position":
        yield from _in_position(one)
    yield from _in_values(one.value)


def _in_position(one: Any) -> Iterator[Problem]:
    said = {token.lower_value for token in one.value if token.type == "ident"}
    if said & {"fixed", "sticky", "-webkit-sticky"}:
        yield Problem(one.source_line, _("A fixed position can cover the rest of the page."))
    if any(token.type == "function" for token in one.value):
        yield Problem(one.source_line, _("Say a position in words, without var()."))


def _in_values(tokens: Iterable[Any]) -> Iterator[Problem]:
    for token in tokens:
        if token.type == "url":
            yield from _in_url(token.value, token.source_line)
        elif token.type == "function":
            yield from _in_function(token)
        elif token.type == "error":
            yield Problem(token.source_line, _("This cannot be read: %s.") % token.message)
        elif hasattr(token, "content"):
            yield from _in_values(token.content)


def _in_function(token: Any) -> Iterator[Problem]:
    if token.lower_name == "url":
        yield from _in_url("".join(one.value for one in token.arguments if one.type == "string"), token.source_line)
    elif token.lower_name in FETCHING:
        yield Problem(token.source_line, _("%s() can fetch pictures. Use url() instead.") % token.lower_name)
    elif token.lower_name == "expression":
        yield Problem(token.source_line, _("expression() runs programs in old browsers."))
    else:
        yield from _in_values(token.arguments)


def _in_url(address: str, line: int) -> Iterator[Problem]:
    address = address.strip()
    is_own = address.startswith(OWN_PATHS) and ".." not in address and "\\" not in address
    if not is_own and not address.lower().startswith(OWN_DATA) and not address.startswith("#"):
        shown = address[:60] or "url()"
        yield Problem(line, _("%s would be fetched from elsewhere. Use a picture of an article, or data:.") % shown)
