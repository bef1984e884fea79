"""Searching with slips in the words."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adjoin.knowledge import matching, search, slips
from adjoin.knowledge.models import Article
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ketle", "kettle"),  # left out
        ("kettlle", "kettle"),  # too many
        ("kettke", "kettle"),  # wrong
        ("ektlte", "ektlte"),  # two in a short word
        ("descaign", "descaling"),
        ("wraranyt", "warranty"),  # two in a long one
        ("x200", "x200"),
        ("theiere", "théière"),  # accents are none
        ("electricite", "électricité"),
        ("téhiere", "théière"),
        ("pröblem", "problem"),
    ],
)
def test_a_word_with_a_slip_is_the_nearest_word_of_a_title(typed: str, meant: str) -> None:
    known = slips.of(["Descaling your kettle", "Warranty of kettles", "Petal", "Théière, électricité, problem"])
    assert next(iter(known.near(typed)), typed) == meant


def test_slips_are_mended_and_said_by_words_that_one_may_read(books: Books, cast: Cast) -> None:
    books.article()
    books.article("Zeppelin plans", segment_ids=[books.staff_segment_id()])
    visitor = Client(headers={"host": "acme.localhost"})
    page = visitor.get("/hc/en/search/?query=the+ketle").content.decode()
    assert "Results for <strong>the kettle</strong>" in page
    assert "Descale your kettle" in page
    assert "Results for" not in visitor.get("/hc/en/search/?query=the+ketle&as_typed=1").content.decode()
    typing = visitor.get("/hc/en/search/suggestions/?subject=my+ketle+leaks").content.decode()
    assert "Perhaps you mean “my kettle leaks”" in typing
    for path in ("/hc/en/search/?query=zepelin", "/hc/en/search/suggestions/?subject=zepelin"):
        assert b"eppelin" not in visitor.get(path).content.replace(b"zepelin", b"")
    assert search.searched(cast.actor("ana"), cast.home, "en", "zepelin").words == "zeppelin"
    books.article("Choose a toaster")  # new words are known at once
    assert search.searched(cast.actor("cyd"), cast.home, "en", "tosater").words == "toaster"
    kept = slips.vocabulary(cast.home, "en")
    Article.objects.update(vote_sum=1)
    assert slips.vocabulary(cast.home, "en") is kept  # and read only when there are others
    Article.objects.update(archived_at=NOW)
    assert slips.vocabulary(cast.home, "en").words == ()


def test_of_too_many_articles_with_a_word_those_with_it_in_their_title_come_first(
    books: Books, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "RANKED_MAX", 1)
    for number in range(3):
        books.article(f"Number {number}", body="<p>Vinegar, vinegar, vinegar.</p>")
    books.article("Vinegar")
    books.article("Vinegar for agents", segment_ids=[books.staff_segment_id()])
    found = list(search.found(cast.actor("cyd"), cast.home, "en", "vinegar"))
    assert found[0].title == "Vinegar"
    assert "Vinegar for agents" not in [row.title for row in found]
    assert len(found) < 4  # what else has the word is not compared
    visitor = Client(headers={"host": "acme.localhost"})
    for path, most in (("/hc/en/", 8), ("/hc/en/search/?query=vinegar", 10)):
        visitor.get(path)
        with CaptureQueriesContext(connection) as asked:
            visitor.get(path)
        assert len(asked) <= most
