from __future__ import annotations

from typing import Any

import pytest

from adjoin.knowledge.actions import articles, shelves
from adjoin.knowledge.models import Article, Section, UserSegment
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


class Books:
    """Acme Home's help center, with one section in which the articles of a test stand."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.ada = cast, cast.actor("ada")
        self.category = shelves.create_category(actor=self.ada, brand=cast.home, name="Care", now=NOW)
        self.section = shelves.create_section(actor=self.ada, category=self.category, name="Kettles", now=NOW)

    def article(self, title: str = "Descale your kettle", *, section: Section | None = None, **how: Any) -> Article:
        """A published article for everybody, unless told otherwise."""
        how.setdefault("body", "<p>Vinegar and water, half an hour.</p>")
        how.setdefault("audience", "segments" if "segment_ids" in how else "everybody")
        how.setdefault("is_draft", False)
        place = section or self.section
        return articles.create_article(actor=self.ada, section=place, title=title, now=NOW, **how)

    def staff_segment_id(self) -> int:
        """The built-in segment of agents and admins."""
        return UserSegment.objects.get(is_built_in=True, user_type="staff").pk


@pytest.fixture
def books(cast: Cast) -> Books:
    return Books(cast)
