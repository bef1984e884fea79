"""Comments of readers in the help center."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adjoin.help_center import article_views
from adjoin.help_center.gates import signed_in_here
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import links, queries
from adjoin.knowledge.actions import comments
from adjoin.knowledge.terms import CommentState

MODERATED = {"show": CommentState.SHOWN, "hide": CommentState.HIDDEN}


@require_POST
@signed_in_here
def write(request: DeskRequest, locale: str, article_id: int) -> HttpResponse:
    """Say something. What is refused keeps its words."""
    text = queries.text(request.actor, request.brand, article_id, locale.lower())
    body = request.POST.get("body", "")
    how: dict[str, Any] = {"article_id": article_id, "body": body, "locale": text.locale, "now": now()}
    try:
        row = comments.write_comment(actor=request.actor, brand=request.brand, **how)
    except NotFound:
        raise
    except DeskError as error:
        return article_views.show(request, text, said=body, refused=str(error))
    if row.state == CommentState.HELD:
        messages.info(request, _("It shows once somebody has approved it."))
    return redirect(f"{links.of_text(text)}?comments=last#comment-{row.pk}")


@require_POST
@signed_in_here
def change(request: DeskRequest, locale: str, article_id: int, comment_id: int) -> HttpResponse:
    """Delete one, or as somebody who looks after articles show or hide it."""
    text = queries.text(request.actor, request.brand, article_id, locale.lower())
    what = request.POST.get("do", "")
    if what == "delete":
        comments.delete_comment(actor=request.actor, brand=request.brand, comment_id=comment_id)
    elif what in MODERATED:
        how: dict[str, Any] = {"comment_id": comment_id, "state": MODERATED[what], "now": now()}
        comments.moderate(actor=request.actor, brand=request.brand, **how)
    return redirect(f"{links.of_text(text)}#comments")
