"""The style sheets that all pages of one kind need, sent as one file whose address changes with what is in it.

So a first visit asks once instead of twenty times, and a browser that has it never asks again. It is put together and
compressed once a process, when first asked for; nothing is written beside the package's own files."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse

_PARTS = (
    *("layers", "tokens", "base", "utilities", "icon", "button", "field", "notice", "badge", "status", "avatar"),
    *("comment", "empty", "menu", "dialog", "tabs", "toast", "panel"),
)
_EVERYWHERE = tuple(f"adjoin/css/{part}.css" for part in _PARTS)
_PORTAL = (*_EVERYWHERE, "help_center/portal.css", "help_center/articles.css")
_PRINT = ("help_center/print.css",)
BUNDLES = {"desk": _EVERYWHERE, "portal": _PORTAL, "article": (*_PORTAL, "adjoin/css/prose.css")}
ON_PAPER = {"portal": _PRINT, "article": _PRINT}  # these hold only there
FOR_EVER = "public, max-age=31536000, immutable"
NOT_FOR_LONG = "public, max-age=60"
_ADDRESS = re.compile(rf"{settings.STATIC_URL}bundles/(\w+)\.([0-9a-f]{{12}})\.css")


@dataclass(frozen=True)
class Bundle:
    """What is sent, as it is and compressed with gzip, and where."""

    address: str
    content: bytes
    compressed: bytes


@cache
def bundle(name: str) -> Bundle:
    """One of `BUNDLES`. Raises `KeyError` for another name."""
    on_screen, on_paper = _joined(BUNDLES[name]), _joined(ON_PAPER.get(name, ()))
    content = (on_screen + (f"@media print {{\n{on_paper}}}\n" if on_paper else "")).encode()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Bundle(f"{settings.STATIC_URL}bundles/{name}.{digest}.css", content, gzip.compress(content, 9, mtime=0))


def answer(request: HttpRequest) -> HttpResponse | None:
    """The bundle a request asks for; None where it asks for something else.

    An address of before the last update gives what is there now, so that a page of then still looks like one."""
    asked = _ADDRESS.fullmatch(request.path_info)
    if asked is None or asked[1] not in BUNDLES or request.method not in ("GET", "HEAD"):
        return None
    found = bundle(asked[1])
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.compressed if takes_gzip else found.content, content_type="text/css; charset=utf-8")
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOR_EVER if found.address == request.path_info else NOT_FOR_LONG
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    return response


def _joined(paths: tuple[str, ...]) -> str:
    return "".join(_read(path) for path in paths)


def _read(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return Path(found).read_text(encoding="utf-8")
