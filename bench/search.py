"""How well articles are found, and how quickly: `python -m bench.search [--articles 10000]`.

Well: `questions/help_center.txt` has a small help center and what people ask it in other words than its own. For each
way to search it prints recall at 5 (of how many questions the right article is among the first five) and MRR (the mean
of 1 / its place, 0 past the tenth), for one half of the articles' questions, by which the search was tuned, and for the
other. What needs a model is left out where the extra `meaning` is not installed.

With slips: the same questions, and the titles themselves, with one slip each in a word of four letters or more, drawn
from a fixed seed; searched as they are typed, and with slips mended.

Quickly: searches twenty times among many made-up articles, with made-up vectors beside the model's own time."""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench import words
from bench.desk import RunningDesk

QUESTIONS = Path(__file__).parent / "questions" / "help_center.txt"
KINDS = {"?": "other words", "~": "with slips", "de": "other language", "fr": "other language", "es": "other language"}
_QUESTION = re.compile(r"(\?|~|de|fr|es) (.*)")
RECALL_AT, RANKED = 5, 10
ROUNDS = 20
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@dataclass
class Entry:
    """One article and what people ask whose answer it is: kind and words."""

    title: str
    body: str = ""
    questions: list[tuple[str, str]] = field(default_factory=list)


def read() -> list[Entry]:
    """The whole set, in the order of the file."""
    found: list[Entry] = []
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            found.append(Entry(line[2:]))
        elif match := _QUESTION.fullmatch(line):
            found[-1].questions.append((KINDS[match[1]], match[2]))
        elif line and not line.startswith("# "):
            found[-1].body += f"<p>{line}</p>"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--articles", type=int, default=0, help="measure speed among that many; without it only quality"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update(RunningDesk(Path(folder)).settings())
        with django_ready(Environment.read()):
            entries = write(read())
            quality(entries)
            with_slips(entries)
            if asked.articles:
                speed(asked.articles)


def write(entries: list[Entry]) -> dict[int, Entry]:
    """An account with these articles, which the model has read if there is one; entries by their articles' ids."""
    from adjoin.access.actors import Actor
    from adjoin.accounts import current
    from adjoin.accounts.actions import create_account
    from adjoin.brands.actions import default_brand
    from adjoin.knowledge import understanding
    from adjoin.knowledge.actions import articles, shelves
    from adjoin.project import schemas

    schemas.migrate()
    current.enter(create_account(subdomain="bench", name="Bench", now=NOW))
    actor = Actor.system()
    shelf = shelves.create_category(actor=actor, brand=default_brand(), name="All", now=NOW)
    section = shelves.create_section(actor=actor, category=shelf, name="All of it", now=NOW)
    how: dict[str, Any] = {"actor": actor, "section": section, "audience": "everybody", "is_draft": False, "now": NOW}
    found = {articles.create_article(title=one.title, body=one.body, **how).pk: one for one in entries}
    while understanding.read_some(NOW):
        pass
    return found


def quality(entries: dict[int, Entry]) -> None:
    """Print both measures of each way, for each half and kind of question."""
    halves = {"tuned by": list(entries)[::2], "held out": list(entries)[1::2]}
    for way in ways():
        with way as (name, search):
            for half, ids in halves.items():
                asked = [(kind, place(search(text), pk)) for pk in ids for kind, text in entries[pk].questions]
                kinds = ["all", *dict.fromkeys(KINDS.values())]
                told = [f"{kind} {score([at for k, at in asked if kind in ('all', k)])}" for kind in kinds]
                print(f"{name:12} {half:9} " + "   ".join(told))


def with_slips(entries: dict[int, Entry]) -> None:
    """Print recall at 5 and MRR by words alone of what has one slip in it, as typed and mended."""
    from adjoin.access.actors import Actor
    from adjoin.brands.actions import default_brand
    from adjoin.knowledge import search, understanding

    chance, who, brand = random.Random(8), Actor.anonymous(), default_brand()
    questions = [
        (pk, slipped(text, chance)) for pk, one in entries.items() for kind, text in one.questions if kind == KINDS["?"]
    ]
    titles = [(pk, slipped(one.title, chance)) for pk, one in entries.items()]

    def found(text: str, as_typed: bool) -> list[int]:
        rows = search.searched(who, brand, "en", text, as_typed=as_typed).rows
        return list(rows.values_list("article_id", flat=True)[:RANKED])

    with mock.patch.object(understanding, "model", return_value=None):
        for name, asked in (("questions", questions), ("titles", titles)):
            for way, as_typed in (("as typed", True), ("mended", False)):
                print(
                    f"{name:9} with a slip, {way:8} {score([place(found(text, as_typed), pk) for pk, text in asked])}"
                )


def slipped(text: str, chance: random.Random) -> str:
    """A text with a letter left out, doubled, wrong or in the place of its neighbour, in one of its longer words."""
    said = text.split()
    at = chance.choice([n for n, word in enumerate(said) if len(word) > 3 and word.isalpha()] or [0])
    word, place = said[at], chance.randrange(len(said[at]) - 1)
    first, here, there, last = word[:place], word[place], word[place + 1], word[place + 2 :]
    wrong = chance.choice([one for one in "etaoinshrdlu" if one != here])
    ways = (
        first + there + last,
        first + here + here + there + last,
        first + wrong + there + last,
        first + there + here + last,
    )
    return " ".join([*said[:at], chance.choice(ways), *said[at + 1 :]])


def place(found: list[int], right: int) -> int:
    """The place of the right one, from 1; 0 for not found."""
    return found.index(right) + 1 if right in found else 0


def score(places: list[int]) -> str:
    """Recall and MRR of as many questions as there are places."""
    recall = statistics.mean(0 < at <= RECALL_AT for at in places)
    mrr = statistics.mean(1 / at if at else 0.0 for at in places)
    return f"{recall:.2f} {mrr:.2f} ({len(places)})"


def ways() -> Iterator[Any]:
    """Searching by words, by meaning, by both: each gives article ids for words."""
    from adjoin.access.actors import Actor
    from adjoin.brands.actions import default_brand
    from adjoin.knowledge import search, understanding

    def found(text: str) -> list[int]:
        rows = search.found(Actor.anonymous(), default_brand(), "en", text)
        return list(rows.values_list("article_id", flat=True)[:RANKED])

    @contextmanager
    def way(name: str, *without: tuple[Any, str, Any]) -> Iterator[tuple[str, Callable[[str], list[int]]]]:
        patches = [mock.patch.object(*one) for one in without]
        for patch in patches:
            patch.start()
        yield name, found
        for patch in patches:
            patch.stop()

    yield way("words", (understanding, "model", lambda: None))
    if understanding.model() is not None:
        yield way("meaning", (search, "by_words", lambda *_: search.ByWords([], 0.0, "")))
        yield way("both")


def speed(articles: int) -> None:
    """Print how long a search takes among that many articles, by words and with vectors to compare."""
    from adjoin.access.actors import Actor
    from adjoin.brands.actions import default_brand
    from adjoin.knowledge import nearness, search, understanding

    many(articles)
    brand, who = default_brand(), Actor.anonymous()
    asked = {"common": words.common()[3], "rare": words.rare()[7], "two": f"{words.common()[5]} {words.rare()[9]}"}
    asked |= {"sentence": " ".join(words.sentences(1, 9, 5)), "slip": words.rare()[9][:-1] + "q"}

    def page(text: str) -> object:
        return search.searched(who, brand, "en", text).between(0, 20)

    for label, model in (("words", None), ("both", Random())):
        with mock.patch.object(understanding, "model", return_value=model):
            nearness.forget()
            for name, text in asked.items():
                page(text)  # what is only read once
                took = [_timed(partial(page, text)) for _ in range(ROUNDS)]
                wall, busy = ([one[at] for one in took] for at in (0, 1))
                told = (
                    f"processor p50 {statistics.median(busy):4.0f} p95 {statistics.quantiles(busy, n=20)[-1]:4.0f} ms"
                )
                print(f"{label:12} {name:9} {statistics.median(wall):6.0f} ms, of the web process {told}")


class Random:
    """A model that knows nothing, at once: what is measured is everything around a model."""

    name, is_here = "random", True

    def questions(self, texts: Any) -> list[list[float]]:
        return [random.Random(text).choices(range(-99, 99), k=384) for text in texts]

    passages = questions


def many(articles: int) -> None:
    """Articles of 250 words in a vocabulary as people use it, with three passages each, written in bulk."""
    from django.db import connection

    from adjoin.knowledge.models import Article, Translation

    first = Article.objects.order_by("pk")[0]
    said = words.sentences(5000, 12, 3)
    pick = random.Random(4)
    made = Article.objects.bulk_create(
        Article(brand_id=first.brand_id, section_id=first.section_id, audience="everybody",
                created_at=NOW, updated_at=NOW, edited_at=NOW) for _ in range(articles)
    )  # fmt: skip
    Translation.objects.bulk_create(
        [
            Translation(article=one, locale="en", is_draft=False, created_at=NOW, updated_at=NOW,
                        title=pick.choice(said)[:60], body_text=" ".join(pick.choices(said, k=20)))
            for one in made
        ], batch_size=1000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FILL, ())
        cursor.execute("VACUUM ANALYZE")


FILL = """
UPDATE knowledge_translation SET understood_by = 'random', search_vector =
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body_text), 'C'),
    title_trigrams = ARRAY(SELECT DISTINCT substr(lower(title), g, 3) FROM generate_series(1, length(title) - 2) g)
WHERE article_id IS NOT NULL AND body = '';
INSERT INTO knowledge_passage (translation_id, number, words, vector)
    SELECT t.id, n, left(t.body_text, 700), (SELECT decode(string_agg(md5(t.id || '.' || n || '.' || k), ''), 'hex')
    FROM generate_series(1, 24) k) FROM knowledge_translation t, generate_series(0, 2) n
    WHERE t.understood_by = 'random'
"""


def _timed(step: Callable[[], Any]) -> tuple[float, float]:
    started, busy = time.perf_counter(), time.process_time()
    step()
    return (time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000


if __name__ == "__main__":
    main()
