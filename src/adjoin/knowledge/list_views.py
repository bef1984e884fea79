"""The list of articles in the workspace."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from adjoin.access.gates import agents_only
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access, counting, listing, queries, views
from adjoin.knowledge.models import Translation

PAGE_SIZE = 40


@require_GET
@agents_only
def articles_list(request: DeskRequest) -> HttpResponse:
    """Every article of a brand that somebody may read; who looks after them sees drafts, too, and what waits."""
    brand, today = views.chosen_brand(request), timezone.now().date()
    words, sort = request.GET.get("q", "").replace("\x00", "")[:200], request.GET.get("sort", "")
    manages = access.manages(request.actor, brand)
    languages = listing.languages(request.actor, brand) if manages else []
    known = [one.locale for one in languages]
    state = request.GET.get("state", "") if manages else ""
    locale = request.GET.get("locale", "") if request.GET.get("locale", "") in known else ""
    rows = listing.texts(request.actor, brand, state=state, locale=locale, known=known, today=today)
    if words.strip():
        rows = rows.filter(title__icontains=words.strip())
    rows = counting.with_readings(rows.select_related("article").defer(*queries.UNLISTED), today)
    rows = rows.order_by(*(["-times_read"] if sort == "read" else []), "-article__edited_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "texts": _told(list(page.object_list), locale, manages=manages),
        "words": words,
        "state": state,
        "locale": locale,
        "sort": sort,
        "today": today,
        "states": listing.STATES if manages else {},
        "languages": languages if len(languages) > 1 else [],
        "waiting": listing.waiting(request.actor, brand, today) if manages else None,
        "brand_shown": brand,
        "brands": views.brands_of(request),
        "manages": manages,
        "section": "knowledge",
    }
    return render(request, "knowledge/list.html", context)


def _told(rows: list[Translation], locale: str, *, manages: bool) -> list[Translation]:
    """The texts, each with the languages in which its article is `outdated_in`, and the one to `write_in`."""
    outdated = listing.outdated_in(rows) if manages and rows else {}
    for row in rows:
        vars(row)["outdated_in"] = outdated.get(row.article_id or 0, [])
        vars(row)["write_in"] = locale or row.locale
    return rows
