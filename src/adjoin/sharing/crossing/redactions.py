"""Sharing follows a redaction: what waits for a partner, or is kept of what was sent, loses the words too."""

from __future__ import annotations

from typing import Any

from adjoin.sharing.models import Delivery, ReceivedRequest, SharedTicket
from adjoin.tickets import redacting


def forget_words(*, ticket_id: int, words: list[str]) -> None:
    """Take the words out of everything queued for that ticket. What a partner has already cannot be called back."""
    of_ticket = {"shared_ticket__ticket_id": ticket_id, "payload__isnull": False}
    for found in (Delivery.objects.filter(**of_ticket), ReceivedRequest.objects.filter(**of_ticket)):
        for row in found.select_for_update(of=("self",)).order_by("pk"):
            row.payload = _without(row.payload, words)
            row.save(update_fields=["payload"])


def forget_file(ticket_id: int, digests: tuple[str, str]) -> None:
    """Take the name of a redacted file out of the same. `digests` are those of its bytes and of its name."""
    of_ticket = {"shared_ticket__ticket_id": ticket_id, "payload__isnull": False}
    for found in (Delivery.objects.filter(**of_ticket), ReceivedRequest.objects.filter(**of_ticket)):
        for row in found.select_for_update(of=("self",)).order_by("pk"):
            for said in (row.payload or {}).get("comments") or ():
                said["attachments"] = [_unnamed(file, digests[1]) for file in said.get("attachments") or ()]
            row.save(update_fields=["payload"])


def forget_ticket(*, ticket_id: int, mark: str) -> None:
    """A copy was blanked: nothing of it stays in what was sent or received for it."""
    for shared in SharedTicket.objects.filter(ticket_id=ticket_id):
        blank = {"uuid": shared.uuid, "comments": []}
        Delivery.objects.filter(shared_ticket=shared, payload__isnull=False).update(payload=blank)
        rows = ReceivedRequest.objects.filter(agreement_id=shared.agreement_id, uuid=shared.uuid)
        rows.filter(payload__isnull=False).update(payload=blank)


def _without(value: Any, words: list[str]) -> Any:
    """The payload with what was said in it redacted; identifiers and moments stay as they are."""
    if isinstance(value, dict):
        return {name: _said(name, one, words) for name, one in value.items()}
    return [_without(one, words) for one in value] if isinstance(value, list) else value


def _said(name: str, value: Any, words: list[str]) -> Any:
    if name == "body" and isinstance(value, str):
        return redacting.redacted(value, words)
    if name == "html_body" and isinstance(value, str):
        return redacting.redacted_html(value, words)
    return _without(value, words)


def _unnamed(file: dict[str, Any], name_digest: str) -> dict[str, Any]:
    names = ("filename", "display_filename")
    if not any(redacting.text_digest(str(file.get(name))) == name_digest for name in names):
        return file
    return {**file, **dict.fromkeys(names, "redacted.txt"), "content_type": "text/plain"}
