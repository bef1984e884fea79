"""Files go in ahead of their comment, and come out only for those who may read it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from adjoin.testing.api import Caller
from adjoin.tickets.models import Attachment, Ticket


def _photo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (4, 3)).save(picture, "PNG")
    return picture.getvalue()


def _ticket_with_file(api: Caller, *, is_public: bool = True) -> tuple[Ticket, Any]:
    ana = api.as_("ana")
    token = ana.upload("kettle.png", _photo(), "image/png").json()["upload"]["token"]
    cyd = api.cast.users["cyd"]
    body = {"subject": "Kettle", "requester_id": cyd.pk, "comment": {"body": "See."}}
    ticket_id = ana.post("/tickets", {"ticket": body}).json()["ticket"]["id"]
    said = {"ticket": {"comment": {"body": "This one.", "uploads": [token], "public": is_public}}}
    assert ana.put(f"/tickets/{ticket_id}", said).status_code == 200
    comment = ana.get(f"/tickets/{ticket_id}/comments").json()["comments"][-1]
    return Ticket.objects.get(pk=ticket_id), comment["attachments"][0]


def test_a_picture_is_taken_in_with_its_size(api: Caller) -> None:
    answer = api.as_("cyd").upload("my kettle.png", _photo(), "image/png")
    upload = answer.json()["upload"]
    assert (answer.status_code, list(upload)) == (201, ["token", "expires_at", "attachments", "attachment"])
    file = upload["attachment"]
    assert (file["file_name"], file["content_type"], file["width"], file["height"]) == (
        "my kettle.png",
        "image/png",
        4,
        3,
    )


def test_a_form_with_the_file_is_taken_too(api: Caller) -> None:
    cyd = api.as_("cyd")
    sent = {"uploaded_data": SimpleUploadedFile("k.txt", b"kettle"), "filename": "named.txt"}
    answer = cyd.client.post("/api/v2/uploads.json", sent, headers=cyd.headers)
    assert (answer.status_code, answer.json()["upload"]["attachment"]["file_name"]) == (201, "named.txt")


def test_files_with_one_token_go_together(api: Caller) -> None:
    cyd = api.as_("cyd")
    token = cyd.upload("a.txt", b"a").json()["upload"]["token"]
    both = cyd.upload("b.txt", b"b", token=token).json()["upload"]
    assert (both["token"], [file["file_name"] for file in both["attachments"]]) == (token, ["a.txt", "b.txt"])
    assert api.as_("dee").upload("c.txt", b"c", token=token).status_code == 404


def test_a_deleted_upload_can_be_used_no_more(api: Caller) -> None:
    cyd = api.as_("cyd")
    token = cyd.upload("a.txt", b"a").json()["upload"]["token"]
    assert api.as_("dee").delete(f"/uploads/{token}").status_code == 404
    assert cyd.delete(f"/uploads/{token}").status_code == 204
    body = {"request": {"subject": "Kettle", "comment": {"body": "See.", "uploads": [token]}}}
    answer = cyd.post("/requests", body)
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["uploads"])
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 200), ("ada", 200), ("cyd", 200), ("ben", 404), ("eli", 404), ("", 404)]
)
def test_a_public_file_opens_for_who_reads_the_comment(api: Caller, who: str, status: int) -> None:
    _, file = _ticket_with_file(api)
    asking = api.as_(who)
    path = file["content_url"].removeprefix("http://acme.localhost")
    answer: Any = asking.client.get(path, headers=asking.headers)
    assert answer.status_code == status
    if status == 200:
        assert b"".join(answer.streaming_content) == _photo()
        assert answer["Content-Disposition"] == 'attachment; filename="kettle.png"'
        assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/png")
        assert answer["Content-Security-Policy"].startswith("sandbox")


def test_a_file_on_a_private_note_stays_with_the_agents(api: Caller) -> None:
    _, file = _ticket_with_file(api, is_public=False)
    cyd = api.as_("cyd")
    assert (
        cyd.client.get(file["content_url"].removeprefix("http://acme.localhost"), headers=cyd.headers).status_code
        == 404
    )
    assert cyd.get(f"/attachments/{file['id']}").status_code == 404
    assert api.as_("ana").get(f"/attachments/{file['id']}").json()["attachment"] == file


def test_what_claims_to_be_a_page_leaves_as_plain_bytes(api: Caller) -> None:
    file = api.as_("cyd").upload("evil.html", b"<script>alert(1)</script>", "text/html").json()["upload"]["attachment"]
    assert file["content_type"] == "application/octet-stream"


def test_a_file_over_the_limit_is_refused_and_not_kept(api: Caller, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    answer = api.as_("cyd").upload("big.bin", b"x" * 1001)
    assert (answer.status_code, "error" in answer.json()) == (413, True)
    assert not Attachment.objects.exists()


def test_nobody_uploads_nothing(api: Caller) -> None:
    assert (
        Client(HTTP_HOST="acme.localhost")
        .post("/api/v2/uploads?filename=a", b"a", content_type="text/plain")
        .status_code
        == 401
    )


FORM = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'


@pytest.mark.parametrize("body", [b"--x\r\nno form", FORM])
def test_a_form_without_a_file_is_refused_in_json(api: Caller, body: bytes) -> None:
    cyd = api.as_("cyd")
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data"):
        answer = cyd.client.post("/api/v2/uploads", body, content_type=content_type, headers=cyd.headers)
        assert (answer.status_code, answer.json()["error"]["title"]) == (400, "Invalid attribute")
