"""Articles over the API."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access.api.dry_run import TAKES
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import BadRequest, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access, readership
from adjoin.knowledge.actions import articles, texts, verifying
from adjoin.knowledge.api import common, shelves, trying
from adjoin.knowledge.api.schemas import ArticleJson, ArticleWriteJson
from adjoin.knowledge.models import Article, Translation
from adjoin.knowledge.terms import Audience

router = Router(tags=["Help center articles"])
ONE, MANY = describe.one("article", ArticleJson), describe.many("articles", ArticleJson)
WRITTEN = describe.asks("article", ArticleWriteJson) | describe.takes(TAKES)
SORTS = Sorts.of(
    "title",
    default="position",
    position="article__position",
    created_at="article__created_at",
    updated_at="article__updated_at",
    edited_at="article__edited_at",
)
INCREMENT = 1000
KEEPING = {"owner_id", "verify_every_months", "verified"}
WORDS = {"title", "name", "body", "locale", "draft"}
PLAIN = {"promoted": "is_promoted", "position": "position", "comments_disabled": "comments_disabled"}
KEYS = {*WORDS, *PLAIN, "section_id", "label_names", "user_segment_id", "user_segment_ids", "permission_group_id"}
LISTED: dict[str, Any] = {"response": MANY, "openapi_extra": describe.takes(*PAGED, "label_names")}


@router.get("/help_center/incremental/articles", response=None, openapi_extra=describe.takes("start_time"))
def incremental_articles(request: DeskRequest) -> HttpResponse:
    """Articles changed since `start_time` (seconds), oldest change first, a thousand at a time."""
    since = reading.words(request, "start_time")
    if not since.isdecimal() or len(since) > 11:
        raise BadRequest(say("Parameter start_time is required: seconds since 1970"))
    rows = common.texts(request).filter(article__updated_at__gte=datetime.fromtimestamp(int(since), UTC))
    found = list(rows.select_related("article").order_by("article__updated_at", "article_id")[: INCREMENT + 1])
    page, is_more = found[:INCREMENT], len(found) > INCREMENT
    last = page[-1].article.updated_at if page and page[-1].article else None
    end = int(last.timestamp()) if last else int(since)
    way = f"{answers.base(request)}/help_center/incremental/articles.json?start_time={end}" if is_more else None
    told = {"count": len(page), "next_page": way, "end_time": end, "articles": common.shown(request, page)}
    return answers.answer(told)


@common.both(router, "/articles", **LISTED)
def list_articles(request: DeskRequest, locale: str = "") -> HttpResponse:
    """The articles of the host's help center that you may read; drafts too if you look after them."""
    return _listed(request, common.texts(request, common.language(locale)))


@common.both(router, "/sections/{int:section_id}/articles", **LISTED)
def list_section_articles(request: DeskRequest, section_id: int, locale: str = "") -> HttpResponse:
    """Those of one section."""
    shelves.section(request, section_id)
    return _listed(request, common.texts(request, common.language(locale)).filter(article__section_id=section_id))


@common.both(router, "/categories/{int:category_id}/articles", **LISTED)
def list_category_articles(request: DeskRequest, category_id: int, locale: str = "") -> HttpResponse:
    """Those of all sections of a category."""
    shelves.category(request, category_id)
    rows = common.texts(request, common.language(locale))
    return _listed(request, rows.filter(article__section__category_id=category_id))


@common.both(router, "/users/{int:user_id}/articles", **LISTED)
def list_user_articles(request: DeskRequest, user_id: int, locale: str = "") -> HttpResponse:
    """Those that somebody has written."""
    return _listed(request, common.texts(request, common.language(locale)).filter(article__author_id=user_id))


@common.both(router, "/articles/{int:article_id}", response=ONE)
def show_article(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """One article, in a language if the address names one."""
    found = common.texts(request, common.language(locale)).filter(article_id=article_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"article": common.shown(request, [found])[0]})


@common.both(
    router, "/sections/{int:section_id}/articles", "post", auth=agents_only, response={201: ONE}, openapi_extra=WRITTEN
)
def create_article(request: DeskRequest, section_id: int, locale: str = "") -> HttpResponse:
    """A new article: a draft, unless `draft` is false. Say who reads it: `user_segment_id`, null for everybody."""
    data, section = reading.wrapped(request, "article"), shelves.section(request, section_id)
    if "user_segment_id" not in data and "user_segment_ids" not in data:
        raise Invalid.field(
            "user_segment_id", say("Choose who reads it: a segment, or null for everybody."), "BlankValue"
        )
    made: list[Article] = []

    def create() -> None:
        row = articles.create_article(
            actor=request.actor,
            section=section,
            title=reading.text("title", data.get("title") or data.get("name")),
            body=reading.text("body", data.get("body")),
            locale=reading.text("locale", data.get("locale")) or common.language(locale) or "en",
            labels=_words(data, "label_names"),
            is_draft=reading.flag("draft", data.get("draft", True)),
            now=timezone.now(),
            **_plain(data),
            **_readers(data),
        )
        made.append(row)

    def readers() -> readership.Readers:
        return readership.of_article(made[0].pk) if made else readership.NOBODY

    if (tried := trying.answer_if_asked(request, readers, create)) is not None:
        return tried
    create()
    return _answer(request, made[0], status=201, ignored=reading.unknown_to(data, KEYS, "article"))


@common.both(router, "/articles/{int:article_id}", "put", auth=agents_only, response=ONE, openapi_extra=WRITTEN)
@transaction.atomic
def update_article(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """Where it stands and who reads it. Its words are changed by its translations, as in Zendesk."""
    data, row = reading.wrapped(request, "article"), common.article(request, article_id)
    fields: dict[str, Any] = {**_plain(data), **_readers(data)}
    if "section_id" in data:
        fields["section"] = shelves.section(request, reading.whole_number(data["section_id"]) or 0)
    if "label_names" in data:
        fields["labels"] = _words(data, "label_names")

    def change() -> Article:
        changed = articles.change_article(actor=request.actor, article=row, now=timezone.now(), **fields)
        return _keep_true(request, changed, data)

    if (tried := trying.answer_if_asked(request, partial(readership.of_article, row.pk), change)) is not None:
        return tried
    return _answer(request, change(), ignored=reading.unknown_to(data, (KEYS - WORDS) | KEEPING, "article"))


def _keep_true(request: DeskRequest, row: Article, data: dict[str, Any]) -> Article:
    """Who looks whether the article is still true, how often, and that it is."""
    actor, now = request.actor, timezone.now()
    if KEEPING & set(data) - {"verified"}:
        asked = {key: _number_or_none(data, key, getattr(row, key)) for key in ("owner_id", "verify_every_months")}
        owner_id, months = asked["owner_id"], asked["verify_every_months"]
        row = verifying.choose(actor=actor, article=row, owner_id=owner_id, every_months=months, now=now)
    if reading.flag("verified", data.get("verified", False)):
        row = verifying.verify(actor=actor, article=row, now=now)
    return row


def _number_or_none(data: dict[str, Any], key: str, before: int | None) -> int | None:
    if key not in data or data[key] is None:
        return before if key not in data else None
    if (number := reading.whole_number(data[key])) is None:
        raise Invalid.field(key, say("%(key)s: must be a whole number or null") % {"key": key})
    return number


@router.put("/help_center/articles/{int:article_id}/source_locale", auth=agents_only, response={204: None})
def update_article_source_locale(request: DeskRequest, article_id: int) -> HttpResponse:
    """The language it counts as first written in: `article_locale`."""
    row = common.article(request, article_id)
    chosen = reading.text("article_locale", reading.body(request).get("article_locale"))
    articles.change_article(actor=request.actor, article=row, source_locale=chosen, now=timezone.now())
    return answers.nothing()


@common.both(
    router,
    "/articles/{int:article_id}",
    "delete",
    auth=agents_only,
    response={204: None},
    openapi_extra=describe.takes(TAKES),
)
def archive_article(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """Take it away from everybody."""
    row = common.article(request, article_id)
    archive = partial(articles.archive_article, actor=request.actor, article=row, now=timezone.now())
    if (tried := trying.answer_if_asked(request, partial(readership.of_article, row.pk), archive)) is not None:
        return tried
    archive()
    return answers.nothing()


@router.get("/help_center/articles/{int:article_id}/revisions", auth=agents_only, response=None)
def list_revisions(request: DeskRequest, article_id: int) -> HttpResponse:
    """Ours: how its words were, newest first, for those who look after it."""
    row = _own(request, article_id)
    found = texts.revisions(row, reading.words(request, "locale") or row.source_locale)
    told = [
        {
            "number": one.number,
            "title": one.title,
            "body": one.body,
            "author_id": one.author_id,
            "created_at": answers.moment(one.created_at),
        }
        for one in found
    ]
    return answers.answer({"revisions": told, "count": len(told)})


def _own(request: DeskRequest, article_id: int) -> Article:
    found = access.editable_articles(request.actor).filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return found


def _listed(request: DeskRequest, rows: QuerySet[Translation]) -> HttpResponse:
    if names := reading.choices(request, "label_names"):
        rows = rows.filter(article__labels__name__in=names).distinct()
    rows = rows.select_related("article")
    return common.listed(request, "articles", rows, lambda page: common.shown(request, page), SORTS)


def _answer(request: DeskRequest, row: Article, *, status: int = 200, ignored: list[str] | None = None) -> HttpResponse:
    text = common.texts(request).filter(article=row)
    return answers.answer({"article": common.shown(request, text)[0]}, status, ignored=ignored or ())


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, column in PLAIN.items():
        if key == "position" and key in data:
            if not isinstance(data[key], int) or isinstance(data[key], bool) or abs(data[key]) > 2**31 - 1:
                raise Invalid.field("position", say("Position: must be a whole number"))
            found[column] = data[key]
        elif key in data:
            found[column] = reading.flag(key, data[key])
    return found


def _readers(data: dict[str, Any]) -> dict[str, Any]:
    if "user_segment_ids" not in data and "user_segment_id" not in data:
        return {}
    one = data.get("user_segment_id")
    asked = data.get("user_segment_ids") or ([] if one is None else [one])
    if not isinstance(asked, list) or None in (ids := [reading.whole_number(value) for value in asked]):
        raise Invalid.field("user_segment_ids", say("User segment ids: must be a list of ids"))
    return {"audience": Audience.SEGMENTS if asked else Audience.EVERYBODY, "segment_ids": [pk for pk in ids if pk]}


def _words(data: dict[str, Any], name: str) -> list[str]:
    asked = data.get(name) or []
    if not isinstance(asked, list) or not all(isinstance(word, str) for word in asked):
        raise Invalid.field(name, say("%(name)s: must be a list of words") % {"name": name})
    return asked
