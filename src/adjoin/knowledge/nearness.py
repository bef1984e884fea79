"""Which passages mean what somebody asks.

Every vector a reader may be shown is compared, and no other: which those are is settled in SQL before anything is
ranked. They come as one value of bytes, 12 MB for 10,000 articles, so neither an index nor an extension is needed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import Aggregate, BinaryField, F, Func, QuerySet, TextField, Value

from adjoin.adapters.embeddings import CannotSay, Embedder, Vector
from adjoin.knowledge.models import Passage, Translation

if TYPE_CHECKING:
    from numpy.typing import NDArray

_log = structlog.get_logger(__name__)
NEAREST = 10  # articles
AS_NEAR = 0.5  # as the best one, above what is usual, an article has to be
READ_MAX_BYTES = 64 * 1024 * 1024  # of vectors, one search
AT_ONCE = 4096  # vectors
REST_SECONDS = 60.0  # in which a model that did not answer is not asked again
USUAL = (  # what questions have in common, whatever they are about, is how they are put: taken away before comparing
    *("Where can I find this?", "How do I change it later?", "It does not work any more.", "Why do I see an error?"),
    *("What does it cost?", "Is there a limit?", "How long does it take?", "Can somebody else do it for me?"),
    *("I have lost it, what now?", "Which one should I choose?", "Is it safe to use?", "How do I switch it off?"),
    *("my list is empty", "cannot open the page", "too slow", "who can see what I wrote", "Wo finde ich das?"),
    *("Das geht nicht mehr.", "Où est-ce que je peux le trouver ?", "Comment le changer ?", "No funciona."),
    *("¿Cómo puedo cambiarlo?", "Dove lo trovo?", "Waar kan ik dat vinden?"),
)


@dataclass(frozen=True)
class Near:
    """An article's words in one language, and the passage of them that comes nearest."""

    translation_id: int
    passage_id: int


def nearest(rows: QuerySet[Translation], words: str, reader: Embedder) -> list[Near]:
    """The few of `rows` that come nearest to what `words` mean, nearest first. None when the model does not answer."""
    import numpy as np

    if time.monotonic() < _resting.get(reader.name, 0.0):
        return []
    try:
        asked = np.array(reader.questions([words])[0], np.float32) - _usual(reader)
    except CannotSay as error:
        _log.warning("search_without_meaning", reason=str(error))
        _resting[reader.name] = time.monotonic() + REST_SECONDS
        return []
    record = np.dtype([("passage", ">i8"), ("translation", ">i8"), ("vector", "i1", (len(asked),))])
    kept = np.frombuffer(_read(rows, reader, len(asked), record.itemsize), record)
    if not len(kept):
        return []
    near = _cosines(kept["vector"], asked)
    near -= near.mean()
    enough = near.max() * AS_NEAR
    found: dict[int, Near] = {}
    for at in near.argsort()[::-1]:
        if near[at] < enough or len(found) == NEAREST:
            break
        translation_id = int(kept["translation"][at])
        found.setdefault(translation_id, Near(translation_id, int(kept["passage"][at])))
    return list(found.values())


def forget() -> None:
    """Ask every model afresh. For tests."""
    _known.clear()
    _resting.clear()


class _Bytes(Func):
    function = "int8send"
    output_field = BinaryField()


class _Joined(Aggregate):
    """Bytes after bytes, in no order."""

    template = "string_agg(%(expressions)s, ''::bytea)"
    output_field = BinaryField()


def _read(rows: QuerySet[Translation], reader: Embedder, dimensions: int, record_bytes: int) -> bytes:
    """Records of passage id, translation id and vector, of those of `rows` that the model has read."""
    mine = Passage.objects.filter(translation__in=rows.filter(understood_by=reader.name).order_by().values("pk"))
    mine = mine.annotate(size=Func(F("vector"), function="octet_length", output_field=TextField())).filter(
        size=Value(dimensions)
    )
    said = Func(
        _Bytes("pk"), _Bytes("translation_id"), F("vector"), template="%(expressions)s", arg_joiner=" || ",
        output_field=BinaryField(),
    )  # fmt: skip
    some = mine[: READ_MAX_BYTES // record_bytes].annotate(record=said)
    return bytes(some.aggregate(all=_Joined("record"))["all"] or b"")


def _cosines(vectors: NDArray[Any], asked: NDArray[Any]) -> NDArray[Any]:
    """Of each vector with what is asked, but for the length of that. In pieces, for they are eight times as large."""
    import numpy as np

    found = np.empty(len(vectors), np.float32)
    for at in range(0, len(vectors), AT_ONCE):
        some = vectors[at : at + AT_ONCE].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", some, some))
        found[at : at + AT_ONCE] = some @ asked / np.maximum(lengths, 1)
    return found


_known: dict[str, Any] = {}
_resting: dict[str, float] = {}  # until when, of the process's own clock
_finding_out = threading.Lock()


def _usual(reader: Embedder) -> NDArray[Any]:
    """The mean of `USUAL`, asked once for each model in each process. Raises `CannotSay`."""
    import numpy as np

    with _finding_out:
        if reader.name not in _known:
            vectors: list[Vector] = reader.questions(USUAL)
            _known[reader.name] = np.array(vectors, np.float32).mean(axis=0)
        found: NDArray[Any] = _known[reader.name]
        return found
