"""Calls follow a redaction: what is kept of them loses the words too. What has left cannot be called back."""

from __future__ import annotations

import html
from urllib.parse import quote_plus

from adjoin.kernel.api.answers import dumps
from adjoin.tickets import redacting
from adjoin.webhooks import events
from adjoin.webhooks.models import Attempt, Call


def forget_words(*, ticket_id: int, words: list[str]) -> None:
    """Take the words out of every call about that ticket, and out of what was answered to it."""
    for call in Call.objects.filter(ticket_id=ticket_id).exclude(payload="").select_for_update().order_by("pk"):
        call.payload = _redacted(call.payload, words)
        call.save(update_fields=["payload"])
    Attempt.objects.filter(call__ticket_id=ticket_id).update(answer="", url="")


def forget_ticket(*, ticket_id: int, mark: str) -> None:
    """Put `mark` in place of everything that calls about that ticket say."""
    Call.objects.filter(ticket_id=ticket_id).exclude(payload="").update(payload=dumps({"redacted": mark}))
    Attempt.objects.filter(call__ticket_id=ticket_id).update(answer="", url="")


def _redacted(payload: str, words: list[str]) -> str:
    data = events.parsed(payload)
    if isinstance(data, str):  # a form or XML, where words are written in other ways
        forms = {form for word in words for form in (word, quote_plus(word), html.escape(word))}
        return redacting.redacted(data, sorted(forms))
    return dumps(_inside(data, words))


def _inside(data: object, words: list[str]) -> object:
    if isinstance(data, str):
        return redacting.redacted(data, words)
    if isinstance(data, dict):
        return {name: _inside(one, words) for name, one in data.items()}
    return [_inside(one, words) for one in data] if isinstance(data, list) else data
