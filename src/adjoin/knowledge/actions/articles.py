"""Articles as a whole: where they stand, who reads them, what they are labelled with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge.actions import checks, texts
from adjoin.knowledge.models import Article, Label, Section, Translation, UserSegment
from adjoin.knowledge.terms import SOURCE_LOCALE, Audience
from adjoin.knowledge.terms import locale as checked_locale

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

SEGMENTS_MAX = 10
LABELS_MAX = 50
PLAIN = ("position", "is_promoted", "comments_disabled")


@transaction.atomic
def create_article(
    *,
    actor: Actor,
    section: Section,
    title: str,
    now: datetime,
    body: str = "",
    locale: str = SOURCE_LOCALE,
    audience: str = Audience.NOT_CHOSEN,
    segment_ids: Iterable[int] = (),
    labels: Iterable[str] = (),
    is_draft: bool = True,
    **plain: Any,
) -> Article:
    """A new article: a draft that nobody is chosen to read, unless the arguments say otherwise. `plain` are `PLAIN`.

    Raises `Invalid`, `NotAllowed`."""
    section = checks.lock_section(actor, section)
    row = Article.objects.create(
        brand=section.brand,
        section=section,
        author_id=actor.user_id,
        source_locale=checked_locale(locale),
        created_at=now,
        updated_at=now,
        edited_at=now,
        **plain,
    )
    _choose_readers(row, audience, segment_ids)
    _label(row, labels, now)
    row.save(update_fields=["audience"])
    texts.write(actor=actor, of=row, locale=row.source_locale, title=title, body=body, is_draft=is_draft, now=now)
    record.changed(Did.CREATED, "article", row.pk, checks.title(title), now=now, **_readers_told(None, row))
    return row


@transaction.atomic
def change_article(*, actor: Actor, article: Article, now: datetime, **fields: Any) -> Article:
    """The article elsewhere, for others, with other labels. `fields` are `section`, `audience` with `segment_ids`,
    `labels`, `source_locale` and `PLAIN`; its words are changed by `texts.write`.

    Raises `Invalid`, `NotFound`, `NotAllowed`."""
    row = checks.lock_article(actor, article.pk)
    before = _readers(row)
    if "section" in fields:
        _move(actor, row, fields["section"])
    if "audience" in fields:
        _choose_readers(row, fields["audience"], fields.get("segment_ids", ()))
    if "source_locale" in fields:
        row.source_locale = _translated(row, fields["source_locale"])
    for name in PLAIN:
        setattr(row, name, fields.get(name, getattr(row, name)))
    row.updated_at = now
    row.save()
    if "labels" in fields:
        _label(row, fields["labels"], now)
        texts.index(row)
    record.changed(Did.UPDATED, "article", row.pk, title_of(row), now=now, **_readers_told(before, row))
    return row


@transaction.atomic
def archive_article(*, actor: Actor, article: Article, now: datetime) -> None:
    """Take the article away from everybody. Its words and files stay until somebody deletes where it stood.

    Raises `NotFound`, `NotAllowed`."""
    row = checks.lock_article(actor, article.pk)
    row.archived_at = row.updated_at = now
    row.save(update_fields=["archived_at", "updated_at"])
    Translation.objects.filter(article=row).update(publish_at=None)
    record.changed(Did.DELETED, "article", row.pk, title_of(row), now=now)


def title_of(article: Article) -> str:
    """The title it was first given."""
    found = Translation.objects.filter(article=article, locale=article.source_locale)
    return found.values_list("title", flat=True).first() or f"Article {article.pk}"


def _move(actor: Actor, row: Article, section: Section) -> None:
    section = checks.lock_section(actor, section)
    if section.brand_id != row.brand_id:
        raise Invalid.field("section_id", say("Section: an article stays in its brand's help center"))
    row.section = section


def _choose_readers(row: Article, audience: str, segment_ids: Iterable[int]) -> None:
    wanted = sorted(set(segment_ids))
    if audience not in Audience.values:
        raise Invalid.field("user_segment_id", say("Choose who reads it."))
    if (audience == Audience.SEGMENTS) != bool(wanted):
        raise Invalid.field("user_segment_id", say("Choose at least one segment, or everybody."), "BlankValue")
    if len(wanted) > SEGMENTS_MAX:
        raise Invalid.field("user_segment_ids", say("At most %(most)s segments.") % {"most": SEGMENTS_MAX})
    found = list(UserSegment.objects.filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise Invalid.field("user_segment_id", say("There is no such segment."))
    if audience == Audience.NOT_CHOSEN and Translation.objects.filter(article=row, is_draft=False).exists():
        raise Invalid.field("user_segment_id", say("A published article is for somebody. Choose who reads it."))
    row.audience = audience
    row.segments.set(found)


def _label(row: Article, names: Iterable[str], now: datetime) -> None:
    wanted = {name.lower(): name for given in names if (name := text.one_line(given)[:100])}
    if len(wanted) > LABELS_MAX:
        raise Invalid.field("label_names", say("At most %(most)s labels.") % {"most": LABELS_MAX})
    known = {label.name.lower(): label for label in Label.objects.all()} if wanted else {}
    for key, name in wanted.items():
        if key not in known:
            known[key] = Label.objects.create(name=name, created_at=now, updated_at=now)
    row.labels.set([known[key] for key in wanted])


def _translated(row: Article, locale: str) -> str:
    found = checked_locale(locale)
    if not Translation.objects.filter(article=row, locale=found).exists():
        raise Invalid.field("article_locale", say("There are no words in %(found)s yet.") % {"found": found})
    return found


def _readers(row: Article) -> tuple[str, list[str]]:
    return row.audience, sorted(row.segments.values_list("name", flat=True))


def _readers_told(before: tuple[str, list[str]] | None, row: Article) -> dict[str, tuple[Any, Any]]:
    old, new = before or (None, None), _readers(row)
    return {"audience": (old[0], new[0]), "segments": (old[1], new[1])}
