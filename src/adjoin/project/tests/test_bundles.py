"""Style sheets come as one file whose address changes with them, and pages of help centers come compressed."""

from __future__ import annotations

import gzip
import re
from typing import Any

from django.test import Client

from adjoin.project import bundles

PACKED = {"accept-encoding": "gzip, br"}


def test_the_style_sheets_of_help_centers_are_one_file_kept_for_ever(acme: Any) -> None:
    visitor = Client(headers={"host": "acme.localhost"})
    page = visitor.get("/hc/en/", headers=PACKED)
    sheets = re.findall(r'rel="stylesheet" href="([^"]*)"', gzip.decompress(page.content).decode())
    assert [address.partition("?")[0] for address in sheets] == [bundles.bundle("portal").address, "/hc/brand.css"]
    sent = visitor.get(sheets[0], headers=PACKED)
    assert sent["Cache-Control"] == bundles.FOR_EVER
    assert gzip.decompress(sent.content) == visitor.get(sheets[0]).content
    assert b"@media print {\n/* On paper" in visitor.get(sheets[0]).content
    before_the_update = visitor.get("/static/bundles/portal.0123456789ab.css")
    assert (before_the_update.status_code, before_the_update["Cache-Control"]) == (200, bundles.NOT_FOR_LONG)
    assert visitor.get("/static/bundles/other.0123456789ab.css").status_code == 404


def test_only_words_of_help_centers_are_compressed(acme: Any) -> None:
    visitor = Client(headers={"host": "acme.localhost", **PACKED})
    assert visitor.get("/hc/en/")["Content-Encoding"] == "gzip"
    for path in ("/accounts/login/", "/api/v2/locales"):
        assert "Content-Encoding" not in visitor.get(path)
