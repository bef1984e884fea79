"""The files of macros over the API. Whoever may use or change a macro reads them."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.kernel.api import answers, describe
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import BadRequest, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.rules import macro_files, serialize
from adjoin.rules.api import macros
from adjoin.rules.api.schemas import MacroAttachmentJson
from adjoin.rules.models import MacroAttachment
from adjoin.tickets import file_views

router = Router(tags=["Macros"], auth=agents_only)
ONE, MANY = (
    describe.one("macro_attachment", MacroAttachmentJson),
    describe.many("macro_attachments", MacroAttachmentJson),
)
MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "attachment": {"type": "string", "format": "binary"},
                        "filename": {"type": "string"},
                    },
                    "required": ["attachment"],
                }
            }
        },
    }
}


@router.get("/macros/{int:macro_id}/attachments", response=MANY)
def list_macro_attachments(request: DeskRequest, macro_id: int) -> HttpResponse:
    """The files of a macro that you may use or change."""
    rows = macros.found(request, macro_id).attachments.order_by("pk")
    shown = [serialize.macro_attachment(one, answers.base(request)) for one in rows]
    return answers.answer({"macro_attachments": shown, "count": len(shown)})


@router.post("/macros/{int:macro_id}/attachments", response={201: ONE}, openapi_extra=MULTIPART)
def create_macro_attachment(request: DeskRequest, macro_id: int) -> HttpResponse:
    """Add a file, up to five, to a macro that you may change. The form has the file as `attachment`."""
    return _attach(request, macro_id)


@router.post("/macros/attachments", response={201: ONE}, openapi_extra=MULTIPART)
def create_unassociated_macro_attachment(request: DeskRequest) -> HttpResponse:
    """Send a file ahead; name its id among the `attachments` of a macro within a day."""
    return _attach(request, None)


@router.get("/macros/attachments/{int:macro_attachment_id}", response=ONE)
def show_macro_attachment(request: DeskRequest, macro_attachment_id: int) -> HttpResponse:
    """What is known of a file of a macro that you may use or change."""
    found = _found(request, macro_attachment_id)
    return answers.answer({"macro_attachment": serialize.macro_attachment(found, answers.base(request))})


@router.get("/macros/attachments/{int:macro_attachment_id}/content", response=bytes)
def download_macro_attachment(request: DeskRequest, macro_attachment_id: int) -> FileResponse:
    """The file itself, as a download."""
    return file_views.as_download(_found(request, macro_attachment_id))


@router.delete("/macros/attachments/{int:macro_attachment_id}", response={204: None})
def delete_macro_attachment(request: DeskRequest, macro_attachment_id: int) -> HttpResponse:
    """Remove a file."""
    macro_files.remove(actor=request.actor, attachment_id=macro_attachment_id, now=timezone.now())
    return answers.nothing()


def _found(request: DeskRequest, attachment_id: int) -> MacroAttachment:
    found = macro_files.readable_files(request.actor).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    return found


def _attach(request: DeskRequest, macro_id: int | None) -> HttpResponse:
    file = request.FILES.get("attachment")
    if not isinstance(file, UploadedFile):
        raise BadRequest(say("Parameter attachment is required: send the file as multipart/form-data"))
    name = request.POST.get("filename") or file.name or ""
    row = macro_files.attach(actor=request.actor, stream=file, file_name=name, now=timezone.now(), macro_id=macro_id)
    shown = serialize.macro_attachment(row, answers.base(request))
    location = f"{answers.base(request)}/macros/attachments/{row.pk}.json"
    return answers.created({"macro_attachment": shown}, location)
