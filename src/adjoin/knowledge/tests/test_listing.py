"""The team's list of articles: what is out of date in which language, what is missing, what is to be verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adjoin.knowledge.actions import texts
from adjoin.knowledge.models import Article
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

PATH = "/agent/knowledge/"


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.users["ada"])
    return client


@pytest.fixture
def write(books: Books) -> Callable[..., Article]:
    """An article with words in other languages, those in `stale` out of date."""

    def written(title: str, *others: str, stale: tuple[str, ...] = ()) -> Article:
        article = books.article(title)
        for locale in others:
            how: dict[str, Any] = {"of": article, "locale": locale, "is_draft": False, "is_outdated": locale in stale}
            texts.write(actor=books.ada, title=f"{title} {locale}", now=NOW, **how)
        return article

    return written


def listed(ada: Client, **asked: str) -> list[str]:
    page = ada.get(PATH, asked).content.decode()
    return sorted(re.findall(r'class="roster__name" href="[^"]*">([^<]*)<', page))


def test_the_list_is_asked_for_by_language_and_what_it_lacks(ada: Client, write: Callable[..., Article]) -> None:
    write("Old", "fr", "de", stale=("fr",))
    write("Both", "fr", "de", stale=("fr", "de"))
    write("Whole", "fr", "de")
    write("Alone")
    assert listed(ada) == ["Alone", "Both", "Old", "Whole"]
    assert listed(ada, state="outdated") == ["Both", "Old"]
    assert listed(ada, state="outdated", locale="de") == ["Both de"]
    assert listed(ada, locale="fr") == ["Both fr", "Old fr", "Whole fr"]
    assert listed(ada, state="missing") == ["Alone"]
    assert listed(ada, state="missing", locale="de") == ["Alone"]
    assert listed(ada, state="missing", locale="en") == []
    assert listed(ada, state="drafts", locale="fr") == []
    assert listed(ada, locale="tlh") == ["Alone", "Both", "Old", "Whole"]  # nothing is in it: as if nobody had asked


def test_what_waits_is_counted_above_the_list_and_marked_in_it(ada: Client, write: Callable[..., Article]) -> None:
    assert "Out of date in" not in ada.get(PATH).content.decode()
    old = write("Old", "fr", "de", stale=("fr",))
    write("Both", "fr", "de", stale=("fr", "de"))
    Article.objects.filter(pk=old.pk).update(verify_on=date(2026, 1, 1))
    page = ada.get(PATH).content.decode()
    for told in ("Out of date in Deutsch: 1", "Out of date in Français: 2", "To be verified: 1"):
        assert told in page
    assert page.count(f'href="{PATH}articles/{old.pk}/fr/"') == 1
    assert f'href="{PATH}articles/{old.pk}/de/"' not in page
    missing = ada.get(PATH, {"state": "missing", "locale": "fr"}).content.decode()
    assert f"{old.pk}/fr/" not in missing


def test_what_is_missing_leads_to_where_it_is_written(ada: Client, write: Callable[..., Article]) -> None:
    write("Whole", "fr")
    alone = write("Alone")
    page = ada.get(PATH, {"state": "missing", "locale": "fr"}).content.decode()
    assert f'href="{PATH}articles/{alone.pk}/fr/">Alone<' in page


def test_readers_are_told_nothing_of_it(cast: Cast, write: Callable[..., Article]) -> None:
    write("Old", "fr", stale=("fr",))
    ana = Client(headers={"host": "acme.localhost"})
    ana.force_login(cast.users["ana"])
    page = ana.get(PATH, {"state": "missing", "locale": "fr"}).content.decode()
    assert "Old" in page
    assert "Out of date" not in page


def test_many_articles_take_as_many_questions_as_few(ada: Client, write: Callable[..., Article]) -> None:
    counts = []
    for more in (3, 20):
        for number in range(more):
            write(f"Pot {more} {number}", "fr", stale=("fr",))
        ada.get(PATH)
        with CaptureQueriesContext(connection) as asked:
            ada.get(PATH)
        counts.append(len(asked))
    assert counts[0] == counts[1]
