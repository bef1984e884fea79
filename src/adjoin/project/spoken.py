"""Which languages there are words in. Read before Django is set up, so it asks Django nothing but the names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf.locale import LANG_INFO

FIRST = ("en", "English")  # what everything is written in: it needs no words of its own


def spoken(folders: Iterable[Path]) -> list[tuple[str, str]]:
    """English, and each language that has a `django.mo` in one of these folders: its code, and its name in itself."""
    files = (file for folder in folders for file in sorted(folder.glob("*/LC_MESSAGES/django.mo")))
    codes = {file.parent.parent.name.lower().replace("_", "-"): None for file in files}
    return [FIRST, *((code, _name(code)) for code in codes if code != FIRST[0])]


def _name(code: str) -> str:
    """Its own name, with a capital as it stands alone; the code for one that Django knows no name of."""
    known = LANG_INFO.get(code) or LANG_INFO.get(code.partition("-")[0]) or {}
    name = str(known.get("name_local", code))
    return name[:1].upper() + name[1:]
