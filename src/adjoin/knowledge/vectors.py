"""The vectors of an account's passages, read once for each edition of them, not for each search.

PostgreSQL gives the account another edition with whatever is written to passages, or to which model has read a text, in
the same transaction. A search reads only which edition is in force for it, so nobody finds by words that have changed.
All of the account's are kept; which of them a search may look at, it asks the database each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Aggregate, BinaryField, F, Func, QuerySet, TextField, Value

from adjoin.accounts import current
from adjoin.knowledge.models import Passage, Translation

if TYPE_CHECKING:
    from numpy.typing import NDArray

READ_MAX_BYTES = 64 * 1024 * 1024  # of one account
KEPT_MAX_BYTES = 96 * 1024 * 1024  # of all of them, in each process


@dataclass(frozen=True, eq=False)
class Vectors:
    """Passages by their ids, each with the text it is of, a vector of signed bytes, and the length of that."""

    passages: NDArray[Any]
    translations: NDArray[Any]
    vectors: NDArray[Any]
    lengths: NDArray[Any]

    def of(self, ids: NDArray[Any]) -> Vectors:
        """Only those of texts with these ids."""
        import numpy as np

        mine = np.isin(self.translations, ids)
        if mine.all():
            return self
        return Vectors(self.passages[mine], self.translations[mine], self.vectors[mine], self.lengths[mine])


def read(model: str, dimensions: int) -> Vectors:
    """Every passage of the account in use that the model has read."""
    key = (current.schema(), model, dimensions)
    stamp = _stamp()  # before the vectors: they may only be newer
    edition, found = _kept.get(key) or (None, None)
    if found is not None and stamp == edition:
        return found
    found = _from_database(model, dimensions)
    if stamp is not None:
        _keep(key, stamp, found)
    return found


def ids(rows: QuerySet[Translation]) -> NDArray[Any]:
    """The ids of some texts, as one value of bytes: a tenth of what it takes to read them one by one."""
    import numpy as np

    said = rows.order_by().aggregate(all=_Joined(_Bytes("pk")))["all"] or b""
    return np.frombuffer(bytes(said), ">i8").astype(np.int64)


_kept: dict[tuple[str, str, int], tuple[UUID, Vectors]] = {}


class _Bytes(Func):
    function = "int8send"
    output_field = BinaryField()


class _Joined(Aggregate):
    """Bytes after bytes, in no order."""

    template = "string_agg(%(expressions)s, ''::bytea)"
    output_field = BinaryField()


def _stamp() -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM knowledge_edition")
        row = cursor.fetchone()
    return row[0] if row else None


def _from_database(model: str, dimensions: int) -> Vectors:
    import numpy as np

    record = np.dtype([("passage", ">i8"), ("translation", ">i8"), ("vector", "i1", (dimensions,))])
    size = Func(F("vector"), function="octet_length", output_field=TextField())
    mine = Passage.objects.filter(translation__understood_by=model).annotate(size=size).filter(size=Value(dimensions))
    said = Func(
        _Bytes("pk"), _Bytes("translation_id"), F("vector"), template="%(expressions)s", arg_joiner=" || ",
        output_field=BinaryField(),
    )  # fmt: skip
    some = mine[: READ_MAX_BYTES // record.itemsize].annotate(record=said)
    rows = np.frombuffer(bytes(some.aggregate(all=_Joined("record"))["all"] or b""), record)
    vectors = np.ascontiguousarray(rows["vector"])
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32))
    passages, texts = rows["passage"].astype(np.int64), rows["translation"].astype(np.int64)
    return Vectors(passages, texts, vectors, np.maximum(lengths, 1))


def _keep(key: tuple[str, str, int], stamp: UUID, found: Vectors) -> None:
    _kept.pop(key, None)
    _kept[key] = (stamp, found)
    room = KEPT_MAX_BYTES - sum(one.vectors.nbytes for _, one in list(_kept.values()))
    for oldest in list(_kept):
        if room >= 0 or oldest == key:
            break
        gone = _kept.pop(oldest, None)
        room += gone[1].vectors.nbytes if gone else 0
