"""What becomes of a copy when the partner takes its ticket back: frozen, thawed again, or blanked for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from adjoin.adapters import storage
from adjoin.kernel import outbox, text
from adjoin.tickets import live, redacting, uploads, writing
from adjoin.tickets.changes import Change, Via
from adjoin.tickets.models import Attachment, Comment, Event, Ticket

if TYPE_CHECKING:
    from adjoin.access.actors import Actor


_VALUES = ("value", "previous_value")


@dataclass(frozen=True)
class Blanked:
    """How much was taken out of a copy."""

    comments: int
    files: int


def freeze(ticket_id: int, partner_name: str) -> None:
    """Have a copy be read and not changed, by people. The caller holds its lock."""
    Ticket.objects.filter(pk=ticket_id).update(frozen_by=partner_name[:200])
    live.announce(ticket_id)


def thaw(ticket_id: int) -> None:
    """Have it be an ordinary ticket again."""
    if Ticket.objects.filter(pk=ticket_id).exclude(frozen_by="").update(frozen_by=""):
        live.announce(ticket_id)


@transaction.atomic
def blank(ticket: Ticket, comment_ids: Iterable[int], mark: str) -> Blanked:
    """Put `mark` in place of these comments and of the subject, here and in the history; their files go for good.

    Kept answers of the API and mails that tell of them lose the words too. The caller holds the ticket's lock."""
    words, blanked = _blank_comments(ticket, comment_ids, mark)
    redacting.forget_answers([word for word in (ticket.subject, *words) if word.strip()])
    ticket.subject = mark
    ticket.save(update_fields=["subject"])
    named = Event.objects.filter(audit__ticket=ticket, data__field_name="subject")
    for event in named:
        event.data = {**event.data, **{key: mark for key in _VALUES if event.data.get(key)}}
        event.save(update_fields=["data"])
    outbox.publish("ticket.blanked", ticket_id=ticket.pk, mark=mark)
    live.announce(ticket.pk)
    return blanked


@transaction.atomic
def blank_comment(comment: Comment, mark: str) -> Blanked:
    """Put `mark` in place of one comment, and in what is kept of it; its files go. The caller holds the lock."""
    words, blanked = _blank_comments(comment.ticket, [comment.pk], mark)
    redacting.forget_answers(words)
    outbox.publish("comment.redacted", ticket_id=comment.ticket_id, words=words)
    live.announce(comment.ticket_id)
    return blanked


def _blank_comments(ticket: Ticket, comment_ids: Iterable[int], mark: str) -> tuple[list[str], Blanked]:
    """What they said, and how much it was."""
    comments = list(Comment.objects.select_for_update().filter(ticket=ticket, pk__in=list(comment_ids)).order_by("pk"))
    files = _remove_files(Attachment.objects.filter(comment__in=comments))
    Comment.objects.filter(pk__in=[one.pk for one in comments]).update(body=mark, html_body=text.html_from_plain(mark))
    return [one.body for one in comments if one.body.strip()], Blanked(len(comments), files)


def take_values(ticket: Ticket, tags: Iterable[str], field_keys: Iterable[str], mark: str) -> None:
    """Take these tags off the ticket and empty these fields of the account's own, here and in the history."""
    gone, keys = set(tags), set(field_keys)
    ticket.tags = [tag for tag in ticket.tags if tag not in gone]
    ticket.custom_fields = {key: value for key, value in ticket.custom_fields.items() if key not in keys}
    ticket.save(update_fields=["tags", "custom_fields"])
    for event in Event.objects.filter(audit__ticket=ticket, data__field_name__in=[*keys, *(["tags"] if gone else [])]):
        event.data = {**event.data, **{name: _without(event.data.get(name), gone, mark) for name in _VALUES}}
        event.save(update_fields=["data"])


def record(ticket: Ticket, actor: Actor, via: Via, now: datetime, events: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write events into a ticket's history without asking any rule, also when it is closed or frozen."""
    change = Change(ticket=ticket, actor=actor, now=now, via=via, is_create=False)
    for type_, data in events:
        change.record(type_, **data)
    writing.write(change)


def _without(value: Any, tags: set[str], mark: str) -> Any:
    """What the history keeps of a value: the other tags of a list, else only that there was one."""
    if isinstance(value, list) and tags:
        return [tag for tag in value if tag not in tags]
    return mark if value else value


def _remove_files(rows: Any) -> int:
    """The rows, and the bytes that nobody else has. Returns how many there were."""
    digests = set(rows.values_list("sha256", flat=True))
    count, _ = rows.delete()
    for digest in (one for one in digests if not uploads.is_kept(one)):
        transaction.on_commit(partial(storage.files().remove, digest))
    return int(count)
