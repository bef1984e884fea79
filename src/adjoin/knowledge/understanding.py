"""Having a model read what is published: passages and their vectors, renewed when words or the model change."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet

from adjoin.adapters import embeddings
from adjoin.adapters.embeddings import CannotSay, Embedder
from adjoin.knowledge import passages
from adjoin.knowledge.actions import meaning
from adjoin.knowledge.models import Meaning, Passage, Translation
from adjoin.knowledge.terms import MeaningSource

_log = structlog.get_logger(__name__)
AT_ONCE = 16  # texts of one job; then it makes room for others
LONGEST = 127  # of a vector's numbers, as a signed byte


def model() -> Embedder | None:
    """The model that articles are found by; None where words alone have to do."""
    if not embeddings.can_compare():
        return None
    row = meaning.current()
    if row.source == MeaningSource.ENDPOINT:
        return embeddings.Endpoint(row.url, row.model, row.api_key or "")
    return embeddings.Shipped() if row.source == MeaningSource.SHIPPED and embeddings.is_shipped() else None


def waiting(reader: Embedder) -> QuerySet[Translation]:
    """The published words that a model has not read yet. Drafts are shown to no model."""
    rows = Translation.objects.filter(article__archived_at=None, article__isnull=False, is_draft=False)
    return rows.exclude(understood_by=reader.name)


def read_some(now: datetime) -> bool:
    """Have the model read a few texts; gives back whether more are waiting. Raises `CannotSay` when later is better."""
    reader = model()
    if reader is None:
        return False
    rows = list(waiting(reader).order_by("pk")[:AT_ONCE])
    try:
        for row in rows:
            _read(reader, row)
    except CannotSay as error:
        Meaning.objects.update_or_create(pk=1, defaults={"failure": str(error)[:300], "failed_at": now})
        _log.warning("articles_not_understood", reason=str(error))
        if error.should_retry:
            raise
        return False
    Meaning.objects.filter(pk=1).exclude(failed_at=None).update(failure="", failed_at=None)
    return len(rows) == AT_ONCE


def packed(vector: Sequence[float]) -> bytes:
    """The direction of a vector, in one signed byte a dimension; its length is lost."""
    longest = max((abs(number) for number in vector), default=0.0) or 1.0
    return array("b", [round(number / longest * LONGEST) for number in vector]).tobytes()


def _read(reader: Embedder, row: Translation) -> None:
    """Ask first, then write: nothing waits for a server inside a transaction."""
    said = passages.cut(row.title, row.body)
    vectors = reader.passages(said)
    with transaction.atomic():
        now_there = Translation.objects.select_for_update().filter(pk=row.pk, title=row.title, body=row.body)
        if not now_there.exists():
            return  # other words stand there by now: they are waiting themselves
        Passage.objects.filter(translation=row).delete()
        Passage.objects.bulk_create(
            Passage(translation=row, number=number, words=words, vector=packed(vector))
            for number, (words, vector) in enumerate(zip(said, vectors, strict=True))
        )
        Translation.objects.filter(pk=row.pk).update(understood_by=reader.name)


@dataclass(frozen=True)
class State:
    """How articles are found now. `model` is empty where words alone have to do, and `lacks` says what that takes."""

    model: str
    lacks: str
    is_here: bool
    failure: str
    failed_at: datetime | None
    published: int
    waiting: int


def state() -> State:
    """For the page on which the model is chosen."""
    row, reader = meaning.current(), model()
    lacks = "" if reader is not None or row.source == MeaningSource.OFF else _LACKS[embeddings.can_compare()]
    published = Translation.objects.filter(article__archived_at=None, article__isnull=False, is_draft=False)
    return State(
        model=reader.name if reader else "",
        lacks=lacks,
        is_here=bool(reader and reader.is_here),
        failure=row.failure,
        failed_at=row.failed_at,
        published=published.count(),
        waiting=waiting(reader).count() if reader else 0,
    )


_LACKS = {
    False: "Finding by meaning is not installed on this machine: it comes with pip install adjoin[meaning].",
    True: "There is no model on this machine: it comes with pip install adjoin[meaning].",
}
