"""Taking words and files out of comments over the API, for those whose role redacts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.tickets import redacting, serialize
from adjoin.tickets.api.schemas import AttachmentJson, CommentJson, CommentRedactionJson, RedactionJson
from adjoin.tickets.api.tickets import VIA
from adjoin.tickets.models import Comment

router = Router(tags=["Redaction"], auth=agents_only)
COMMENT = describe.one("comment", CommentJson)


@router.put(
    "/tickets/{int:ticket_id}/comments/{int:comment_id}/redact",
    response=COMMENT,
    openapi_extra=describe.asks_plain(RedactionJson),
)
def redact_comment(request: DeskRequest, ticket_id: int, comment_id: int) -> HttpResponse:
    """Put blocks in place of `text` wherever it stands in a comment, for good."""
    words = [reading.text("text", reading.body(request).get("text"))]
    return _redact(request, ticket_id, comment_id, words, even_closed=False)


@router.put(
    "/comment_redactions/{int:comment_id}",
    response=COMMENT,
    openapi_extra=describe.asks_plain(CommentRedactionJson),
)
def create_comment_redaction(request: DeskRequest, comment_id: int) -> HttpResponse:
    """The same for what stands between `<redact>` marks in `html_body`, on closed tickets too."""
    data = reading.body(request)
    ticket_id = reading.whole_number(data.get("ticket_id"))
    words = redacting.marked_words(reading.text("html_body", data.get("html_body")))
    if ticket_id is None:
        raise NotFound
    if not words:
        raise Invalid.field(
            "html_body", say("Html body: put <redact> and </redact> around what is to go"), "BlankValue"
        )
    return _redact(request, ticket_id, comment_id, words, even_closed=True)


@router.put(
    "/tickets/{int:ticket_id}/comments/{int:comment_id}/attachments/{int:attachment_id}/redact",
    response=describe.one("attachment", AttachmentJson),
)
def redact_attachment(request: DeskRequest, ticket_id: int, comment_id: int, attachment_id: int) -> HttpResponse:
    """Put `redacted.txt` in place of a file, for good."""
    found = redacting.redact_file(
        actor=request.actor,
        ticket_id=ticket_id,
        comment_id=comment_id,
        attachment_id=attachment_id,
        via=VIA,
        now=timezone.now(),
    )
    return answers.answer({"attachment": serialize.attachment(found, answers.base(request))})


def _redact(request: DeskRequest, ticket_id: int, comment_id: int, words: list[str], **how: Any) -> HttpResponse:
    comment = redacting.redact_words(
        actor=request.actor,
        ticket_id=ticket_id,
        comment_id=comment_id,
        words=words,
        via=VIA,
        now=timezone.now(),
        **how,
    )
    row = serialize.with_files(Comment.objects.filter(pk=comment.pk)).get()
    return answers.answer({"comment": serialize.comments([row], answers.base(request))[0]})
