"""What people look for is counted, and nobody with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from adjoin.knowledge import searches
from adjoin.knowledge.models import SearchCount
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


def test_searches_are_counted_and_lead_to_an_article_somebody_writes(
    books: Books, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adjoin.help_center.article_views.now", lambda: NOW)
    monkeypatch.setattr("adjoin.knowledge.search_views.now", lambda: NOW)
    books.article()
    anybody, ana, ada = (Client(headers={"host": "acme.localhost"}) for _ in range(3))
    ana.force_login(cast.users["ana"])
    ada.force_login(cast.users["ada"])
    for words in ("Vinegar", "blue  Tents", "blue tents"):
        anybody.get("/hc/en/search/", {"query": words})
        ana.get("/hc/en/search/", {"query": words})  # an agent, who is not counted
    assert list(SearchCount.objects.order_by("pk").values_list("words", "times", "by_words")) == [
        ("vinegar", 1, 1), ("blue tents", 2, 0),
    ]  # fmt: skip
    page = anybody.get("/hc/en/search/", {"query": "vinegar"}).content.decode()
    link = page.partition('class="hit__title" href="')[2].partition('"')[0]
    for _ in range(3):
        anybody.get(link)
    row = SearchCount.objects.get(words="vinegar")
    assert (row.times, row.followed) == (2, 2)  # never opened more often than looked for
    page = ada.get("/agent/knowledge/searches/").content.decode()
    assert "blue tents" in page
    assert "vinegar" not in page
    assert "vinegar" in ada.get("/agent/knowledge/searches/?show=all").content.decode()
    written = page.partition('class="button button--small" href="/agent/knowledge/articles/new/')[2].partition('"')[0]
    assert (
        'value="Blue tents"'
        in ada.get(f"/agent/knowledge/articles/new/{written.replace('&amp;', '&')}").content.decode()
    )
    assert ana.get("/agent/knowledge/searches/").status_code == 404
    searches.forget(NOW + timedelta(days=36500))
    assert not SearchCount.objects.exists()


def test_nobody_who_searches_waits_for_the_disk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    who: dict[str, Any] = {"actor": cast.actor("cyd"), "brand": cast.home, "locale": "en", "now": NOW}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        first = searches.count(words="kettle", by_words=2, **who) or 0
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)  # what else is written in the transaction is safe once it is said to be
        with monkeypatch.context() as alone:
            alone.setattr(connection, "get_autocommit", lambda: True)
            assert first == searches.count(words="Kettle", by_words=5, **who)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("off",)
    assert SearchCount.objects.filter(pk=first).values_list("words", "times", "by_words", "on").get() == (
        "kettle", 2, 5, NOW.date(),
    )  # fmt: skip


def test_a_flood_of_made_up_searches_is_not_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "OF_A_DAY", 2)
    who: dict[str, Any] = {"actor": cast.actor("cyd"), "brand": cast.home, "locale": "en", "now": NOW, "by_words": 0}
    assert [searches.count(words=words, **who) is None for words in ("one", "two", "three")] == [False, False, True]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("  Send it  BACK ", "send it back"),
        ("ada@acme.example", ""),
        ("order 2026-11-2233", ""),
        ("hunter2hunter2x", ""),
        ("https://x.example", ""),
        ("x" * 81, ""),
        ("-- ?", ""),
        ("error 404 of 2026", "error 404 of 2026"),
    ],
)
def test_what_tells_of_somebody_is_not_kept(words: str, kept: str) -> None:
    assert searches.kept(words) == kept
