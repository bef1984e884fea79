"""The words of articles, sections and categories: written, published, scheduled, and restored as they were."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import QuerySet, Value

from adjoin.kernel import outbox, record
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.knowledge import markup
from adjoin.knowledge.actions import checks
from adjoin.knowledge.models import Article, Category, Revision, Section, Translation
from adjoin.knowledge.parsing import Apart
from adjoin.knowledge.terms import Audience, stemming
from adjoin.knowledge.terms import locale as checked_locale

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

Thing = Article | Section | Category


@transaction.atomic
def write(
    *,
    actor: Actor,
    of: Thing,
    locale: str,
    now: datetime,
    title: str | None = None,
    body: str | None = None,
    is_draft: bool | None = None,
    is_outdated: bool | None = None,
) -> Translation:
    """The words of a thing in a language, new or changed; what is None stays. New words of an article are a draft.

    Where the words it was first written in change, its other languages are out of date.
    Raises `Invalid`, also for an article nobody is chosen to read that is to be published; `NotFound`, `NotAllowed`."""
    thing, locale = _locked(actor, of), checked_locale(locale)
    row = _row(thing, locale, actor, now)
    before = (row.title, row.body)
    if title is not None or row._state.adding:
        row.title = checks.title(title or "")
    if body is not None:
        row.body = _body(body)
        row.body_text = markup.words(row.body)
    is_new, has_new_words = row._state.adding, (row.title, row.body) != before
    if is_draft is not None:
        _set_draft(thing, row, is_draft, now)
    if has_new_words:
        row.is_outdated, row.understood_by = False, ""
    row.is_outdated = row.is_outdated if is_outdated is None else is_outdated
    row.updated_at, row.updated_by_id = now, actor.user_id
    row.save()
    if has_new_words:
        _words_changed(actor, thing, row, now, is_new=is_new)
    if isinstance(thing, Article) and not row.is_draft:
        _tell_followers(actor, thing, now, has_new_words=has_new_words)
    if isinstance(thing, Article) and not row.is_draft and not row.understood_by:
        outbox.publish("article.to_be_understood", translation_id=row.pk)
    return row


def publish(*, actor: Actor, article: Article, locale: str, now: datetime) -> Translation:
    """The words in that language, for everybody the article is for. Raises `Invalid`, `NotFound`, `NotAllowed`."""
    return write(actor=actor, of=article, locale=locale, is_draft=False, now=now)


@transaction.atomic
def schedule(*, actor: Actor, article: Article, locale: str, at: datetime | None, now: datetime) -> Translation:
    """The draft in that language, published `at` in the name of `actor`; None: not by itself.

    Raises `Invalid` for a moment that is over and for what is no draft, `NotFound`, `NotAllowed`."""
    article = checks.lock_article(actor, article.pk)
    row = _translation(article, locale)
    if not row.is_draft:
        raise Invalid.field("publish_at", say("This is published already."))
    if at is not None and at <= now:
        raise Invalid.field("publish_at", say("Choose a moment that is still to come, or publish it now."))
    if at is not None:
        _check_audience(article)
    row.publish_at, row.publish_by_id = at, actor.user_id if at else None
    row.save(update_fields=["publish_at", "publish_by"])
    if at is not None:
        outbox.publish("article.scheduled", translation_id=row.pk, at=at)
    return row


@transaction.atomic
def restore(*, actor: Actor, article: Article, locale: str, number: int, now: datetime) -> Translation:
    """The words as a revision has them, as a revision of its own. Raises `NotFound`, `NotAllowed`."""
    row = _translation(checks.lock_article(actor, article.pk), locale)
    found = Revision.objects.filter(translation=row, number=number).first()
    if found is None:
        raise NotFound
    return write(actor=actor, of=article, locale=locale, title=found.title, body=found.body, now=now)


@transaction.atomic
def remove(*, actor: Actor, translation: Translation, now: datetime) -> None:
    """The words in one language and their revisions, for good. Raises `Invalid` for those it was first written in."""
    thing = _locked(actor, thing_of(translation))
    if translation.locale == thing.source_locale:
        raise Invalid.field("locale", say("It was first written in this language. Delete all of it instead."))
    Translation.objects.filter(pk=translation.pk).delete()
    record.changed(Did.DELETED, "translation", translation.pk, f"{translation.title} ({translation.locale})", now=now)


def revisions(article: Article, locale: str) -> QuerySet[Revision]:
    """How the words in a language were, newest first."""
    rows = Revision.objects.filter(translation__article=article, translation__locale=locale)
    return rows.select_related("author").order_by("-number")


def thing_of(translation: Translation) -> Thing:
    """What the words are of."""
    found = translation.article or translation.section or translation.category
    if found is None:
        raise NotFound
    return found


def index(article: Article) -> None:
    """Write anew what its words are found by: after its labels changed, too."""
    labels = " ".join(article.labels.order_by("name").values_list("name", flat=True))
    for row in Translation.objects.filter(article=article):
        how = stemming(row.locale)
        Translation.objects.filter(pk=row.pk).update(
            search_vector=SearchVector(Apart("title"), weight="A", config=how)
            + SearchVector(Apart(Value(labels)), weight="B", config=how)
            + SearchVector(Apart("body_text"), weight="C", config=how),
            title_trigrams=markup.trigrams(f"{row.title} {labels}"),
        )


def _locked(actor: Actor, of: Thing) -> Thing:
    if isinstance(of, Article):
        return checks.lock_article(actor, of.pk)
    return checks.lock_shelf(actor, of)


def _kind(thing: Thing) -> str:
    return type(thing).__name__.lower()


def _row(thing: Thing, locale: str, actor: Actor, now: datetime) -> Translation:
    found = Translation.objects.filter(**{_kind(thing): thing}, locale=locale).first()
    if found is not None:
        return found
    is_draft = isinstance(thing, Article)  # a section or category shows when an article in it does
    new = {_kind(thing): thing, "is_draft": is_draft, "created_by_id": actor.user_id, "created_at": now}
    return Translation(locale=locale, **new)


def _translation(article: Article, locale: str) -> Translation:
    found = Translation.objects.select_for_update().filter(article=article, locale=locale).first()
    if found is None:
        raise NotFound
    return found


def _body(markup_given: str) -> str:
    cleaned = markup.clean(markup_given)
    if len(cleaned.encode()) > markup.BODY_MAX_BYTES:
        raise Invalid.field("body", say("Body: too long. Put large pictures into files."), "TooLong")
    return cleaned


def _set_draft(thing: Thing, row: Translation, is_draft: bool, now: datetime) -> None:
    if not isinstance(thing, Article):
        return
    if not is_draft:
        _check_audience(thing)
    if row.is_draft != is_draft:
        outbox.publish(
            "article.draft_changed", article=thing, title=row.title, locale=row.locale, is_draft=is_draft, now=now
        )
    if not row._state.adding and row.is_draft != is_draft:
        record.changed(
            Did.UPDATED, "article", thing.pk, row.title, now=now, **{f"draft_{row.locale}": (row.is_draft, is_draft)}
        )
    row.is_draft = is_draft
    row.publish_at = row.publish_by = None


def _tell_followers(actor: Actor, article: Article, now: datetime, *, has_new_words: bool) -> None:
    facts = {"article_id": article.pk, "user_id": actor.user_id}
    if article.announced_at is None:
        article.announced_at = now
        Article.objects.filter(pk=article.pk).update(announced_at=now)
        outbox.publish("article.published", **facts)
    elif has_new_words:
        outbox.publish("article.changed", **facts)


def _check_audience(article: Article) -> None:
    if article.audience == Audience.NOT_CHOSEN:
        raise Invalid.field("user_segment_id", say("Choose who reads it before it is published."), "BlankValue")


def _words_changed(actor: Actor, thing: Thing, row: Translation, now: datetime, *, is_new: bool) -> None:
    if row.locale == thing.source_locale and not is_new:
        Translation.objects.filter(**{_kind(thing): thing}).exclude(pk=row.pk).update(is_outdated=True)
    type(thing)._default_manager.filter(pk=thing.pk).update(updated_at=now)
    if not isinstance(thing, Article):
        return
    Article.objects.filter(pk=thing.pk).update(edited_at=now)
    number = Revision.objects.filter(translation=row).count() + 1
    Revision.objects.create(
        translation=row, number=number, title=row.title, body=row.body, author_id=actor.user_id, created_at=now
    )
    index(thing)
