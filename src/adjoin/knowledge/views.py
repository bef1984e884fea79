"""Articles in the workspace: writing them, and finding one to send."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.access import actors, readable
from adjoin.access.gates import agents_only, allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel import languages
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access, counting, links, queries, readership, search, shelving
from adjoin.knowledge.actions import articles, files, texts, verifying
from adjoin.knowledge.forms import ArticleForm
from adjoin.knowledge.models import Article, ArticleTemplate, Section, Translation
from adjoin.knowledge.terms import LANGUAGES, SOURCE_LOCALE
from adjoin.knowledge.terms import locale as as_locale

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand
    from adjoin.knowledge.readership import Moved

PICKED = 8
REFUSED = 422


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def new(request: DeskRequest) -> HttpResponse:
    """A new article, in the first language."""
    brand = managed_brand(request)
    chosen = _template(request)
    initial = {"title": request.GET.get("title", "")[:255], "body": chosen.body if chosen else ""}
    form = ArticleForm(_posted(request), brand=brand, article=None, text=None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            article = _create(request, brand, form, timezone.now())
        except DeskError as error:
            form.explain(error)
        else:
            return redirect("knowledge:edit", article.pk, article.source_locale)
    return _show(request, form, brand, None, None, SOURCE_LOCALE)


@require_http_methods(["GET", "POST"])
@allowed_only(Permission.MANAGE_ARTICLES)
def edit(request: DeskRequest, article_id: int, locale: str) -> HttpResponse:
    """One article in one language, perhaps one it is not in yet."""
    article = _article(request, article_id)
    locale = _language(locale)
    text = Translation.objects.filter(article=article, locale=locale).first()
    form = ArticleForm(_posted(request), brand=article.brand, article=article, text=text)
    if request.method == "POST" and form.is_valid():
        try:
            moved = _moved(request, article, locale, form)
            if moved is not None and moved.is_anybody and request.POST.get("sure") != "1":
                return _show(request, form, article.brand, article, text, locale, moved=moved)
            told = _save(request, article, locale, form, timezone.now())
        except DeskError as error:
            form.explain(error)
        else:
            messages.success(request, told)
            return redirect("knowledge:edit", article.pk, locale)
    return _show(request, form, article.brand, article, text, locale)


def _moved(request: DeskRequest, article: Article, locale: str, form: ArticleForm) -> Moved | None:
    """Who would come to read an article that is read already, and who no more, where that may be."""
    if request.POST.get("do") or not {"audience", "segments", "section"}.intersection(form.changed_data):
        return None
    again, at = _article(request, article.pk), timezone.now()
    return readership.moved_by(
        partial(readership.of_article, article.pk), lambda: _save(request, again, locale, form, at)
    )


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def verify(request: DeskRequest, article_id: int) -> HttpResponse:
    """Say that it is still true."""
    article = verifying.verify(actor=request.actor, article=_article(request, article_id), now=timezone.now())
    messages.success(request, _("It is verified."))
    return redirect("knowledge:edit", article.pk, article.source_locale)


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def archive(request: DeskRequest, article_id: int) -> HttpResponse:
    """Take an article away from everybody."""
    article = _article(request, article_id)
    title = articles.title_of(article)
    articles.archive_article(actor=request.actor, article=article, now=timezone.now())
    messages.success(request, f"{title} is archived.")
    return redirect("knowledge:list")


@require_GET
@allowed_only(Permission.MANAGE_ARTICLES)
def revisions(request: DeskRequest, article_id: int, locale: str) -> HttpResponse:
    """How the words were, and what changed with each revision; `?number=` chooses one, else the newest."""
    article = _article(request, article_id)
    found = list(texts.revisions(article, _language(locale)))
    if not found:
        raise NotFound
    asked = request.GET.get("number", "")
    chosen = next((one for one in found if str(one.number) == asked), found[0])
    before = next((one for one in found if one.number == chosen.number - 1), None)
    context = {
        "article": article,
        "locale": locale,
        "revisions": found,
        "chosen": chosen,
        "lines": shelving.differences(before, chosen),
        "section": "knowledge",
    }
    return render(request, "knowledge/revisions.html", context)


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def restore(request: DeskRequest, article_id: int, locale: str, number: int) -> HttpResponse:
    """The words as they were."""
    article = _article(request, article_id)
    texts.restore(actor=request.actor, article=article, locale=_language(locale), number=number, now=timezone.now())
    messages.success(request, say("The words are those of revision %(number)s again.") % {"number": number})
    return redirect("knowledge:edit", article.pk, locale)


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def upload(request: DeskRequest) -> HttpResponse:
    """A picture for the words of an article; answers where it is."""
    file = request.FILES.get("file")
    if file is None:
        raise Invalid.field("file", _("Choose a file."))
    asked = request.POST.get("article", "")
    article = _article(request, int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    row = files.attach(
        actor=request.actor,
        stream=file,
        file_name=file.name or "",
        article=article,
        is_inline=request.POST.get("inline") == "1",
        now=timezone.now(),
    )
    if request.POST.get("inline") != "1" and article is not None:
        return redirect("knowledge:edit", article.pk, article.source_locale)
    return JsonResponse({"url": links.of_file(row), "is_image": row.is_image, "id": row.pk})


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def remove_file(request: DeskRequest, article_id: int, file_id: int) -> HttpResponse:
    """Let go of a file."""
    article = _article(request, article_id)
    found = article.attachments.filter(pk=file_id).first()
    if found is None:
        raise NotFound
    files.remove(actor=request.actor, attachment=found)
    return redirect("knowledge:edit", article.pk, article.source_locale)


@require_GET
@agents_only
def picker(request: DeskRequest) -> HttpResponse:
    """Articles to link to in a reply, as a part of a page; says which the requester of `?ticket=` cannot read."""
    ticket = _ticket(request, request.GET.get("ticket", ""))
    brand = ticket.brand if ticket is not None and ticket.brand else request.brand
    words = request.GET.get("article_words", "").replace("\x00", "")[:200] or (ticket.subject if ticket else "")
    found = search.found(request.actor, brand, SOURCE_LOCALE, words).defer(*queries.UNLISTED)[:PICKED]
    theirs = _readable_to(actors.load(ticket.requester_id), brand, list(found)) if ticket else set()
    rows = [(row, links.address(brand, row), ticket is None or row.article_id in theirs) for row in found]
    return render(request, "knowledge/picked.html", {"rows": rows, "words": words})


def _readable_to(customer: Actor, brand: Brand, rows: list[Translation]) -> set[int]:
    ids = [row.article_id for row in rows if row.article_id]
    return set(access.readable_articles(customer, brand).filter(pk__in=ids).values_list("pk", flat=True))


def _ticket(request: DeskRequest, asked: str) -> Any:
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return None
    return readable.tickets(request.actor).select_related("brand").filter(pk=int(asked)).first()


def _posted(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


def brands_of(request: DeskRequest) -> list[Brand]:
    """The brands whoever asks works for, the default one first."""
    return list(readable.brands(request.actor).filter(is_active=True).order_by("-is_default", "name"))


def chosen_brand(request: DeskRequest) -> Brand:
    """The brand that the address asks for, of those the agent works for; else the host's, else the first."""
    mine, asked = brands_of(request), request.GET.get("brand", "")
    chosen = [one for one in mine if str(one.pk) == asked] or [one for one in mine if one == request.brand] or mine
    return chosen[0] if chosen else request.brand


def managed_brand(request: DeskRequest) -> Brand:
    """The brand asked for, whose articles whoever asks looks after. Raises `NotFound`."""
    brand = chosen_brand(request)
    if not access.manages(request.actor, brand):
        raise NotFound
    return brand


def _article(request: DeskRequest, article_id: int) -> Article:
    found = access.editable_articles(request.actor).select_related("brand", "section").filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return found


def _template(request: DeskRequest) -> ArticleTemplate | None:
    asked = request.GET.get("template", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 19
    return ArticleTemplate.objects.filter(pk=int(asked)).first() if is_number else None


def _language(asked: str) -> str:
    try:
        return as_locale(asked)
    except Invalid as error:
        raise NotFound from error


@transaction.atomic
def _create(request: DeskRequest, brand: Brand, form: ArticleForm, now: datetime) -> Article:
    said = form.cleaned_data
    place = Section.objects.get(brand=brand, pk=said["section"])
    article = articles.create_article(
        actor=request.actor, section=place, title=said["title"], body=said["body"], now=now, **form.about()
    )
    verifying.choose(actor=request.actor, article=article, now=now, **form.kept_true())
    told = _do(request, article, SOURCE_LOCALE, form, now)
    messages.success(request, told)
    return article


@transaction.atomic
def _save(request: DeskRequest, article: Article, locale: str, form: ArticleForm, now: datetime) -> str:
    said = form.cleaned_data
    place = Section.objects.get(brand=article.brand, pk=said["section"])
    article = articles.change_article(actor=request.actor, article=article, section=place, now=now, **form.about())
    verifying.choose(actor=request.actor, article=article, now=now, **form.kept_true())
    texts.write(actor=request.actor, of=article, locale=locale, title=said["title"], body=said["body"], now=now)
    return _do(request, article, locale, form, now)


def _do(request: DeskRequest, article: Article, locale: str, form: ArticleForm, now: datetime) -> str:
    """What the pressed button says: publish, take back, schedule, or only keep."""
    how, who = request.POST.get("do", ""), request.actor
    if how == "publish":
        texts.publish(actor=who, article=article, locale=locale, now=now)
        return _("It is published.")
    if how == "withdraw":
        texts.write(actor=who, of=article, locale=locale, is_draft=True, now=now)
        return _("It is a draft again: nobody reads it.")
    if how == "schedule":
        at = form.cleaned_data["publish_at"]
        if at is None:
            raise Invalid.field("publish_at", _("Choose a moment."))
        texts.schedule(actor=who, article=article, locale=locale, at=at, now=now)
        return say("It publishes itself on %(at)s UTC.") % {"at": languages.moment(at)}
    return _("It is saved.")


def _show(
    request: DeskRequest,
    form: ArticleForm,
    brand: Brand,
    article: Article | None,
    text: Translation | None,
    locale: str,
    moved: Moved | None = None,
) -> HttpResponse:
    there = list(article.translations.order_by("locale").defer(*queries.UNLISTED)) if article else []
    known = {one.locale for one in there}
    context = {
        "form": form,
        "article": article,
        "text": text,
        "locale": locale,
        "brand_shown": brand,
        "translations": there,
        "missing": [(code, names[0]) for code, names in LANGUAGES.items() if code not in known] if article else [],
        "files": list(article.attachments.filter(is_inline=False).order_by("file_name")) if article else [],
        "address": links.address(brand, text) if text is not None and not text.is_draft else "",
        "templates": [] if article else list(ArticleTemplate.objects.order_by("name")),
        "chosen": request.GET.get("template", ""),
        "times_read": counting.lately(article.pk, timezone.now().date()) if article else 0,
        "is_due": article is not None and article.verify_on is not None and article.verify_on <= timezone.now().date(),
        "moved": moved,
        "section": "knowledge",
    }
    return render(request, "knowledge/edit.html", context, status=REFUSED if form.errors else 200)
