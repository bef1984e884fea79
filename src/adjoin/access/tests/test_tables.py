"""What `docs/access.md` says is what the code does."""

from __future__ import annotations

from pathlib import Path

from adjoin.access import grants, tables
from adjoin.access.permissions import REFUSALS, RIGHTS, Permission

BEGINNING, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"


def page() -> Path:
    """The page, in the folder that also holds `src`."""
    return Path(__file__).parents[4] / "docs" / "access.md"


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    before, rest = page().read_text().split(BEGINNING)
    written, after = rest.split(END)
    # Out of date? `tables.markdown()` is what belongs between the two marks.
    assert written == f"\n{tables.markdown()}\n"
    assert before.strip()
    assert after.strip()


def test_every_rule_has_a_name_of_its_own_and_a_sentence() -> None:
    rules = [(one.name, one.sentence) for one in grants.GRANTS] + [(one.name, one.sentence) for one in grants.WALLS]
    assert len(dict(rules)) == len(rules)
    assert all(sentence.endswith(".") and sentence[0].isupper() for _, sentence in rules)


def test_every_permission_is_somebodys_and_has_a_refusal() -> None:
    assert {right.permission for right in RIGHTS} == set(Permission) == set(REFUSALS)
