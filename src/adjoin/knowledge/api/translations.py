"""The words of articles, sections and categories over the API, language by language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access.api.dry_run import TAKES
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access, readership, serialize
from adjoin.knowledge.actions import texts
from adjoin.knowledge.api import common, shelves, trying
from adjoin.knowledge.api.schemas import TranslationJson, TranslationWriteJson
from adjoin.knowledge.models import Article, Section, Translation

router = Router(tags=["Help center translations"])
ONE, MANY = describe.one("translation", TranslationJson), describe.many("translations", TranslationJson)
WRITTEN = describe.asks("translation", TranslationWriteJson) | describe.takes(TAKES)
KEYS = {"locale", "title", "body", "draft", "outdated", "publish_at"}
Things = Literal["articles", "sections", "categories"]
OF = {"articles": "article", "sections": "section", "categories": "category"}


@router.get("/help_center/{things}/{int:source_id}/translations", response=MANY)
def list_translations(request: DeskRequest, things: Things, source_id: int) -> HttpResponse:
    """The languages something is in, as far as you may read it."""
    rows = _texts(request, things, source_id).order_by("locale")
    origin = answers.origin(request)
    return common.listed(
        request, "translations", rows, lambda page: [serialize.translation(row, origin) for row in page]
    )


@router.get("/help_center/{things}/{int:source_id}/translations/missing", auth=agents_only, response=None)
def missing_translations(request: DeskRequest, things: Things, source_id: int) -> HttpResponse:
    """The languages of this help center that it is not in yet."""
    there = set(_texts(request, things, source_id).values_list("locale", flat=True))
    everywhere = common.texts_of_any_language(request).values_list("locale", flat=True).distinct()
    return answers.answer({"locales": sorted(set(everywhere) - there)})


@router.get("/help_center/{things}/{int:source_id}/translations/{locale}", response=ONE)
def show_translation(request: DeskRequest, things: Things, source_id: int, locale: str) -> HttpResponse:
    """The words in one language."""
    found = _texts(request, things, source_id).filter(locale=common.language(locale)).first()
    if found is None:
        raise NotFound
    return _answer(request, found)


@router.post(
    "/help_center/{things}/{int:source_id}/translations", auth=agents_only, response={201: ONE}, openapi_extra=WRITTEN
)
def create_translation(request: DeskRequest, things: Things, source_id: int) -> HttpResponse:
    """The words in one more language: of an article a draft, unless `draft` is false."""
    data = reading.wrapped(request, "translation")
    locale = common.language(reading.text("locale", data.get("locale"))) or ""
    if _texts(request, things, source_id).filter(locale=locale).exists():
        raise Invalid.field("locale", say("Locale: it is in %(locale)s already") % {"locale": locale}, "DuplicateValue")
    return _write(request, things, source_id, locale, {"title": "", **data}, status=201)


@router.put(
    "/help_center/{things}/{int:source_id}/translations/{locale}", auth=agents_only, response=ONE, openapi_extra=WRITTEN
)
def update_translation(request: DeskRequest, things: Things, source_id: int, locale: str) -> HttpResponse:
    """Other words, or published, or a draft again. `publish_at` (ours) publishes a draft then."""
    found = _texts(request, things, source_id).filter(locale=common.language(locale)).first()
    if found is None:
        raise NotFound
    return _write(request, things, source_id, found.locale, reading.wrapped(request, "translation"))


@router.delete(
    "/help_center/translations/{int:translation_id}",
    auth=agents_only,
    response={204: None},
    openapi_extra=describe.takes(TAKES),
)
def delete_translation(request: DeskRequest, translation_id: int) -> HttpResponse:
    """The words in one language, for good."""
    found = Translation.objects.filter(pk=translation_id).select_related("article", "section", "category").first()
    if found is None or not access.manages(request.actor, texts.thing_of(found).brand):
        raise NotFound
    remove = partial(texts.remove, actor=request.actor, translation=found, now=timezone.now())
    if (tried := trying.answer_if_asked(request, _readers(texts.thing_of(found)), remove)) is not None:
        return tried
    remove()
    return answers.nothing()


def _thing(request: DeskRequest, things: Things, source_id: int) -> texts.Thing:
    if things == "articles":
        return common.article(request, source_id)
    return shelves.section(request, source_id) if things == "sections" else shelves.category(request, source_id)


def _texts(request: DeskRequest, things: Things, source_id: int) -> QuerySet[Translation]:
    thing = _thing(request, things, source_id)
    if isinstance(thing, Article) and not access.manages(request.actor, request.brand):
        return access.readable_texts(request.actor, request.brand).filter(article=thing)
    return Translation.objects.filter(**{OF[things]: thing})


def _readers(thing: texts.Thing) -> Callable[[], readership.Readers]:
    """Who reads it, to be asked before and after a change; whom a category is for is not said anywhere."""
    if isinstance(thing, Article):
        return partial(readership.of_article, thing.pk)
    return partial(readership.of_section, thing.pk) if isinstance(thing, Section) else lambda: readership.NOBODY


def _write(
    request: DeskRequest, things: Things, source_id: int, locale: str, data: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    thing, now = _thing(request, things, source_id), timezone.now()
    words: dict[str, Any] = {name: reading.text(name, data[name]) for name in ("title", "body") if name in data}
    for key, column in (("draft", "is_draft"), ("outdated", "is_outdated")):
        if data.get(key) is not None:
            words[column] = reading.flag(key, data[key])

    @transaction.atomic
    def write() -> Translation:
        row = texts.write(actor=request.actor, of=thing, locale=locale, now=now, **words)
        if "publish_at" in data and isinstance(thing, Article):
            at = reading.moment("publish_at", data["publish_at"])
            row = texts.schedule(actor=request.actor, article=thing, locale=locale, at=at, now=now)
        return row

    if (tried := trying.answer_if_asked(request, _readers(thing), write)) is not None:
        return tried
    return _answer(request, write(), status=status, ignored=reading.unknown_to(data, KEYS, "translation"))


def _answer(
    request: DeskRequest, row: Translation, *, status: int = 200, ignored: list[str] | None = None
) -> HttpResponse:
    told = {"translation": serialize.translation(row, answers.origin(request))}
    return answers.answer(told, status, ignored=ignored or ())
