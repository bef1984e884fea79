"""What an article's page shows of the comments on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access
from adjoin.knowledge.terms import CommentsPolicy

if TYPE_CHECKING:
    from adjoin.knowledge.models import Translation

PAGE_SIZE = 30


def comments(request: DeskRequest, text: Translation) -> dict[str, Any]:
    """The comments that whoever asks may read, oldest first, and whether they may add one; nothing where the brand
    takes none. `?comments=` is the page, a number or `last`."""
    actor, brand, article = request.actor, request.brand, text.article
    policy = access.policy_of(brand)
    if policy == CommentsPolicy.OFF or article is None:
        return {"comments_show": False}
    rows = access.readable_comments(actor, brand).filter(article_id=article.pk).select_related("author")
    paginator = Paginator(rows.order_by("created_at", "pk"), PAGE_SIZE)
    asked = request.GET.get("comments", "1")
    return {
        "comments_show": True,
        "comments": paginator.get_page(paginator.num_pages if asked == "last" else asked),
        "takes_comments": not article.comments_disabled,
        "comments_wait": policy == CommentsPolicy.HELD,
    }
