"""Making what a plan says, all of it or nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.db import DataError, connection, transaction
from django.utils.translation import gettext

from adjoin.kernel.errors import DeskError, Invalid
from adjoin.kernel.wording import say
from adjoin.knowledge import links
from adjoin.knowledge.actions import articles, files, shelves, texts
from adjoin.knowledge.importing import pages, planning, pointing
from adjoin.knowledge.models import Article, ArticleAttachment, Section, Translation
from adjoin.knowledge.terms import Audience

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.knowledge.importing.pages import Page
    from adjoin.knowledge.importing.planning import Plan


@dataclass
class _Work:
    """An import under way."""

    actor: Actor
    plan: Plan
    now: datetime
    paths: set[str]
    ids: dict[str, int]  # of the article that a file becomes
    titles: dict[str, tuple[str, str]]  # title and locale
    sections: dict[str, Section] = field(default_factory=dict)
    publishes: bool = False
    tell: Callable[[int], None] = lambda done: None
    done: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)  # path and sentence


class Refused(DeskError):
    """Some files could not be made into articles. `problems` are their paths, each with a sentence."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__(gettext("Nothing was imported: some files cannot become articles."))


@transaction.atomic
def make(
    *,
    actor: Actor,
    plan: Plan,
    now: datetime,
    audience: str = Audience.NOT_CHOSEN,
    segment_ids: Iterable[int] = (),
    publishes: bool = False,
    tell: Callable[[int], None] = lambda done: None,
) -> list[Article]:
    """The articles that were planned, in their sections, with their pictures and with links between them.

    They are drafts, or where `publishes` all but those that say they are drafts. `tell` hears how many are done.
    Raises `Invalid`, `NotAllowed`; `Refused` with what is wrong with each file."""
    if publishes and audience == Audience.NOT_CHOSEN:
        raise Invalid.field("user_segment_id", say("Choose who reads them before they are published."), "BlankValue")
    work = _begun(actor, plan, now, publishes, tell)
    for folder in plan.folders:
        work.sections[folder] = _section(work, folder)
    readers = {"audience": audience, "segment_ids": list(segment_ids)}
    made: dict[str, Article] = {}
    for page in plan.articles:
        with _one(work, page.path):
            made[page.path] = _article(work, page, readers)
    for page in plan.translations:
        with _one(work, page.path):
            if page.source in made:
                _translation(work, page, made[page.source])
    if work.problems:
        raise Refused(work.problems)
    return list(made.values())


@contextmanager
def _one(work: _Work, path: str) -> Iterator[None]:
    """One file of many: what is wrong with it is kept, and the others are tried as well, to tell all of it at once."""
    try:
        with transaction.atomic():
            yield
    except (DeskError, DataError) as error:
        told = str(error) if isinstance(error, DeskError) else gettext("It cannot be kept as it is.")
        work.problems.append((path, told))
    work.done += 1
    work.tell(work.done)


def _begun(actor: Actor, plan: Plan, now: datetime, publishes: bool, tell: Callable[[int], None]) -> _Work:
    """With the ids of the articles known before there are any, links between them are right from the beginning."""
    with connection.cursor() as cursor:
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(sequence, [Article._meta.db_table, len(plan.articles)])
        numbers = [row[0] for row in cursor.fetchall()]
    ids = {page.path: pk for page, pk in zip(plan.articles, numbers, strict=True)}
    ids |= {page.path: ids[page.source] for page in plan.translations if page.source in ids}
    titles = {page.path: (page.title, page.locale) for page in [*plan.articles, *plan.translations]}
    return _Work(actor, plan, now, set(plan.package.files), ids, titles, publishes=publishes, tell=tell)


def _section(work: _Work, folder: str) -> Section:
    """The section a folder becomes: the one of its name that is there, else a new one."""
    place = work.plan.place
    if not folder and place.section is not None:
        return place.section
    path = PurePosixPath(folder)
    above = work.sections.get(str(path.parent)) if len(path.parts) > 1 else place.section
    title = pages.spoken(path.name) if folder else pages.spoken(work.plan.package.name)
    there = Translation.objects.filter(section__category=place.category, section__parent=above, title__iexact=title)
    if (found := there.select_related("section").order_by("section_id").first()) and found.section:
        return found.section
    position = pages.number(path.name)
    return shelves.create_section(
        actor=work.actor, category=place.category, parent=above, name=title, position=position, now=work.now
    )


def _article(work: _Work, page: Page, readers: dict[str, Any]) -> Article:
    body, waiting = _body(work, page)
    article = articles.create_article(
        actor=work.actor,
        section=work.sections[planning.folder_of(page)],
        title=page.title,
        body=body,
        locale=page.locale,
        labels=page.labels,
        is_draft=not work.publishes or page.is_draft is True,
        position=page.position,
        now=work.now,
        pk=work.ids[page.path],
        **readers,
    )
    files.bring(actor=work.actor, article=article, attachment_ids=waiting, now=work.now)
    return article


def _translation(work: _Work, page: Page, article: Article) -> None:
    body, waiting = _body(work, page)
    is_draft = not work.publishes or page.is_draft is True
    words: dict[str, Any] = {"title": page.title, "body": body, "is_draft": is_draft}
    texts.write(actor=work.actor, of=article, locale=page.locale, now=work.now, **words)
    files.bring(actor=work.actor, article=article, attachment_ids=waiting, now=work.now)


def _body(work: _Work, page: Page) -> tuple[str, list[int]]:
    """The words with addresses of ours in them, and the files that wait for their article."""
    kept: dict[str, ArticleAttachment] = {}
    for element, name, data in pointing.embedded(page):
        kept[name] = _keep(work, name, data, is_inline=True)
        element.set("src", links.of_file(kept[name]))
    for pointer in list(pointing.inside(page, work.paths)):
        target = pointer.target
        if target in work.ids and not pointer.is_picture:
            title, locale = work.titles[target]
            pointer.element.set("href", links.path("articles", work.ids[target], title, locale))
        elif target and not pages.is_page(target):
            if target not in kept:
                data = work.plan.package.read(target)
                kept[target] = _keep(work, PurePosixPath(target).name, data, is_inline=pointer.is_picture)
            pointer.element.set(pointer.attribute, links.of_file(kept[target]))
        else:
            pointing.lead_nowhere(pointer)
    return pointing.markup_of(page), [one.pk for one in kept.values()]


def _keep(work: _Work, name: str, data: bytes, *, is_inline: bool) -> ArticleAttachment:
    return files.attach(actor=work.actor, stream=io.BytesIO(data), file_name=name, is_inline=is_inline, now=work.now)
