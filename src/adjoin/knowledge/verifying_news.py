"""What the owners of articles are reminded of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from adjoin.access import actors
from adjoin.accounts import current
from adjoin.knowledge import access
from adjoin.knowledge.actions import articles, verifying
from adjoin.knowledge.models import Article

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.people.models import User


@dataclass(frozen=True)
class Due:
    """One article to be looked at again, and where that is done."""

    article_id: int
    title: str
    url: str
    brand: Brand


def due(now: datetime) -> Iterator[tuple[User, list[Due]]]:
    """Every owner with the articles they have not been reminded of, of those they still look after."""
    rows = verifying.unreminded(now).select_related("owner", "brand")
    for _, group in groupby(rows, key=lambda row: row.owner_id):
        mine = list(group)
        owner = mine[0].owner
        actor = actors.load(mine[0].owner_id)
        found = [_due(row) for row in mine if access.manages(actor, row.brand)]
        if owner is not None and found:
            yield owner, found


def reminded(rows: list[Due], now: datetime) -> None:
    """Their owner knows."""
    Article.objects.filter(pk__in=[row.article_id for row in rows]).update(reminded_at=now)


def _due(row: Article) -> Due:
    url = f"{current.url()}/agent/knowledge/articles/{row.pk}/{row.source_locale}/"
    return Due(row.pk, articles.title_of(row), url, row.brand)
