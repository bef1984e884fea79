"""What people look for in help centers, counted by day so that somebody writes what is missing. Nobody is named."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F, Max, QuerySet, Sum

from adjoin.kernel import prepared
from adjoin.knowledge.models import SearchCount

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

KEPT_DAYS = 90
WORDS_MAX = 80  # characters; whoever pastes more tells of themselves
OF_A_DAY = 5000  # different searches of a brand; a flood of made-up ones does not fill the table
_SPEAKS_OF_SOMEBODY = re.compile(
    r"\S@\S|://|(?:\d[ .\-/]?){6}"  # addresses of mail and pages; numbers of cards, orders, phones
    r"|(?=\S*\d)(?=\S*[^\W\d])\S{12,}|\S{40,}"  # keys and passwords
)


def kept(words: str) -> str:
    """The words as they are counted, in small letters; empty for what may tell of somebody, be a secret or
    has no letter."""
    found = " ".join(words.lower().split())
    says_nothing = not any(character.isalnum() for character in found)
    return "" if says_nothing or len(found) > WORDS_MAX or _SPEAKS_OF_SOMEBODY.search(found) else found


def count(*, actor: Actor, brand: Brand, locale: str, words: str, by_words: int, now: datetime) -> int | None:
    """Count one search; gives back what `follow` takes. None for what is not counted: that of agents is not, either."""
    found = "" if actor.is_agent else kept(words)
    if not found:
        return None
    waits = "off" if connection.get_autocommit() else "on"
    rows = _COUNT.rows(brand.pk, now.date().isoformat(), locale, found, by_words, OF_A_DAY, waits)
    return int(rows[0][0]) if rows else None


def follow(*, brand: Brand, count_id: int, now: datetime) -> None:
    """An article was opened from what a search of today or yesterday found; never more often than it was searched."""
    recent = SearchCount.objects.filter(pk=count_id, brand=brand, on__gte=now.date() - timedelta(days=1))
    recent.filter(followed__lt=F("times")).update(followed=F("followed") + 1)


def asked(brand: Brand, since: date, *, without_result: bool = False) -> QuerySet[Any, Any]:
    """What was looked for since a day, most often first: `all_times`, `most` found by words, `opened`.

    `without_result`: only what nobody found any article by."""
    rows = SearchCount.objects.filter(brand=brand, on__gte=since).values("words", "locale").order_by()
    rows = rows.annotate(all_times=Sum("times"), most=Max("by_words"), opened=Sum("followed"))
    if without_result:
        rows = rows.filter(most=0)
    return rows.order_by("-all_times", "words", "locale")


def forget(now: datetime) -> None:
    """Let go of what is older than `KEPT_DAYS`."""
    SearchCount.objects.filter(on__lt=now.date() - timedelta(days=KEPT_DAYS)).delete()


# Nobody who searches waits for a disk: a count that a crash takes is one less. It holds for this transaction alone, and
# not where that has other writes in it.
_COUNT = prepared.Statement("""
WITH soon AS MATERIALIZED (SELECT set_config('synchronous_commit', $7, true) WHERE $7 = 'off')
INSERT INTO knowledge_searchcount AS c (brand_id, "on", locale, words, times, by_words, followed)
SELECT $1::bigint, $2::date, $3::varchar, $4::varchar, 1, $5::integer, 0 FROM (SELECT count(*) FROM soon) AS seen
WHERE (SELECT count(*) FROM knowledge_searchcount WHERE brand_id = $1 AND "on" = $2::date) < $6::bigint
ON CONFLICT (brand_id, "on", locale, words)
DO UPDATE SET times = c.times + 1, by_words = greatest(c.by_words, excluded.by_words)
RETURNING id
""")
