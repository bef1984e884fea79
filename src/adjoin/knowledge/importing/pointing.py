"""What the words of a file point to: other files of the package become articles, pictures and downloads of ours."""

from __future__ import annotations

import base64
import binascii
import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import html as lxml_html

from adjoin.knowledge.importing.pages import Page, is_page

_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,(.*)", re.DOTALL)
_OURS = "/hc/"  # addresses of a help center stay as they are
_FOLDER_PAGES = ("index.md", "README.md", "readme.md", "index.html")


@dataclass(frozen=True)
class Pointer:
    """One address in a page: the element, its attribute, and the file of the package it leads to ("" for none)."""

    element: Any
    attribute: str
    address: str
    target: str

    @property
    def is_picture(self) -> bool:
        return bool(self.element.tag == "img")


def inside(page: Page, paths: set[str]) -> Iterator[Pointer]:
    """Every address that is meant to lead into the package; `paths` are its files."""
    for tag, attribute in (("a", "href"), ("img", "src")):
        for element in list(page.tree.iter(tag)):
            address = (element.get(attribute) or "").strip()
            if address and _leads_inside(address):
                yield Pointer(element, attribute, address, _target(page.path, address, paths))


def embedded(page: Page) -> Iterator[tuple[Any, str, bytes]]:
    """Pictures that stand in the page itself, each with a file name and its bytes."""
    for at, element in enumerate(list(page.tree.iter("img")), start=1):
        found = _DATA.fullmatch(element.get("src") or "")
        if found is None:
            continue
        try:
            yield element, f"picture-{at}.{found[1]}", base64.b64decode(found[2], validate=False)
        except binascii.Error:
            continue


def link_distant_pictures(page: Page) -> int:
    """Pictures of other sites become links to them, so that no reader is told of there; returns how many."""
    found = [(one, far) for one in page.tree.iter("img") if (far := _distant(one.get("src") or ""))]
    for element, address in found:
        link = lxml_html.Element("a", href=address)
        link.text = element.get("alt") or address
        link.tail = element.tail
        element.getparent().replace(element, link)
    return len(found)


def markup_of(page: Page) -> str:
    """The body as it stands now, as HTML."""
    inside = (lxml_html.tostring(one, encoding="unicode") for one in page.tree)
    return html.escape(page.tree.text or "", quote=False).lstrip() + "".join(inside).strip()


def lead_nowhere(pointer: Pointer) -> None:
    """Keep the words of what leads to nothing."""
    if pointer.is_picture:
        pointer.element.drop_tree()
    else:
        del pointer.element.attrib[pointer.attribute]


def _distant(address: str) -> str:
    """The whole address on another site; "" for what leads to none."""
    try:
        parts = urlsplit(address.strip(), scheme="https")
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else ""


def _leads_inside(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and bool(parts.path) and not parts.path.startswith(_OURS)


def _target(path: str, address: str, paths: set[str]) -> str:
    asked = unquote(urlsplit(address).path)
    from_root = asked.lstrip("/")
    here = posixpath.normpath(posixpath.join(str(PurePosixPath(path).parent), from_root))
    tried = [posixpath.normpath(from_root or ".")] if asked.startswith("/") else [here]
    found = (one for way in tried for one in _spellings(way) if one in paths)
    return next(found, "")


def _spellings(way: str) -> Iterator[str]:
    yield way
    if not is_page(way):
        yield from (f"{way}.md", f"{way}.html")
    yield from (posixpath.normpath(posixpath.join(way, name)) for name in _FOLDER_PAGES)
    if way.endswith(".html"):  # a site made from these files
        yield f"{way.removesuffix('.html')}.md"
