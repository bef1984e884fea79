"""How long a help center's pages take on the server: `python -m bench.portal [ARTICLES]`.

Fills a temporary account (10,000 articles of 200 words unless told otherwise, in 20 categories of 10 sections), asks
each page in turns as somebody who has not signed in, and prints median and 95th percentile of the time a request takes,
the processor time of the web process in it (PostgreSQL's is not in that), the statements, and the size of the page."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready
from bench import words
from bench.desk import RunningDesk

if TYPE_CHECKING:
    from django.test import Client

ROUNDS = 40
CATEGORIES, SECTIONS = 20, 10
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@dataclass
class Page:
    """One page and what asking for it took, in milliseconds."""

    name: str
    path: str
    took: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    statements: int = 0
    size_bytes: int = 0


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = {**RunningDesk(Path(folder)).settings(), "ADJOIN_DEBUG": "", "ADJOIN_LOG_LEVEL": "error"}
        os.environ.update(settings)
        with django_ready(Environment.read()):
            _measure(articles)


def _measure(articles: int) -> None:
    from django.test import Client
    from django_tenants.utils import tenant_context

    from adjoin.accounts.actions import create_account
    from adjoin.project import schemas

    schemas.migrate()
    account = create_account(subdomain="portal", name="Portal", now=NOW)
    with tenant_context(account):
        pages = fill(articles)
    visitor = Client(headers={"host": "portal.localhost"})
    for page in pages:
        _count(visitor, page)
    for _ in range(ROUNDS):
        for page in pages:
            _ask(visitor, page)
    _show(pages, articles)


def fill(articles: int) -> list[Page]:
    """An account's help center with that many articles, and the pages to ask for."""
    from django.db import connection

    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand
    from adjoin.knowledge.actions import shelves

    brand, system = Brand.objects.get(is_default=True), Actor.system()
    names = words.sentences(CATEGORIES * (SECTIONS + 1), 3, seed=1)
    sections = []
    for _category in range(CATEGORIES):
        shelf = shelves.create_category(actor=system, brand=brand, name=names.pop(), now=NOW)
        for _section in range(SECTIONS):
            sections.append(shelves.create_section(actor=system, category=shelf, name=names.pop(), now=NOW))
    ids = _write(articles, brand, sections)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [
        Page("front page", "/hc/en/"),
        Page("category", f"/hc/en/categories/{sections[0].category_id}/"),
        Page("section", f"/hc/en/sections/{sections[0].pk}/"),
        Page("article", _address(ids[len(ids) // 2])),
        Page("search, a frequent word", "/hc/en/search/?query=kettle"),
        Page("search, two words", "/hc/en/search/?query=refund+kettle"),
        Page("suggestions", "/hc/en/search/suggestions/?subject=my+kettle+is+broken"),
        Page("file a request (asks to sign in)", "/hc/en/requests/new/"),
        Page("colours of the look", "/hc/brand.css"),
    ]


def _write(articles: int, brand: Any, sections: list[Any]) -> list[int]:
    from django.contrib.postgres.search import SearchVector

    from adjoin.knowledge import markup
    from adjoin.knowledge.models import Article, Translation
    from adjoin.knowledge.terms import SOURCE_LOCALE, Audience, stemming

    stamps = {"created_at": NOW, "updated_at": NOW}
    shared = {"brand": brand, "audience": Audience.EVERYBODY, "edited_at": NOW, **stamps}
    rows = Article.objects.bulk_create(
        [Article(section=sections[at % len(sections)], is_promoted=at < 6, **shared) for at in range(articles)], 1000
    )
    titles, bodies = words.sentences(articles, 6, seed=2), words.sentences(2000, 200, seed=3)
    texts = []
    for at, (row, title) in enumerate(zip(rows, titles, strict=True)):
        body = bodies[at % len(bodies)]
        said = {"title": title, "body": f"<p>{body}</p>", "body_text": body, "title_trigrams": markup.trigrams(title)}
        texts.append(Translation(article=row, locale=SOURCE_LOCALE, is_draft=False, **said, **stamps))
    Translation.objects.bulk_create(texts, 1000)
    how = stemming(SOURCE_LOCALE)
    vector = SearchVector("title", weight="A", config=how) + SearchVector("body_text", weight="C", config=how)
    Translation.objects.filter(article__isnull=False).update(search_vector=vector)
    return [row.pk for row in rows]


def _address(article_id: int) -> str:
    from adjoin.knowledge import links
    from adjoin.knowledge.models import Translation

    return links.of_text(Translation.objects.select_related("article").get(article_id=article_id))


def _count(visitor: Client, page: Page) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    visitor.get(page.path)  # what is only done once
    with CaptureQueriesContext(connection) as asked:
        answer = visitor.get(page.path)
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{page.path} answers {answer.status_code}")
    page.statements, page.size_bytes = len(asked), len(answer.content)


def _ask(visitor: Client, page: Page) -> None:
    began, busy = time.perf_counter(), time.process_time()
    visitor.get(page.path)
    page.took.append((time.perf_counter() - began) * 1000)
    page.busy.append((time.process_time() - busy) * 1000)


def _show(pages: list[Page], articles: int) -> None:
    print(f"{articles:,} articles, {ROUNDS} rounds, load {os.getloadavg()[0]:.1f}")
    for page in pages:
        p95 = statistics.quantiles(page.took, n=20)[-1]
        print(
            f"{page.name:34} p50 {statistics.median(page.took):6.1f} ms  p95 {p95:6.1f} ms  "
            f"processor {statistics.median(page.busy):6.1f} ms  {page.statements:3} queries  {page.size_bytes:7,} bytes"
        )


if __name__ == "__main__":
    main()
