"""A pytest plugin: which tests run side by side, where pytest-xdist runs several at once.

Tests of a file share its fixtures and stay together; those of a folder whose fixtures cost more than its tests do, too.
The longest files begin, so that none of them is left over at the end for one process alone."""

from __future__ import annotations

from pathlib import Path

import pytest

TOGETHER = {"access/tests": "desk"}  # folder, and the fixture its tests stand on
LONGEST = (
    *("test_crashes.py", "test_partner_away.py", "test_demo.py", "test_story_in_browser.py", "test_worlds.py"),
    *("test_doors.py", "test_serve.py", "test_convergence.py", "test_story_over_api.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the name of its company, and put the long ones first; the order is otherwise as it was."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_company(item)))
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def _company(item: pytest.Item) -> str:
    folder = "/".join(Path(item.path).parent.parts[-2:])
    fixture = TOGETHER.get(folder)
    if fixture and fixture in getattr(item, "fixturenames", ()):
        return folder
    return str(item.path)
