"""Comments of readers over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.knowledge import access, serialize
from adjoin.knowledge.actions import comments
from adjoin.knowledge.api import common
from adjoin.knowledge.api.schemas import CommentJson, CommentWriteJson
from adjoin.knowledge.models import ReaderComment

router = Router(tags=["Help center comments"])
ONE, MANY = describe.one("comment", CommentJson), describe.many("comments", CommentJson)
WRITTEN = describe.asks("comment", CommentWriteJson)
LISTED: dict[str, Any] = {"response": MANY, "openapi_extra": describe.takes(*PAGED)}
PLACE = "/articles/{int:article_id}/comments"


@common.both(router, PLACE, **LISTED)
def list_comments(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """The comments on an article, oldest first. Those who look after articles see what waits and what is hidden."""
    rows = _comments(request, article_id)
    return _listed(request, rows.filter(locale=common.language(locale)) if locale else rows)


@router.get("/help_center/users/{int:user_id}/comments", auth=signed_in, **LISTED)
def list_user_comments(request: DeskRequest, user_id: int) -> HttpResponse:
    """What somebody has said, as far as you may read it."""
    return _listed(request, access.readable_comments(request.actor, request.brand).filter(author_id=user_id))


@common.both(router, PLACE + "/{int:comment_id}", response=ONE)
def show_comment(request: DeskRequest, article_id: int, comment_id: int, locale: str = "") -> HttpResponse:
    """One comment."""
    return _answer(request, _comment(request, article_id, comment_id))


@common.both(router, PLACE, "post", auth=signed_in, response={201: ONE}, openapi_extra=WRITTEN)
def create_comment(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """Comment on an article you read, in your own name. It may wait until somebody approves it."""
    data = reading.wrapped(request, "comment")
    row = comments.write_comment(
        actor=request.actor,
        brand=request.brand,
        article_id=article_id,
        body=reading.text("body", data.get("body")),
        locale=reading.text("locale", data.get("locale")) or common.language(locale) or "en",
        is_html=True,
        now=timezone.now(),
    )
    return _answer(request, row, status=201)


@common.both(router, PLACE + "/{int:comment_id}", "put", auth=signed_in, response=ONE, openapi_extra=WRITTEN)
def update_comment(request: DeskRequest, article_id: int, comment_id: int, locale: str = "") -> HttpResponse:
    """Change the words; whoever looks after articles also shows or hides it by `state` (ours)."""
    data, now = reading.wrapped(request, "comment"), timezone.now()
    row = _comment(request, article_id, comment_id)
    how: dict[str, Any] = {"actor": request.actor, "brand": request.brand, "comment_id": row.pk, "now": now}
    if "body" in data:
        row = comments.change_comment(body=reading.text("body", data["body"]), is_html=True, **how)
    if "state" in data:
        row = comments.moderate(state=reading.text("state", data["state"]), **how)
    return _answer(request, row)


@common.both(router, PLACE + "/{int:comment_id}", "delete", auth=signed_in, response={204: None})
def delete_comment(request: DeskRequest, article_id: int, comment_id: int, locale: str = "") -> HttpResponse:
    """Your own, or anybody's if you look after articles."""
    row = _comment(request, article_id, comment_id)
    comments.delete_comment(actor=request.actor, brand=request.brand, comment_id=row.pk)
    return answers.nothing()


def _comments(request: DeskRequest, article_id: int) -> Any:
    found = common.article(request, article_id)
    return access.readable_comments(request.actor, request.brand).filter(article=found)


def _comment(request: DeskRequest, article_id: int, comment_id: int) -> ReaderComment:
    found = _comments(request, article_id).filter(pk=comment_id).first()
    if found is None:
        raise NotFound
    assert isinstance(found, ReaderComment)
    return found


def _listed(request: DeskRequest, rows: Any) -> HttpResponse:
    origin = answers.origin(request)
    return common.listed(request, "comments", rows, lambda page: [serialize.comment(row, origin) for row in page])


def _answer(request: DeskRequest, row: ReaderComment, *, status: int = 200) -> HttpResponse:
    return answers.answer({"comment": serialize.comment(row, answers.origin(request))}, status=status)
