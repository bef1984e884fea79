"""The files of articles over the API."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.knowledge import access, serialize
from adjoin.knowledge.actions import files
from adjoin.knowledge.api import common
from adjoin.knowledge.api.schemas import AttachmentJson
from adjoin.knowledge.models import Article

MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}, "inline": {"type": "boolean"}},
                    "required": ["file"],
                }
            }
        },
    }
}
router = Router(tags=["Help center attachments"])
ONE, MANY = describe.one("article_attachment", AttachmentJson), describe.many("article_attachments", AttachmentJson)


@common.both(router, "/articles/{int:article_id}/attachments", response=MANY)
def list_article_attachments(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """The files of an article you may read."""
    return _listed(request, article_id)


@common.both(router, "/articles/{int:article_id}/attachments/inline", response=MANY)
def list_inline_attachments(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """Those shown among its words."""
    return _listed(request, article_id, is_inline=True)


@common.both(router, "/articles/{int:article_id}/attachments/block", response=MANY)
def list_block_attachments(request: DeskRequest, article_id: int, locale: str = "") -> HttpResponse:
    """Those below it."""
    return _listed(request, article_id, is_inline=False)


@common.both(router, "/articles/attachments/{int:attachment_id}", response=ONE)
def show_article_attachment(request: DeskRequest, attachment_id: int, locale: str = "") -> HttpResponse:
    """What is known of a file of an article you may read."""
    found = access.readable_files(request.actor, request.brand).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"article_attachment": serialize.attachment(found, answers.origin(request))})


@router.post(
    "/help_center/articles/{int:article_id}/attachments", auth=agents_only, response={201: ONE}, openapi_extra=MULTIPART
)
def create_article_attachment(request: DeskRequest, article_id: int) -> HttpResponse:
    """Add a file to an article: `file`, and `inline` for pictures among its words."""
    return _attach(request, common.article(request, article_id))


@router.post("/help_center/articles/attachments", auth=agents_only, response={201: ONE}, openapi_extra=MULTIPART)
def create_attachment(request: DeskRequest) -> HttpResponse:
    """Send a file ahead of its article; until then it is yours alone."""
    return _attach(request, None)


@router.post("/help_center/articles/{int:article_id}/bulk_attachments", auth=agents_only, response=None)
def bring_attachments(request: DeskRequest, article_id: int) -> HttpResponse:
    """Give files sent ahead (`attachment_ids`) to their article."""
    asked = reading.body(request).get("attachment_ids")
    ids = [reading.whole_number(value) or 0 for value in asked] if isinstance(asked, list) else []
    row = common.article(request, article_id)
    files.bring(actor=request.actor, article=row, attachment_ids=ids, now=timezone.now())
    return answers.answer({})


@router.delete("/help_center/articles/attachments/{int:attachment_id}", auth=agents_only, response={204: None})
def delete_article_attachment(request: DeskRequest, attachment_id: int) -> HttpResponse:
    """Remove a file."""
    found = access.readable_files(request.actor, request.brand).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    files.remove(actor=request.actor, attachment=found)
    return answers.nothing()


def _listed(request: DeskRequest, article_id: int, **only: bool) -> HttpResponse:
    rows = access.readable_files(request.actor, request.brand).filter(article=common.article(request, article_id))
    origin = answers.origin(request)
    return common.listed(
        request,
        "article_attachments",
        rows.filter(**only),
        lambda page: [serialize.attachment(row, origin) for row in page],
    )


def _attach(request: DeskRequest, article: Article | None) -> HttpResponse:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise BadRequest(say("Parameter file is required: send it as multipart/form-data"))
    row = files.attach(
        actor=request.actor,
        stream=file,
        file_name=file.name or "",
        now=timezone.now(),
        article=article,
        is_inline=reading.flag("inline", request.POST.get("inline") or "false"),
    )
    return answers.answer({"article_attachment": serialize.attachment(row, answers.origin(request))}, 201)
