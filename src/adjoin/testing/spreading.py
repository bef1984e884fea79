"""A pytest plugin: which tests run side by side, where pytest-xdist runs several at once.

Tests of a file share its fixtures and stay together; files that stand on something that takes long to make do so, too.
The longest files begin, so that none of them is left over at the end for one process alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

TOGETHER = {  # files, and what they share
    **dict.fromkeys(
        (
            *("test_crashes.py", "test_demo.py", "test_live_over_http.py"),
            *("test_story_in_browser.py", "test_story_over_api.py"),
        ),
        "demo",
    ),
    **dict.fromkeys(
        (
            *("test_mutations.py", "test_doors.py", "test_canaries.py", "test_withdrawn.py", "test_permissions.py"),
            *("test_lists.py", "test_boundaries.py", "test_own_customers.py", "test_assignable.py", "test_partners.py"),
        ),
        "desk",
    ),
}
LONGEST = (*TOGETHER, "test_partner_away.py", "test_worlds.py", "test_plans.py", "test_serve.py", "test_browser.py")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Put the long ones first, once everybody else has had their say; the order is otherwise as it was."""
    yield
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """How the processes share the work: by company, whatever `--dist` says."""
    from xdist.scheduler import LoadScopeScheduling

    class ByCompany(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.split("::", 1)[0]
            return TOGETHER.get(path.rpartition("/")[2], path)

    return ByCompany(config, log)
