"""Which passages mean what somebody asks.

Every vector a reader may be shown is compared, and no other: which those are is settled in SQL before anything is
ranked. A process keeps them, 12 MB for 10,000 articles, so neither an index nor an extension is needed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from adjoin.adapters.embeddings import CannotSay, Embedder, Vector
from adjoin.knowledge import vectors

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from adjoin.knowledge.models import Translation
    from adjoin.knowledge.vectors import Vectors

_log = structlog.get_logger(__name__)
NEAREST = 10  # articles
AS_NEAR = 0.5  # as the best one, above what is usual, an article has to be
AT_ONCE = 512  # vectors: few enough that NumPy wakes no second thread, which costs more than it saves
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
    kept = vectors.read(reader.name, len(asked)).of(vectors.ids(rows))
    if not len(kept.passages):
        return []
    near = _cosines(kept, asked)
    near -= near.mean()
    enough = near.max() * AS_NEAR
    found: dict[int, Near] = {}
    for at in near.argsort()[::-1]:
        if near[at] < enough or len(found) == NEAREST:
            break
        translation_id = int(kept.translations[at])
        found.setdefault(translation_id, Near(translation_id, int(kept.passages[at])))
    return list(found.values())


def forget() -> None:
    """Ask every model afresh. For tests."""
    _known.clear()
    _resting.clear()


def _cosines(kept: Vectors, asked: NDArray[Any]) -> NDArray[Any]:
    """Of each vector with what is asked, but for the length of that. In pieces, for they are four times as large."""
    import numpy as np

    found = np.empty(len(kept.vectors), np.float32)
    for at in range(0, len(found), AT_ONCE):
        found[at : at + AT_ONCE] = kept.vectors[at : at + AT_ONCE].astype(np.float32) @ asked
    found /= kept.lengths
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
