"""How often articles are read: each reading is one row without anybody in it, and a job adds the rows up by day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from adjoin.knowledge.models import ArticleReading, ArticleReadings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adjoin.access.actors import Actor
    from adjoin.knowledge.models import Translation

LATELY = timedelta(days=30)
KEPT = timedelta(days=400)
_ROBOT = re.compile(
    r"(?<!cu)bot(\b|_)|crawl|spider|slurp|preview|headless|lighthouse|https?://",
    re.IGNORECASE,  # Cubot makes phones
)
_GATHER = """
WITH taken AS (DELETE FROM knowledge_articlereading RETURNING article_id, read_on),
     counted AS (SELECT article_id, read_on, count(*) AS times FROM taken GROUP BY article_id, read_on)
INSERT INTO knowledge_articlereadings AS kept (article_id, read_on, times)
SELECT article_id, read_on, times FROM counted WHERE article_id IN (SELECT id FROM knowledge_article)
ORDER BY article_id, read_on
ON CONFLICT (article_id, read_on) DO UPDATE SET times = kept.times + excluded.times
"""


def read(actor: Actor, article_id: int, now: datetime, *, program: str) -> None:
    """Somebody reads an article with a program that calls itself so. Agents, who look things up for others, are not
    counted, nor are programs that read by themselves."""
    if not actor.is_agent and not is_robot(program):
        ArticleReading.objects.create(article_id=article_id, read_on=now.date())


def is_robot(program: str) -> bool:
    """Whether a program reads for nobody in front of it, by its `User-Agent`: browsers all begin alike, and robots
    that begin like them say what they are."""
    return not program.startswith("Mozilla/") or _ROBOT.search(program) is not None


def gather(now: datetime) -> None:
    """Add what was read since the last time to the numbers of each day, and forget old days."""
    with connection.cursor() as cursor:
        cursor.execute(_GATHER)
    ArticleReadings.objects.filter(read_on__lt=now.date() - KEPT).delete()


def with_readings(rows: QuerySet[Translation], today: date) -> QuerySet[Translation]:
    """Texts of articles, each with `times_read` within the last thirty days."""
    days = ArticleReadings.objects.filter(article_id=OuterRef("article_id"), read_on__gt=today - LATELY)
    total = days.order_by().values("article_id").annotate(total=Sum("times")).values("total")
    return rows.annotate(times_read=Coalesce(Subquery(total), 0))


def lately(article_id: int, today: date) -> int:
    """How often one article was read within the last thirty days."""
    return lately_of([article_id], today).get(article_id, 0)


def lately_of(article_ids: Iterable[int], today: date) -> dict[int, int]:
    """How often each of some articles was; without those nobody read."""
    rows = ArticleReadings.objects.filter(article_id__in=article_ids, read_on__gt=today - LATELY)
    return dict(rows.order_by().values("article_id").annotate(total=Sum("times")).values_list("article_id", "total"))
