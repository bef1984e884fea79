"""The tables of `docs/rules.md` come from the registry: a condition or action that is missing there fails here."""

from __future__ import annotations

from pathlib import Path

import pytest

from adjoin.rules import tables

DOCS = Path(__file__).parents[4] / "docs"


@pytest.mark.parametrize("table", [tables.conditions, tables.actions, tables.macro_actions])
def test_every_condition_and_action_is_in_the_document(table: object) -> None:
    assert callable(table)
    assert table() in (DOCS / "rules.md").read_text()
