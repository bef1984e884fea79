"""Looking after what readers say below articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from adjoin.access.gates import allowed_only
from adjoin.access.permissions import Permission
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access, links, views
from adjoin.knowledge.actions import comments
from adjoin.knowledge.models import ReaderComment, Translation
from adjoin.knowledge.terms import CommentsPolicy, CommentState

if TYPE_CHECKING:
    from adjoin.brands.models import Brand

PAGE_SIZE = 40


@require_GET
@allowed_only(Permission.MANAGE_ARTICLES)
def list_comments(request: DeskRequest) -> HttpResponse:
    """What waits for approval, or what `?state=` names, the newest first; and what the brand does with comments."""
    brand = views.managed_brand(request)
    state = request.GET.get("state", CommentState.HELD)
    rows = access.readable_comments(request.actor, brand).filter(state=state).select_related("author", "article")
    page = Paginator(rows.order_by("-created_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    titles = _titles(list(page))
    context = {
        "page": page,
        "rows": [(row, titles.get(row.article_id)) for row in page],
        "state": state,
        "states": CommentState.choices,
        "policy": access.policy_of(brand),
        "policies": CommentsPolicy.choices,
        "brand_shown": brand,
        "section": "knowledge",
    }
    return render(request, "knowledge/comments.html", context)


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def moderate(request: DeskRequest, comment_id: int) -> HttpResponse:
    """Show, hide or delete one."""
    brand, what = views.managed_brand(request), request.POST.get("do", "")
    if what == "delete":
        comments.delete_comment(actor=request.actor, brand=brand, comment_id=comment_id)
    else:
        how: dict[str, Any] = {"comment_id": comment_id, "state": what, "now": timezone.now()}
        comments.moderate(actor=request.actor, brand=brand, **how)
    return _back(request, brand)


@require_POST
@allowed_only(Permission.MANAGE_ARTICLES)
def choose_policy(request: DeskRequest) -> HttpResponse:
    """What the brand does with comments from now on."""
    brand = views.managed_brand(request)
    policy = request.POST.get("policy", "")
    comments.choose_policy(actor=request.actor, brand=brand, policy=policy, now=timezone.now())
    messages.success(request, _("That is how comments are taken from now on."))
    return _back(request, brand)


def _back(request: DeskRequest, brand: Brand) -> HttpResponse:
    response = redirect("knowledge:comments")
    response["Location"] += f"?brand={brand.pk}"
    return response


def _titles(rows: list[ReaderComment]) -> dict[int, tuple[str, str]]:
    """Title and path of the articles these are on, by id."""
    ids = {row.article_id: row.article.source_locale for row in rows}
    texts = Translation.objects.filter(article__in=ids).defer("body", "body_text")
    return {
        text.article_id: (text.title, links.of_text(text))
        for text in texts
        if text.article_id and text.locale == ids[text.article_id]
    }
