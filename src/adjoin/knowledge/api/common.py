"""What all parts of the help center's API begin with: the language asked for, and what whoever asks may see."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.utils.timezone import now
from ninja import Router

from adjoin.kernel.api import answers, paging
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access, counting, queries, serialize
from adjoin.knowledge.models import Article, Translation
from adjoin.knowledge.terms import Audience
from adjoin.knowledge.terms import locale as as_locale

if TYPE_CHECKING:
    from adjoin.knowledge.models import ArticleQuerySet

Row = TypeVar("Row", bound=Model)
View = TypeVar("View", bound=Callable[..., HttpResponse])
ROOT = "/help_center"
FIRST = ""  # no language asked for: each thing in the one it was first written in


def both(router: Router, path: str, method: str = "get", **how: Any) -> Callable[[View], View]:
    """An address at `/help_center{path}` and at `/help_center/{locale}{path}`, for a view with a `locale` that may be
    left out."""

    def register(view: View) -> View:
        add = getattr(router, method)
        add(f"{ROOT}{path}", **how)(_taking(view, with_locale=False))
        add(f"{ROOT}/{{locale}}{path}", include_in_schema=False, **how)(_taking(view, with_locale=True))
        return view

    return register


def _taking(view: Callable[..., HttpResponse], *, with_locale: bool) -> Callable[..., HttpResponse]:
    """The view as it is declared for one of the two: what is in an address has no default."""

    @wraps(view)
    def taking(request: DeskRequest, **parameters: Any) -> HttpResponse:
        return view(request, **parameters)

    declared = inspect.signature(view)
    others = [one for name, one in declared.parameters.items() if name != "locale"]
    place = [inspect.Parameter("locale", inspect.Parameter.KEYWORD_ONLY, annotation="str")] if with_locale else []
    taking.__signature__ = declared.replace(parameters=[*others, *place])  # type: ignore[attr-defined]
    return taking


def language(asked: str) -> str:
    """The language of an address. Raises `NotFound` for what is none."""
    try:
        return as_locale(asked) if asked else FIRST
    except Invalid as error:
        raise NotFound from error


def texts(request: DeskRequest, locale: str = FIRST) -> QuerySet[Translation]:
    """One text of every article whoever asks may see: drafts too for those who look after them."""
    actor, brand = request.actor, request.brand
    if not access.manages(actor, brand):
        if locale != FIRST:
            return queries.shown(actor, brand, locale).filter(locale=locale)
        return access.readable_texts(actor, brand).filter(locale=F("article__source_locale"))
    rows = Translation.objects.filter(article__in=access.editable_articles(actor).filter(brand=brand))
    return rows.filter(locale=locale) if locale else rows.filter(locale=F("article__source_locale"))


def texts_of_any_language(request: DeskRequest) -> QuerySet[Translation]:
    """Every text of those articles."""
    if access.manages(request.actor, request.brand):
        return Translation.objects.filter(article__in=visible(request))
    return access.readable_texts(request.actor, request.brand)


def visible(request: DeskRequest) -> ArticleQuerySet:
    """Every article whoever asks may see, in whatever language."""
    if access.manages(request.actor, request.brand):
        return access.editable_articles(request.actor).filter(brand=request.brand)
    return access.readable_articles(request.actor, request.brand)


def article(request: DeskRequest, article_id: int) -> Article:
    """One article that whoever asks may see. Raises `NotFound`."""
    found = visible(request).filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return found


def shown(request: DeskRequest, rows: Iterable[Translation]) -> list[answers.Json]:
    """Articles as JSON, each in the language of its text."""
    found = list(rows)
    known = Article.objects.prefetch_related("segments", "labels").in_bulk([row.article_id or 0 for row in found])
    outdated: dict[int, list[str]] = defaultdict(list)
    seen, manages = (
        Translation.objects.filter(article__in=known, is_outdated=True),
        access.manages(request.actor, request.brand),
    )
    if not manages:
        seen = seen.filter(is_draft=False)
    for pk, locale in seen.order_by("locale").values_list("article_id", "locale"):
        outdated[pk or 0].append(locale)
    origin = answers.origin(request)
    told = [serialize.article(known[row.article_id or 0], row, origin, outdated[row.article_id or 0]) for row in found]
    if manages:
        read = counting.lately_of(known, now().date())
        told = [{**one, **serialize.kept_true(known[one["id"]], read.get(one["id"], 0))} for one in told]
    if not request.actor.is_agent:  # whom else an article is for is not for its readers to know
        told = [
            {**one, "user_segment_id": None, "user_segment_ids": [], "audience": Audience.EVERYBODY} for one in told
        ]
    return told


def listed(
    request: DeskRequest,
    key: str,
    rows: QuerySet[Row],
    show: Callable[[list[Row]], list[answers.Json]],
    sorts: Sorts = paging.BY_ID,
) -> HttpResponse:
    """A page of rows, with the keys that pages of the help center have besides."""
    page = paging.page(request, rows, sorts)
    more: dict[str, Any] = {}
    if "count" in page.before:
        number, size = paging.asked_number(request)
        more = {"page": number, "per_page": size, "page_count": -(-page.before["count"] // size)}
        more |= {"sort_by": request.GET.get("sort_by") or sorts.default.removeprefix("-")}
        more |= {"sort_order": request.GET.get("sort_order") or ("desc" if sorts.default.startswith("-") else "asc")}
    return answers.answer(page.envelope(key, show(page.rows), **more))


def in_first_language(kind: str, locale: str) -> Q:
    """Of the texts of shelves: those in a language, where there are none those they were first written in."""
    if locale == FIRST:
        return Q(locale=F(f"{kind}__source_locale"))
    here = Translation.objects.filter(**{f"{kind}_id": OuterRef(f"{kind}_id")}, locale=locale)
    return Q(locale=locale) | Q(~Exists(here), locale=F(f"{kind}__source_locale"))
