"""A pytest plugin: which tests run side by side, where pytest-xdist runs several at once.

Tests of a file share its fixtures and stay together; those that stand on something that takes long to make do so, too.
The longest files begin, so that none of them is left over at the end for one process alone."""

from __future__ import annotations

import pytest

TOGETHER = ("demo", "standing_desk")  # fixtures that take long to make: whoever uses one does so in one process
LONGEST = (
    *("test_crashes.py", "test_demo.py", "test_story_in_browser.py", "test_story_over_api.py", "test_partner_away.py"),
    *(
        "test_mutations.py",
        "test_doors.py",
        "test_canaries.py",
        "test_worlds.py",
        "test_serve.py",
        "test_convergence.py",
    ),
)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the name of its company, and put the long ones first; the order is otherwise as it was."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_company(item)))
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def _company(item: pytest.Item) -> str:
    used = getattr(item, "fixturenames", ())
    return next((fixture for fixture in TOGETHER if fixture in used), str(item.path))
