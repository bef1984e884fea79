"""Words as people write them: between quotes and after apostrophes that no keyboard has, and without blanks."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from adjoin.knowledge import search
from adjoin.knowledge.actions import texts
from adjoin.knowledge.models import Translation
from adjoin.knowledge.tests.conftest import Books
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

SAID = {
    "en": ("Choose “Quiet” mode", "<p>The kettle\u2019s lid—closed&nbsp;tight—keeps it «warm».</p>"),
    "fr": ("Détartrer l\u2019appareil", "<p>Verser à l\u2019aide d\u2019un entonnoir\u202f; « bouillir ».</p>"),
    "es": ("¿Cómo limpiarlo?", "<p>¡Cuidado!</p>"),
    "ar": ("تنظيف الغلاية", "<p>الخل، الماء؟</p>"),
    "ja": ("ケトルの湯垢を取る", "<p>酢と水を入れて、三十分「待ちます」。</p>"),
    "zh-cn": ("清洁水壶", "<p>使用白醋和水去除水垢。</p>"),
}
TYPED = [
    *(("en", one) for one in ("quiet", "kettle", "lid", "tight", "closed tight", "warm")),
    *(("fr", one) for one in ("appareil", "l'aide", "l\u2019aide", "entonnoir", "bouillir")),
    *(("es", one) for one in ("cómo", "cuidado")),
    *(("ar", one) for one in ("الخل", "الماء")),
    *(("ja", one) for one in ("湯垢", "ケトル 湯垢", "水を入れ", "三十分", "待ち")),
    *(("zh-cn", one) for one in ("水壶", "水垢", "白醋")),
]
SENTENCES = [("ja", "湯垢が落ちない"), ("ja", "酢 レモン"), ("zh-cn", "怎么去除水垢呢")]


@pytest.fixture
def written(books: Books) -> Books:
    """One article, in every one of these languages."""
    article = books.article("Other", body="")
    for locale, (title, body) in SAID.items():
        texts.write(actor=books.ada, of=article, locale=locale, title=title, body=body, is_draft=False, now=NOW)
    return books


@pytest.mark.parametrize(("locale", "typed"), TYPED)
def test_words_are_found_whatever_stands_around_them(written: Books, cast: Cast, locale: str, typed: str) -> None:
    found = search.searched(cast.actor("cyd"), cast.home, locale, typed)
    assert (len(found.ids), found.words) == (1, typed)
    assert len(search.suggested(cast.actor("cyd"), cast.home, locale, typed)[0]) == 1


@pytest.mark.parametrize(("locale", "typed"), [("ja", "垢湯"), ("ja", "水ト"), ("zh-cn", "垢水"), ("fr", "laide")])
def test_signs_in_another_order_are_another_word(written: Books, cast: Cast, locale: str, typed: str) -> None:
    assert search.searched(cast.actor("cyd"), cast.home, locale, typed).ids == []


@pytest.mark.parametrize(("locale", "typed"), SENTENCES)
def test_of_a_sentence_without_blanks_some_is_found(written: Books, cast: Cast, locale: str, typed: str) -> None:
    assert len(search.searched(cast.actor("cyd"), cast.home, locale, typed).ids) == 1
    assert len(search.suggested(cast.actor("cyd"), cast.home, locale, typed)[0]) == 1


def test_a_text_is_shown_as_it_was_written(written: Books, cast: Cast) -> None:
    def shown(locale: str, typed: str) -> str:
        found = search.searched(cast.actor("cyd"), cast.home, locale, typed)
        return search.hits(found.between(0, 1), locale, typed)[0].snippet

    assert shown("fr", "aide") == "Verser à l\u2019<em>aide</em> d\u2019un entonnoir ; « bouillir »."
    assert (
        shown("ja", "三十分間") == "酢と水を入れて、<em>三十分</em>"
    )  # the first so many words, of which each sign is one
    assert shown("ja", "十分") == "酢と水を入れて、三<em>十分</em>「待ちます」。"


def test_what_was_written_before_is_found_too(written: Books, cast: Cast) -> None:
    before = dict(Translation.objects.filter(article__isnull=False).values_list("pk", "search_vector"))
    Translation.objects.update(search_vector=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("adjoin.knowledge.migrations.0014_words_apart").WORDS)
    after = dict(Translation.objects.exclude(search_vector=None).values_list("pk", "search_vector"))
    assert after == {row.pk: before[row.pk] for row in Translation.objects.filter(locale__in=SAID, pk__in=after)}
    assert len(after) == len(SAID)
