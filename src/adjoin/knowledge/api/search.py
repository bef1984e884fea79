"""Searching articles over the API."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.errors import BadPage
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access, search
from adjoin.knowledge.api import common
from adjoin.knowledge.terms import SOURCE_LOCALE

router = Router(tags=["Help center search"])
FILTERS = ("query", "locale", "category", "section", "label_names")


@common.both(router, "/articles/search", response=None, openapi_extra=describe.takes(*PAGED, *FILTERS))
def search_articles(request: DeskRequest, locale: str = "") -> HttpResponse:
    """What a reader would find in the host's help center, best first, each with a `snippet` of HTML."""
    wanted = common.language(locale or reading.words(request, "locale")) or SOURCE_LOCALE
    words = reading.words(request, "query")
    found = search.searched(request.actor, request.brand, wanted, words)
    rows = found.rows
    for name, column in (("category", "article__section__category__in"), ("section", "article__section__in")):
        if asked := reading.choices(request, name):
            rows = rows.filter(**{column: [pk for one in asked if (pk := reading.whole_number(one))]})
    if names := reading.choices(request, "label_names"):
        rows = rows.filter(article__labels__name__in=names).distinct()
    number, size = paging.asked_number(request)
    if number * size > paging.OFFSET_MAX:
        raise BadPage("page")
    total, page = rows.count(), list(rows[(number - 1) * size : number * size])
    told = [
        {**shown, "snippet": str(hit.snippet), "result_type": "article"}
        for shown, hit in zip(common.shown(request, page), search.hits(page, wanted, found.words), strict=True)
    ]
    pages = {"page": number, "per_page": size, "page_count": -(-total // size)}
    around = paging.numbered(request, number=number, size=size, total=total)
    return answers.answer({"results": told, **pages, **around})


@router.get("/help_center/locales", response=None)
def list_locales(request: DeskRequest) -> HttpResponse:
    """The languages in which there is something for you."""
    found = access.readable_texts(request.actor, request.brand).values_list("locale", flat=True)
    spoken = sorted({SOURCE_LOCALE, *found.order_by().distinct()})
    return answers.answer({"locales": spoken, "default_locale": SOURCE_LOCALE})
