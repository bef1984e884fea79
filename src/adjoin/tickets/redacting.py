"""Taking words and files out of what was said, for good. The history keeps that it was done, never what it was."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Replace

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.adapters import storage
from adjoin.kernel import outbox, text
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.wording import say
from adjoin.tickets import actions, uploads, writing
from adjoin.tickets.changes import Change, Via
from adjoin.tickets.models import Attachment, Comment, IdempotencyKey, Ticket

MARK = "▇"
_TAG, _QUOTED = re.compile(r"(<[^>]*>)"), re.compile(r'"[^"]*"')
TOPIC = "ticket.redacted"
_MARKED = re.compile(r"<redact>(.*?)</redact>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Redaction:
    """What was taken out of a comment, as `TOPIC` tells it: words by their places in its plain text, or one file.

    It holds no word of what is gone. `file_digests` are those of a file's bytes and of its name."""

    ticket_id: int
    comment_id: int
    author_id: int | None  # who did it
    agreement_id: int | None  # of the partner who did it, if it was one
    now: datetime
    length: int = 0  # letters of the plain text
    spans: tuple[tuple[int, int], ...] = ()  # from and to
    file_digests: tuple[str, str] | None = None


@transaction.atomic
def redact_words(
    *, actor: Actor, ticket_id: int, comment_id: int, words: list[str], via: Via, now: datetime, even_closed: bool
) -> Comment:
    """The comment with a block in place of each letter of `words`, wherever they stand in it.

    Raises `NotFound`, also for a comment on another ticket, `NotAllowed`, `TicketIsClosed`, `Invalid`."""
    ticket, comment = _lock(actor, ticket_id, comment_id, even_closed=even_closed)
    wanted = [word for word in words if word.strip()]
    if not wanted or any(word not in comment.body for word in wanted):
        raise Invalid.field("text", say("Text: is not in this comment. Give it exactly as it stands there."))
    take_out_words(ticket, comment, wanted, actor=actor, via=via, now=now)
    return comment


def take_out_words(
    ticket: Ticket, comment: Comment, words: Sequence[str], *, actor: Actor, via: Via, now: datetime
) -> None:
    """The same for a door that has asked who may, and holds the ticket's lock."""
    before = comment.body
    comment.body, comment.html_body = redacted(before, words), redacted_html(comment.html_body, words)
    if any(word in text.plain_from_html(comment.html_body) for word in words):
        comment.html_body = text.html_from_plain(comment.body)  # the words went across tags: the form goes with them
    comment.save(update_fields=["body", "html_body"])
    forget_answers(words)
    _record(ticket, actor, via, now, "CommentRedactionEvent", comment_id=comment.pk)
    outbox.publish("comment.redacted", ticket_id=ticket.pk, words=words)
    told = Redaction(
        ticket.pk, comment.pk, actor.user_id, actor.agreement_id, now, len(before), spans_of(comment.body, before)
    )
    outbox.publish(TOPIC, redaction=told)


@transaction.atomic
def redact_file(
    *, actor: Actor, ticket_id: int, comment_id: int, attachment_id: int, via: Via, now: datetime
) -> Attachment:
    """The file replaced by one that says so; its bytes go once nobody else has them, and so does its address.

    Raises `NotFound`, also for a file on another comment, and `NotAllowed`."""
    ticket, comment = _lock(actor, ticket_id, comment_id, even_closed=True)
    found = Attachment.objects.select_for_update().filter(pk=attachment_id, comment=comment).first()
    if found is None:
        raise NotFound
    take_out_file(ticket, found, actor=actor, via=via, now=now)
    return found


def take_out_file(ticket: Ticket, found: Attachment, *, actor: Actor, via: Via, now: datetime) -> None:
    """The same for a door that has asked who may, and holds the ticket's lock. Again changes nothing."""
    if found.redacted_at is not None:
        return
    digests = (found.sha256, text_digest(found.file_name))
    before, note = found.sha256, uploads.keep(stream=io.BytesIO(b"Redacted\n"), file_name="redacted.txt", now=now)
    for name in ("token", "file_name", "content_type", "size_bytes", "sha256", "width", "height"):
        setattr(found, name, getattr(note, name))
    found.redacted_at = now
    found.save()
    if not uploads.is_kept(before):
        transaction.on_commit(lambda: storage.files().remove(before))
    comment_id = found.comment_id
    assert comment_id is not None
    _record(ticket, actor, via, now, "AttachmentRedactionEvent", comment_id=comment_id, attachment_id=found.pk)
    told = Redaction(ticket.pk, comment_id, actor.user_id, actor.agreement_id, now, file_digests=digests)
    outbox.publish(TOPIC, redaction=told)


def spans_of(after: str, before: str) -> tuple[tuple[int, int], ...]:
    """Where letters of `before` were replaced by blocks: places from and to, in order, phrases as one."""
    found: list[tuple[int, int]] = []
    for at, (new, old) in enumerate(zip(after, before, strict=False)):
        if new == old:
            continue
        if found and not before[found[-1][1] : at].strip():
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return tuple(found)


def text_digest(words: str) -> str:
    """What a name can be compared by where it must not be said: SHA-256 in hex."""
    return hashlib.sha256(words.encode()).hexdigest()


def redacted(plain: str, words: Iterable[str]) -> str:
    """Text with a block for each letter of `words`. Also for the copies that apps above have made."""
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, _blocks(word))
    return plain


def redacted_html(markup: str, words: Iterable[str]) -> str:
    """The same for HTML, in its text and in what its attributes say."""
    forms = sorted({form for word in words for form in (word, html.escape(word), html.escape(word, quote=False))})
    parts = _TAG.split(markup)  # text and tags in turn
    return "".join(
        redacted(part, forms) if at % 2 == 0 else _QUOTED.sub(lambda found: redacted(found[0], forms), part)
        for at, part in enumerate(parts)
    )


def marked_words(html_body: str) -> list[str]:
    """What stands between `<redact>` marks, as plain text."""
    return [text.plain_from_html(part) for part in _MARKED.findall(html_body)]


def _lock(actor: Actor, ticket_id: int, comment_id: int, *, even_closed: bool) -> tuple[Ticket, Comment]:
    ticket = actions.lock(actor, ticket_id)
    mine = readable.comments(actor).filter(pk=comment_id, ticket_id=ticket.pk)
    comment = Comment.objects.select_for_update().filter(pk__in=mine).first()
    if comment is None:
        raise NotFound
    permissions.require(actor, Permission.REDACT_TICKET, ticket)
    if ticket.is_closed and not even_closed:
        raise actions.TicketIsClosed(
            say("This ticket is closed. Its comments are redacted through comment_redactions.")
        )
    return ticket, comment


def forget_answers(words: Iterable[str]) -> None:
    """Take the words out of answers of the API that are kept for a repeated request."""
    for word in words:
        for form in {json.dumps(one, ensure_ascii=False)[1:-1] for one in (word, html.escape(word))}:
            kept = IdempotencyKey.objects.filter(body__contains=form)
            kept.update(body=Replace("body", Value(form), Value(_blocks(word))))


def _record(ticket: Ticket, actor: Actor, via: Via, now: datetime, type_: str, **data: Any) -> None:
    change = Change(ticket=ticket, actor=actor, now=now, via=via, is_create=False)
    change.record(type_, **data)
    writing.write(change)  # without the rules: nothing was said or changed that they could answer


def _blocks(word: str) -> str:
    return "".join(letter if letter.isspace() else MARK for letter in word)
