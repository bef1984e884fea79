from __future__ import annotations

from functools import partial

import pytest

from adjoin.testing.pages import Open


@pytest.fixture
def open_page(open_page: Open) -> Open:
    """`Windows.open`, with Ada signed in unless told otherwise."""
    return partial(open_page, name="ada")
