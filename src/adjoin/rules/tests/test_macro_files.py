"""Files of macros: who reads them, how many there are, and that they go along with what is sent."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from adjoin.kernel.errors import Invalid
from adjoin.rules import macro_files, macro_writes
from adjoin.rules.models import Macro, MacroAttachment
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

LABEL = b"the return label"


def _send(caller: Caller, path: str, **more: str) -> Any:
    form = {"attachment": SimpleUploadedFile("label.txt", LABEL), **more}
    return caller.client.post(f"/api/v2{path}", form, headers=caller.headers)


def _own(cast: Cast, who: str) -> Macro:
    actor = cast.actor(who)
    asks: dict[str, Any] = {
        "title": "Label",
        "actions": [{"field": "status", "value": "pending"}],
        "owner_id": actor.user_id,
    }
    return macro_writes.create_macro(actor=actor, now=NOW, **asks)


def test_the_files_of_a_macro_are_read_by_those_who_use_it_and_nobody_else(api: Caller, cast: Cast) -> None:
    made, ana = _own(cast, "ana"), api.as_("ana")
    sent = _send(ana, f"/macros/{made.pk}/attachments", filename="post.txt")
    shown = sent.json()["macro_attachment"]
    assert (sent.status_code, shown["filename"], shown["size"]) == (201, "post.txt", len(LABEL))
    one = f"/macros/attachments/{shown['id']}"
    paths = [f"/macros/{made.pk}/attachments", one, f"{one}/content"]
    assert [ana.get(path).status_code for path in paths[:2]] == [200] * 2
    assert b"".join(ana.get(paths[2]).streaming_content) == LABEL
    for other in ("ada", "ben"):
        assert [api.as_(other).get(path).status_code for path in paths] == [404] * 3
        assert api.as_(other).delete(one).status_code == 404
    assert api.as_("cyd").get(one).status_code == 403
    applied = ana.get(f"/macros/{made.pk}/apply").json()["result"]["ticket"]["comment"]
    assert [file["id"] for file in applied["attachments"]] == [shown["id"]]
    assert ana.delete(one).status_code == 204
    assert not made.attachments.exists()


def test_a_file_sent_ahead_waits_for_its_macro_and_is_its_senders_alone(api: Caller, cast: Cast) -> None:
    made, ana = _own(cast, "ana"), api.as_("ana")
    ahead = _send(ana, "/macros/attachments").json()["macro_attachment"]["id"]
    assert api.as_("ada").get(f"/macros/attachments/{ahead}").status_code == 404
    taken = ana.put(f"/macros/{made.pk}", {"macro": {"attachments": [ahead]}})
    assert (taken.status_code, made.attachments.get().pk) == (200, ahead)
    assert ana.put(f"/macros/{made.pk}", {"macro": {"attachments": [ahead, ahead + 1]}}).status_code == 422
    assert ana.put(f"/macros/{made.pk}", {"macro": {"attachments": []}}).status_code == 200
    assert not MacroAttachment.objects.exists()


def test_a_macro_has_five_files_at_most(cast: Cast) -> None:
    made = _own(cast, "ana")

    def attach() -> Any:
        given: dict[str, Any] = {"stream": io.BytesIO(LABEL), "file_name": "a.txt", "now": NOW, "macro_id": made.pk}
        return macro_files.attach(actor=cast.actor("ana"), **given)

    for _ in range(5):
        attach()
    with pytest.raises(Invalid, match="at most 5"):
        attach()
