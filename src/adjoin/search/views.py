"""The agents' search page: tickets, and the people and organizations whose tickets one may want."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from adjoin.access import readable
from adjoin.access.gates import agents_only
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import search as articles
from adjoin.knowledge.terms import SOURCE_LOCALE
from adjoin.search import queries
from adjoin.tickets import pages
from adjoin.tickets import queries as ticket_queries

SHOWN_BESIDE = 5  # people, and organizations


@agents_only
@require_GET
def search(request: DeskRequest) -> HttpResponse:
    """What `?q=` means, in Zendesk's search words. A ticket's number leads straight to it."""
    actor, text = request.actor, request.GET.get("q", "").strip()
    if number := _readable_number(request, text):
        return redirect("tickets:detail", number)
    page = pages.of(actor, queries.tickets(actor, text, now()), pages.Question.read(request.GET, keep=("q",)))
    asked = queries.understood(actor, text)
    context = {
        "text": text,
        "list": page,
        "rows": ticket_queries.rows(actor, page.rows),
        "people": queries.users(actor, asked, now()).order_by("name", "pk")[:SHOWN_BESIDE] if asked.terms else [],
        "organizations": (
            queries.organizations(actor, asked, now()).order_by("name", "pk")[:SHOWN_BESIDE] if asked.terms else []
        ),
        "articles": _articles(request, text) if asked.terms and not any(term.field for term in asked.terms) else [],
        "section": "search",
    }
    return render(request, "search/search.html", context)


def _articles(request: DeskRequest, words: str) -> list[Any]:
    """A few articles of this host's help center, as they would be found there."""
    return articles.searched(request.actor, request.brand, SOURCE_LOCALE, words).between(0, SHOWN_BESIDE)


def _readable_number(request: DeskRequest, text: str) -> int | None:
    """The ticket whose number was typed (`42`, `#42`), where there is one for this person."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        return None
    return readable.tickets(request.actor).filter(pk=int(digits)).values_list("pk", flat=True).first()
