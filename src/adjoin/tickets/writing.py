"""Putting a finished change into the database: ticket, audit, comments, events, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adjoin.access.actors import Actor
from adjoin.kernel import outbox, prepared, rows
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import say
from adjoin.tickets import live, system_rules
from adjoin.tickets.changes import FIELDS, Change, NewComment, wire
from adjoin.tickets.models import (
    Attachment,
    Audit,
    Comment,
    Event,
    Ticket,
    TicketCc,
    TicketFollower,
    Upload,
)


@prepared.gathered()
def write(change: Change) -> None:
    """Write everything `change` holds, then tell the apps above."""
    ticket = change.ticket
    ticket.updated_at = ticket.generated_at = change.now
    if change.is_create:
        rows.insert(ticket)
    else:
        rows.put(ticket, change.moved)
    _write_people(change)
    system_rules.keep_assignee_behind_no_wall(change)
    audit = change.audit = Audit(
        ticket=ticket,
        author_id=change.author_id,
        channel=change.via.channel,
        channel_source=change.via.source,
        metadata=change.metadata,
        created_at=change.now,
    )
    comments = [Comment(ticket=ticket) for _ in change.comments]
    rows.number([audit, *comments])
    rows.add([audit])
    for new, row in zip(change.comments, comments, strict=True):
        row.audit = audit
        _write_comment(change, new, row)
    change.run_then()
    rows.add(_events(change, audit))
    outbox.publish("ticket.audited", ticket_id=ticket.pk, audit_id=audit.pk, change=change)
    live.announce(ticket.pk)


def write_count(change: Change, *, is_moved: bool) -> None:
    """Write what is counted of a ticket, and nothing else of it."""
    ticket = change.ticket
    change.run_then()
    if change.events:
        audit = Audit.objects.create(ticket=ticket, author=None, channel=change.via.channel, created_at=change.now)
        Event.objects.bulk_create(Event(audit=audit, type=one.type, data=one.data) for one in change.events)
    if change.events or is_moved:
        ticket.generated_at = change.now
        ticket.save(update_fields=["sla_next_breach_at", "generated_at"])
        live.announce(ticket.pk)


def announce_deletion(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """Record that a ticket was deleted, and tell the apps above."""
    Audit.objects.create(
        ticket=ticket, author_id=actor.user_id, channel=ticket.channel, metadata={"deleted": True}, created_at=now
    )
    outbox.publish("ticket.deleted", ticket_id=ticket.pk)
    live.announce(ticket.pk)


def announce_restoration(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """Record that a ticket came back."""
    Audit.objects.create(
        ticket=ticket, author_id=actor.user_id, channel=ticket.channel, metadata={"restored": True}, created_at=now
    )
    live.announce(ticket.pk)


def _write_people(change: Change) -> None:
    ticket = change.ticket
    if change.ccs is not None:
        before = set(ticket.copied.values_list("user_id", flat=True))
        if before != change.ccs:
            ticket.copied.exclude(user_id__in=change.ccs).delete()
            TicketCc.objects.bulk_create([TicketCc(ticket=ticket, user_id=pk) for pk in sorted(change.ccs - before)])
            change.record("EmailCcChange", previous_email_ccs=sorted(before), current_email_ccs=sorted(change.ccs))
    if change.followers is not None:
        before = set(ticket.followed.values_list("user_id", flat=True))
        if before != change.followers:
            ticket.followed.exclude(user_id__in=change.followers).delete()
            TicketFollower.objects.bulk_create(
                [TicketFollower(ticket=ticket, user_id=pk) for pk in sorted(change.followers - before)]
            )
            change.record(
                "FollowerChange", previous_followers=sorted(before), current_followers=sorted(change.followers)
            )


def _write_comment(change: Change, new: NewComment, comment: Comment) -> None:
    assert new.author_id is not None  # `checks.comment` has seen to it
    new.fill_in(change)
    via = new.via or change.via
    comment.author_id, comment.created_at = new.author_id, new.created_at or change.now
    comment.body, comment.html_body = new.body, new.html_body
    comment.is_public, comment.is_local = new.is_public, new.is_local
    comment.channel, comment.channel_source = via.channel, via.source
    rows.add([comment])
    _attach(change, comment, new)
    change.written_comments[new.key or f"#{comment.pk}"] = comment
    for event in change.events:
        if event.comment is new:
            event.data |= {"comment_id": comment.pk}


def _attach(change: Change, comment: Comment, new: NewComment) -> None:
    """Move the uploaded files to the comment. Raises `Invalid` for a token that is not the author's, used or old."""
    for attachment in new.attachments:
        attachment.comment = comment
        attachment.save()
    if not new.upload_tokens:
        return
    if change.author_id is None:
        raise Invalid.field("uploads", say("Uploads: only people send files ahead."))
    uploads = list(
        Upload.objects.select_for_update().filter(
            token__in=new.upload_tokens, user_id=change.author_id, expires_at__gt=change.now
        )
    )
    attached = Attachment.objects.filter(upload__in=uploads, comment=None).update(comment=comment)
    if len(uploads) != len(set(new.upload_tokens)) or not attached:
        raise Invalid.field(
            "uploads", say("Uploads: a token is unknown, expired or already used. Upload the file again.")
        )


def _events(change: Change, audit: Audit) -> list[Event]:
    found: list[tuple[str, dict[str, Any]]] = []
    if change.is_create:
        ruled = {event.data["field_name"] for event in change.events if event.type == "Create"}
        found += [
            ("Create", {"field_name": name, "value": wire(getattr(change.ticket, name))})
            for name in FIELDS
            if name not in ruled and getattr(change.ticket, name) not in (None, "", [])
        ]
        found += [
            ("Create", {"field_name": key, "value": wire(value)})
            for key, value in change.ticket.custom_fields.items()
            if key not in ruled
        ]
    found += [(event.type, event.data) for event in change.events]
    return [Event(audit=audit, type=type_, data=data) for type_, data in found]
