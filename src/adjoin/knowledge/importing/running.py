"""Imports in the background: put in line, then made in one transaction, so that a process that dies leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from django.db import OperationalError, transaction

from adjoin.access import actors
from adjoin.accounts.telling import telling
from adjoin.adapters import storage
from adjoin.kernel import outbox
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.wording import of_error, say
from adjoin.kernel.wording import say as _
from adjoin.knowledge.actions import checks
from adjoin.knowledge.importing import making, packing, places, planning
from adjoin.knowledge.models import ArticleImport, UserSegment
from adjoin.knowledge.terms import Audience, ImportState
from adjoin.tickets import uploads

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand
    from adjoin.knowledge.importing.planning import Plan

QUEUED = "articles.import_queued"
LISTED = 5
PROBLEMS_MAX = 1000


@contextmanager
def planned(files: Iterable[tuple[str, str]], brand: Brand, place: str) -> Iterator[Plan]:
    """The plan of these files, each a name and a digest, which are open while somebody works with it.

    Raises `Invalid`."""
    opened: list[tuple[str, IO[bytes]]] = []
    try:
        opened += ((name, storage.files().open(sha256)) for name, sha256 in files)
        yield planning.plan(packing.opened(opened), places.chosen(brand, place))
    finally:
        for _name, stream in opened:
            stream.close()


@transaction.atomic
def queue(
    *,
    actor: Actor,
    brand: Brand,
    token: str,
    place: str,
    now: datetime,
    audience: str = Audience.NOT_CHOSEN,
    segment_ids: Iterable[int] = (),
    publishes: bool = False,
) -> ArticleImport:
    """An import of the files of an upload, which is made in the background.

    Raises `Invalid`, `NotAllowed`, and `NotFound` for a token that is not theirs."""
    checks.require(actor, brand)
    check_readers(audience, list(segment_ids), publishes=publishes)
    sent = uploads.waiting(actor=actor, token=token, now=now)
    files = [(one.file_name, one.sha256) for one in sent]
    with planned(files, brand, place) as plan:
        total = plan.pages
    row = ArticleImport.objects.create(
        brand=brand,
        by_id=actor.user_id,
        names=[name for name, _sha256 in files],
        sha256s=[sha256 for _name, sha256 in files],
        place=place,
        audience=audience,
        segment_ids=list(segment_ids),
        publishes=publishes,
        total=total,
        created_at=now,
        updated_at=now,
    )
    uploads.discard(actor=actor, token=token, now=now)
    outbox.publish(QUEUED, import_id=row.pk)
    return row


def run(*, import_id: int, clock: Callable[[], datetime]) -> None:
    """Make the articles, all of them or none. An import that has come to rest is left alone."""
    at_work = ArticleImport.objects.filter(pk=import_id, state__in=ImportState.at_work())
    row = at_work.select_related("brand", "by").first()
    if row is None:
        return
    at_work.update(state=ImportState.RUNNING, progress=0, updated_at=clock())
    try:
        with telling(lambda done: at_work.update(progress=done)) as progress, acting(_somebody(row)):
            _make(row, progress.tell, clock)
    except making.Refused as error:
        _stop(row, clock(), of_error(error), problems=error.problems[:PROBLEMS_MAX])
    except (DeskError, FileNotFoundError) as error:
        _stop(
            row, clock(), of_error(error) if isinstance(error, DeskError) else _("The files are gone. Send them again.")
        )
    except OperationalError:
        raise  # the database is away: the job is tried again
    except Exception:  # tried again, it would be no better
        _stop(row, clock(), _("Stopped by a mistake of ours. Nothing was imported."))
        raise


def newest(brand: Brand) -> list[ArticleImport]:
    """The last imports into the brand's help center."""
    return list(ArticleImport.objects.filter(brand=brand).select_related("by").order_by("-pk")[:LISTED])


def is_kept(sha256: str) -> bool:
    """Whether an import is still to be made of a file with these bytes."""
    return ArticleImport.objects.filter(state__in=ImportState.at_work(), sha256s__contains=[sha256]).exists()


@transaction.atomic
def _make(row: ArticleImport, tell: Callable[[int], None], clock: Callable[[], datetime]) -> None:
    if row.by_id is None:
        raise NotFound(_("Whoever asked for it is gone. Nothing was imported."))
    actor, how = actors.load(row.by_id), _readers(row)
    with planned(zip(row.names, row.sha256s, strict=True), row.brand, row.place) as plan:
        making.make(actor=actor, plan=plan, now=clock(), tell=tell, **how)
    mine = ArticleImport.objects.filter(pk=row.pk, state__in=ImportState.at_work())
    if not mine.update(state=ImportState.DONE, progress=row.total, sha256s=[], updated_at=clock()):
        raise Invalid.field("base", _("Somebody else has made it meanwhile."))  # what this one made is taken back
    uploads.let_go(row.sha256s)


@transaction.atomic
def _stop(row: ArticleImport, now: datetime, message: str, **fields: Any) -> None:
    mine = ArticleImport.objects.filter(pk=row.pk, state__in=ImportState.at_work())
    mine.update(state=ImportState.WRONG, message=message, progress=0, sha256s=[], updated_at=now, **fields)
    uploads.let_go(row.sha256s)


def check_readers(audience: str, segment_ids: list[int], *, publishes: bool) -> None:
    """What would stop every single article is said at once."""
    if publishes and audience == Audience.NOT_CHOSEN:
        raise Invalid.field("user_segment_id", say("Choose who reads them before they are published."), "BlankValue")
    found = UserSegment.objects.filter(pk__in=segment_ids).count()
    if audience not in Audience.values or (audience == Audience.SEGMENTS) != bool(found):
        raise Invalid.field("user_segment_id", say("Choose at least one segment, or everybody."), "BlankValue")


def _readers(row: ArticleImport) -> dict[str, Any]:
    return {"audience": row.audience, "segment_ids": row.segment_ids, "publishes": row.publishes}


def _somebody(row: ArticleImport) -> Acting:
    return Acting(user_id=row.by_id, name=row.by.name) if row.by else Acting()
