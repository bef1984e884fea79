"""How long a help center's pages take on the server: `python -m bench.portal --articles 10000 --rounds 40`.

Fills a temporary account (with 20 categories of 10 sections, and articles of 200 words of which every third is for some
segments), asks each page in turns as somebody who has not signed in, as a partner's employee in three organizations and
two of the segments, and as one in 300, one request at a time, and prints for each page

- server time: from the request's coming to the server until its answer is whole, by the clock, as median and 95th
  percentile; no network and no other client is in it,
- the processor time in it, the web process's and that of its PostgreSQL backend together (which other work on the
  machine changes less), and how much of that is PostgreSQL's,
- the statements, and the bytes of the page as they are sent.

The last line says which pages are over the 50 ms of server time that 95 of 100 requests are to stay under."""

from __future__ import annotations

import argparse
import os
import statistics
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

AIM_MS = 50  # of server time, for 95 of 100 requests
CATEGORIES, SECTIONS = 20, 10
SEGMENTS = 4  # two of them are the partner's
REQUESTS = 60  # of the partner's people
AMONG_MANY = ("front page", "article", "search, a frequent word", "new request", "my requests", "my organizations")
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@dataclass
class Page:
    """One page and what asking for it took, in milliseconds."""

    name: str
    path: str
    visitor: Client
    took: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    in_postgres: list[float] = field(default_factory=list)
    statements: int = 0
    size_bytes: int = 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=40)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = {**RunningDesk(Path(folder)).settings(), "ADJOIN_DEBUG": "", "ADJOIN_LOG_LEVEL": "error"}
        os.environ.update(settings)
        with django_ready(Environment.read()):
            _measure(asked.articles, asked.rounds)


def _measure(articles: int, rounds: int) -> None:
    from django_tenants.utils import tenant_context

    from adjoin.accounts.actions import create_account
    from adjoin.project import schemas

    schemas.migrate()
    account = create_account(subdomain="portal", name="Portal", now=NOW)
    with tenant_context(account):
        pages = fill(articles)
    for page in pages:
        _count(page)
    _load_as_the_web_process_does()
    for _ in range(rounds):
        for page in pages:
            _ask(page)
    print(f"{articles:,} articles, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    _show(pages)


def _load_as_the_web_process_does() -> None:
    """What is loaded stays (`adapters.forking`): the collector does not go through it while a page is waited for."""
    import gc

    gc.collect()
    gc.freeze()


def fill(articles: int) -> list[Page]:
    """An account's help center with that many articles, and the pages to ask for."""
    from django.db import connection
    from django.test import Client

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
    person, organizations = _partner("Pat", 3)
    reseller, _ = _partner("Rae", 300)
    ids = _write(articles, brand, sections, organizations)
    request_id = _file(brand, person, organizations)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    headers = {"host": "portal.localhost", "accept-encoding": "gzip"}
    stranger, partner, of_many = (Client(headers=headers) for _ in range(3))
    partner.force_login(person)
    of_many.force_login(reseller)
    read = {
        "front page": "/hc/en/",
        "category": f"/hc/en/categories/{sections[0].category_id}/",
        "section": f"/hc/en/sections/{sections[0].pk}/",
        "article": _address(ids[len(ids) // 2]),
        "search, a frequent word": "/hc/en/search/?query=kettle",
        "search, two words": "/hc/en/search/?query=refund+kettle",
        "search, a word with a slip": "/hc/en/search/?query=waranty",
        "suggestions": "/hc/en/search/suggestions/?subject=my+kettle+is+broken",
        "new request": "/hc/en/requests/new/",
    }
    own = {
        "my requests": "/hc/en/requests/",
        "my organizations": "/hc/en/requests/organizations/",
        "request": f"/hc/en/requests/{request_id}/",
    }
    pages = [Page(name, path, stranger) for name, path in {**read, "colours of the look": "/hc/brand.css"}.items()]
    pages += [Page(f"partner: {name}", path, partner) for name, path in {**read, **own}.items()]
    among = {name: {**read, **own}[name] for name in AMONG_MANY}
    return [*pages, *(Page(f"of 300: {name}", path, of_many) for name, path in among.items())]


def _partner(name: str, count: int) -> tuple[Any, list[Any]]:
    """Somebody in that many organizations that share their requests, and those."""
    from adjoin.people import actions as people

    person = people.create_user(name=f"{name} Partner", email=f"{name}@example.com", now=NOW, is_verified=True)
    organizations = [
        people.create_organization(name=f"{name}'s {at}", now=NOW, shared_tickets=True) for at in range(count)
    ]
    for organization in organizations:
        people.join_organization(user=person, organization=organization, now=NOW)
    return person, organizations


def _file(brand: Any, person: Any, organizations: list[Any]) -> int:
    """Requests of the partner's, spread over the organizations; gives back the last one's number."""
    from adjoin.access.actors import Actor
    from adjoin.tickets import actions
    from adjoin.tickets.changes import NewComment, Via
    from adjoin.tickets.terms import Channel

    made: dict[str, Any] = {"actor": Actor.system(), "now": NOW, "via": Via(Channel.WEB), "brand_id": brand.pk}
    made |= {"requester_id": person.pk, "submitter_id": person.pk}
    for at in range(REQUESTS):
        said = NewComment(body="It leaks.", author_id=person.pk)
        ticket = actions.create(
            subject=f"Kettle {at}", comment=said, organization_id=organizations[at % 3].pk, **made
        ).ticket
    return int(ticket.pk)


def _write(articles: int, brand: Any, sections: list[Any], organizations: list[Any]) -> list[int]:
    from django.contrib.postgres.search import SearchVector

    from adjoin.knowledge import markup
    from adjoin.knowledge.models import Article, Translation, UserSegment
    from adjoin.knowledge.terms import SOURCE_LOCALE, Audience, UserType, stemming

    stamps = {"created_at": NOW, "updated_at": NOW}
    shared = {"brand": brand, "edited_at": NOW, **stamps}
    whom = (Audience.EVERYBODY, Audience.SEGMENTS)
    rows = Article.objects.bulk_create(
        [
            Article(section=sections[at % len(sections)], is_promoted=at < 6, audience=whom[at % 3 == 0], **shared)
            for at in range(articles)
        ],
        1000,
    )
    kept = [
        UserSegment.objects.create(
            name=f"Some {at}",
            user_type=UserType.SIGNED_IN,
            organization_ids=[organizations[at].pk if at < 2 else 10**9],
            **stamps,
        )
        for at in range(SEGMENTS)
    ]
    chosen = Article.segments.through
    chosen.objects.bulk_create(
        [chosen(article=row, usersegment=kept[at // 3 % SEGMENTS]) for at, row in enumerate(rows) if at % 3 == 0], 1000
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


def _count(page: Page) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page.visitor.get(page.path)  # what is only done once
    with CaptureQueriesContext(connection) as asked:
        answer = page.visitor.get(page.path)
    if answer.status_code not in (200, 302):
        raise RuntimeError(f"{page.path} answers {answer.status_code}")
    page.statements, page.size_bytes = len(asked), len(answer.content)


def _ask(page: Page) -> None:
    began, busy, before = time.perf_counter(), time.process_time(), _postgres_ms()
    page.visitor.get(page.path)
    took, here, there = time.perf_counter() - began, time.process_time() - busy, _postgres_ms() - before
    page.took.append(took * 1000)
    page.busy.append(here * 1000 + there)
    page.in_postgres.append(there)


def _postgres_ms() -> float:
    """The processor time that this connection's backend has taken so far, as Linux counts it."""
    from django.db import connection

    info = connection.connection.info
    return int(Path(f"/proc/{info.backend_pid}/schedstat").read_text().split()[0]) / 1e6


def _show(pages: list[Page]) -> None:
    for page in pages:
        print(
            f"{page.name:36} server time p50 {statistics.median(page.took):6.1f} p95 {_p95(page.took):6.1f} ms  "
            f"processor p50 {statistics.median(page.busy):5.1f} p95 {_p95(page.busy):5.1f} ms, "
            f"{statistics.median(page.in_postgres):5.1f} of it PostgreSQL's  {page.statements:3} queries  "
            f"{page.size_bytes:7,} bytes"
        )
    over = [page.name for page in pages if _p95(page.took) > AIM_MS]
    print(f"p95 of server time over {AIM_MS} ms: {', '.join(over) or 'none'}")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
