"""What people follow in the help center."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adjoin.help_center import shelves
from adjoin.help_center.gates import signed_in_here
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import links, queries
from adjoin.knowledge.actions import following
from adjoin.knowledge.terms import SOURCE_LOCALE


@require_GET
@signed_in_here
def followed(request: DeskRequest) -> HttpResponse:
    """What one follows here, of what one may still read."""
    actor, brand = request.actor, request.brand
    rows = list(following.readable(actor, brand).order_by("-pk"))
    texts = queries.shown(actor, brand, SOURCE_LOCALE).filter(article__in=[row.article_id for row in rows])
    titles = {text.article_id: text for text in texts.defer("body", "body_text")}
    sections = queries.tree(actor, brand, SOURCE_LOCALE).sections
    context = {
        "articles": [(row, titles[row.article_id]) for row in rows if row.article_id in titles],
        "sections": [(row, sections[row.section_id]) for row in rows if row.section_id in sections],
        "locale": SOURCE_LOCALE,
    }
    return render(request, "help_center/following.html", context)


@require_POST
@signed_in_here
def follow_article(request: DeskRequest, locale: str, article_id: int) -> HttpResponse:
    """Follow an article, or no more."""
    actor, brand = request.actor, request.brand
    text = queries.text(actor, brand, article_id, locale.lower())
    following.follow_article(actor=actor, brand=brand, article_id=article_id, locale=text.locale, now=now())
    messages.success(request, _("You get a mail when it changes and when somebody comments."))
    return redirect(links.of_text(text))


@require_POST
@signed_in_here
def follow_section(request: DeskRequest, locale: str, section_id: int) -> HttpResponse:
    """Follow a section, or no more."""
    actor, brand, locale = request.actor, request.brand, shelves.spoken(request, locale)
    found = queries.section(actor, brand, locale, section_id)
    following.follow_section(actor=actor, brand=brand, section_id=section_id, locale=locale, now=now())
    messages.success(request, _("You get a mail about each new article in it."))
    return redirect(links.path("sections", section_id, found.title, locale))


@require_POST
@signed_in_here
def unfollow(request: DeskRequest, subscription_id: int) -> HttpResponse:
    """Hear no more of it."""
    following.unfollow(actor=request.actor, subscription_id=subscription_id)
    messages.success(request, _("You get no more mails about it."))
    return redirect("help_center:following")


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed token is what allows it
@require_http_methods(["GET", "POST"])
def unfollow_by_mail(request: DeskRequest, signed: str) -> HttpResponse:
    """The link at the foot of a mail: asks once, so that programs that open links end nothing."""
    if request.method == "POST":
        following.end(signed)
        return render(request, "help_center/unfollow.html", {"is_over": True})
    return render(request, "help_center/unfollow.html", {"is_over": following.named_by(signed) is None})
