"""The one door through which files leave: only for those who may read the comment they are on."""

from __future__ import annotations

from django.http import FileResponse
from django.views.decorators.http import require_safe

from adjoin.access import readable
from adjoin.adapters import storage
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.tickets import uploads


@require_safe
def download(request: DeskRequest, token: str) -> FileResponse:
    """The file as a download, whatever it claims to be: nothing of it runs in this site's name. Raises `NotFound`."""
    found = readable.attachments(request.actor).filter(token=token).first()
    if found is None:
        raise NotFound
    return as_download(found)


def as_download(file: uploads.HasBytes) -> FileResponse:
    """The answer that carries a file, once it is known that it may. Raises `NotFound` for one whose bytes are gone."""
    try:
        stream = storage.files().open(file.sha256)
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(stream, as_attachment=True, filename=file.file_name, content_type=file.content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
