"""What the documents list comes from the code: a setting or command that is missing there fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adjoin.project import cli, env

DOCS = Path(__file__).parents[4] / "docs"


def test_every_setting_is_explained() -> None:
    read = set(re.findall(r'"((?:ADJOIN_[A-Z_]+)|PORT|DATABASE_URL)"', Path(env.__file__).read_text()))
    explained = set(re.findall(r"^\| `(\w+)`", (DOCS / "settings.md").read_text(), re.MULTILINE))
    assert explained == read


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_is_explained(command: str) -> None:
    assert f"`adjoin {command}" in (DOCS / "running.md").read_text()


def test_the_readme_leads_to_every_document() -> None:
    readme = (DOCS.parent / "README.md").read_text()
    assert [page.name for page in sorted(DOCS.glob("*.md")) if f"(docs/{page.name})" not in readme] == []


def test_the_picture_of_the_apps_has_each_of_them() -> None:
    apps = {path.parent.name for path in (DOCS.parent / "src/adjoin").glob("*/apps.py")}
    drawn = set(re.findall(r"<b>(\w+)</b>", (DOCS / "architecture.md").read_text()))
    assert apps - drawn == set()
