"""Files over the API: sent ahead of the comment they belong to, then found on it."""

from __future__ import annotations

from typing import IO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import readable
from adjoin.kernel.api import answers, describe, reading
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.tickets import serialize, uploads
from adjoin.tickets.api.schemas import AttachmentJson, UploadJson

router = Router(tags=["Uploads and attachments"], auth=signed_in)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"uploaded_data": {"type": "string", "format": "binary"}}}
            },
        },
    }
}


@router.post(
    "/uploads",
    response={201: describe.one("upload", UploadJson)},
    openapi_extra={**_BODY, **describe.takes("filename", "token")},
)
def create_upload(request: DeskRequest) -> HttpResponse:
    """Keep a file for an hour, until a comment names the token. With the `token` of an earlier upload it joins that.

    The body is the file itself, or a form with the file as `uploaded_data`."""
    stream, name = _file(request)
    token = reading.words(request, "token") or (request.POST.get("token", "") if _is_form(request) else "")
    upload = uploads.receive(
        actor=request.actor, stream=stream, file_name=name, now=timezone.now(), token=token.replace("\x00", "")
    )
    shown = serialize.upload(upload, answers.base(request))
    return answers.created({"upload": shown}, shown["attachment"]["url"])


@router.delete("/uploads/{token}", response={204: None})
def delete_upload(request: DeskRequest, token: str) -> HttpResponse:
    """Forget files that no comment took."""
    uploads.discard(actor=request.actor, token=token.replace("\x00", ""), now=timezone.now())
    return answers.nothing()


@router.get("/attachments/{int:attachment_id}", response=describe.one("attachment", AttachmentJson))
def show_attachment(request: DeskRequest, attachment_id: int) -> HttpResponse:
    """What is known of a file on a comment you may read. Its `content_url` has the file."""
    found = readable.attachments(request.actor).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    return answers.answer({"attachment": serialize.attachment(found, answers.base(request))})


def _file(request: DeskRequest) -> tuple[IO[bytes], str]:
    """The file as a stream, never whole in memory, and its name. Raises `BadRequest`."""
    name = reading.words(request, "filename")
    if not _is_form(request):
        return cast(IO[bytes], request), name
    sent = request.FILES.get("uploaded_data") or request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise BadRequest(say("Send the file as uploaded_data, or as the body itself."))
    return cast(IO[bytes], sent.file), name or request.POST.get("filename", "") or sent.name or ""


def _is_form(request: DeskRequest) -> bool:
    return request.content_type == "multipart/form-data"
