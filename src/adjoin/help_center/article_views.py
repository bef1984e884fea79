"""The pages of articles. Everybody reads here as who they are: an agent's segments hold in the help center, too."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST, require_safe

from adjoin.access.actors import Actor
from adjoin.adapters import storage
from adjoin.help_center import discussing, shelves
from adjoin.help_center.gates import open_here, signed_in_here
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access, counting, links, queries, searches
from adjoin.knowledge import search as searching
from adjoin.knowledge.actions import following, votes

if TYPE_CHECKING:
    from adjoin.knowledge.models import Translation

PAGE_SIZE = 20
FEED_SIZE = 30
SITEMAP_MAX = 50_000  # addresses, as sitemaps.org has it
WORDS_MAX = 200  # characters of a search
VOTES = {"up": 1, "down": -1, "none": 0}


@require_GET
@open_here
def home(request: DeskRequest, locale: str) -> HttpResponse:
    """The front page in a language that only articles are in."""
    spoken = shelves.spoken(request, locale)
    return render(request, "help_center/home.html", {"is_home": True, **shelves.front_page(request, spoken)})


@require_GET
@open_here
def category(request: DeskRequest, locale: str, category_id: int, slug: str = "") -> HttpResponse:
    """One category: its sections, each with its first articles."""
    locale = shelves.spoken(request, locale)
    found = queries.category(request.actor, request.brand, locale, category_id)
    ids = [section.pk for section in found.sections]
    first = queries.first_of_sections(request.actor, request.brand, locale, ids)
    context = {"shelf": found, "sections": [(one, first[one.pk]) for one in found.sections], "locale": locale}
    return render(request, "help_center/category.html", context)


@require_GET
@open_here
def section(request: DeskRequest, locale: str, section_id: int, slug: str = "") -> HttpResponse:
    """One section: the sections inside it, and its articles."""
    locale = shelves.spoken(request, locale)
    found = queries.section(request.actor, request.brand, locale, section_id)
    page = Paginator(range(found.directly), PAGE_SIZE).get_page(request.GET.get("page"))
    between = page.start_index() - 1, page.end_index()
    texts = queries.in_section(request.actor, request.brand, locale, section_id, between) if found.directly else []
    subscription = following.of_section(request.actor, section_id)
    context = {"shelf": found, "page": page, "texts": texts, "locale": locale, "subscription": subscription}
    return render(request, "help_center/section.html", context)


@require_GET
@open_here
def article(request: DeskRequest, locale: str, article_id: int, slug: str = "") -> HttpResponse:
    """One article. In a language it is not in, the address leads to the one it was first written in."""
    text = queries.text(request.actor, request.brand, article_id, locale.lower())
    if text.locale != locale:
        return redirect(links.of_text(text))
    counting.read(request.actor, article_id, now(), program=request.headers.get("User-Agent", ""))
    _followed(request)
    return show(request, text)


def _followed(request: DeskRequest) -> None:
    """It was opened from what was found: `?search=` has the number that the search gave it."""
    asked = request.GET.get("search", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19 and request.viewing is None:
        searches.follow(brand=request.brand, count_id=int(asked), now=now())


@require_POST
@signed_in_here
def vote(request: DeskRequest, locale: str, article_id: int) -> HttpResponse:
    """Whether an article helped."""
    value = VOTES.get(request.POST.get("vote", ""), 0)
    votes.vote(actor=request.actor, brand=request.brand, article_id=article_id, value=value, now=now())
    text = queries.text(request.actor, request.brand, article_id, locale.lower())
    if request.htmx:
        return render(request, "help_center/article.html#helpful", {"text": text, "voted": value})
    return redirect(f"{links.of_text(text)}#helpful")


@require_GET
@open_here
def search(request: DeskRequest, locale: str) -> HttpResponse:
    """What is found for `?query=`, twenty a page."""
    locale = shelves.spoken(request, locale)
    words = request.GET.get("query", "").replace("\x00", "")[:WORDS_MAX].strip()
    as_typed = "as_typed" in request.GET
    found = searching.searched(request.actor, request.brand, locale, words, as_typed=as_typed)
    page = Paginator(found.ids, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = found.between(page.start_index() - 1, page.end_index()) if found.ids else []
    context = {
        "words": words,
        "page": page,
        "hits": searching.hits(shown, locale, found.words),
        "meant": found.words if found.words != words else "",
        "locale": locale,
        "address": urlencode({"query": words, **({"as_typed": 1} if as_typed else {})}),
        "count_id": _counted(request, locale, words, found.by_words),
    }
    return render(request, "help_center/search.html", context)


def _counted(request: DeskRequest, locale: str, words: str, by_words: int) -> int | None:
    """The first page of a search is counted, the others are the same search."""
    if "page" in request.GET or request.viewing is not None:
        return None
    who, brand = request.actor, request.brand
    return searches.count(actor=who, brand=brand, locale=locale, words=words, by_words=by_words, now=now())


@require_GET
@open_here
def suggestions(request: DeskRequest, locale: str) -> HttpResponse:
    """A few articles for the subject being typed, as a part of a page."""
    locale = shelves.spoken(request, locale)
    words = request.GET.get("subject", "").replace("\x00", "")[:WORDS_MAX]
    found: list[Translation] = []
    meant = words
    if len(words.strip()) > 2:
        found, meant = searching.suggested(request.actor, request.brand, locale, words)
    context = {"suggested": found, "meant": meant if meant != words else ""}
    return render(request, "help_center/suggestions.html", context)


@require_GET
@open_here
def feed(request: DeskRequest, locale: str) -> HttpResponse:
    """The articles written last in a language, as Atom, for whoever asks."""
    locale, brand = shelves.spoken(request, locale), request.brand
    atom = Atom1Feed(title=brand.name, link=f"{brand.url}/hc/{locale}/", description=brand.tagline, language=locale)
    for text in queries.newest(request.actor, brand, FEED_SIZE):
        if text.locale == locale and text.article is not None:
            link, written_at = links.address(brand, text), text.article.edited_at
            atom.add_item(text.title, link, text.body, unique_id=link, pubdate=written_at, updateddate=written_at)
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_GET
@open_here
def sitemap(request: DeskRequest) -> HttpResponse:
    """Every article that needs no signing in, in each of its languages: what search engines may know."""
    rows = access.readable_texts(Actor.anonymous(), request.brand).select_related("article")
    texts = rows.defer(*queries.UNLISTED).order_by("pk")[:SITEMAP_MAX]
    places = [(links.address(request.brand, text), text.article.edited_at) for text in texts if text.article]
    return render(request, "help_center/sitemap.xml", {"places": places}, content_type="application/xml")


@require_safe
def file(request: DeskRequest, file_id: int, file_name: str) -> FileResponse:
    """A file of an article, for those who read the article: pictures to look at, all else as a download."""
    found = access.readable_files(request.actor, request.brand).filter(pk=file_id).first()
    if found is None:
        raise NotFound
    try:
        stream = storage.files().open(found.sha256)
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(
        stream, as_attachment=not found.is_image, filename=found.file_name, content_type=found.content_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def show(request: DeskRequest, text: Translation, *, said: str = "", refused: str = "") -> HttpResponse:
    """The page of an article; with the words of a comment that was refused, and why."""
    actor, brand, article_id = request.actor, request.brand, text.article_id or 0
    context = {
        "text": text,
        "above": queries.way_to(text.article.section, text.locale) if text.article else [],
        "files": queries.files(text),
        "languages": [one for one in queries.languages_of(actor, brand, article_id) if one.locale != text.locale],
        "related": queries.related(actor, brand, text),
        "subscription": following.of_article(actor, article_id),
        "voted": votes.of(actor, article_id),
        "may_edit": access.manages(actor, brand),
        "locale": text.locale,
        **discussing.comments(request, text),
        "said": said,
        "refused": refused,
    }
    return render(request, "help_center/article.html", context, status=422 if refused else 200)
