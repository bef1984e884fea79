"""What becomes of a request of somebody who has not signed in: a ticket, something that waits, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from adjoin.access import actors, readable
from adjoin.access.actors import Actor
from adjoin.brands import admission
from adjoin.kernel import ids, record, text
from adjoin.kernel.errors import DeskError, Invalid, NotAllowed
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.people.sender_lists import Verdict
from adjoin.suspended import files
from adjoin.suspended.models import SuspendedFile, SuspendedTicket
from adjoin.suspended.terms import Cause
from adjoin.tickets import actions as tickets
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.tickets.models import Attachment, Ticket

_BLANK = {
    "subject": gettext_noop("Subject: cannot be blank"),
    "description": gettext_noop("Description: cannot be blank"),
}
KEPT = timedelta(days=14)
LINK_EVERY = timedelta(days=1)  # one mail to an address, however much is sent in its name
FLOOD_WINDOW, FLOOD_MAX = timedelta(hours=1), 5  # requests of one address
UNCONFIRMED = "unconfirmed"  # `via.source.rel` of what an address sent that nobody has confirmed


class DeadLink(DeskError):
    """Nothing waits for this link any more."""

    status = 410

    def __init__(self) -> None:
        super().__init__(say("This link has been used, or is older than two weeks. File the request again."))


@dataclass(frozen=True)
class Said:
    """What somebody sent, as plain text, with files. `fields` are those of a new ticket."""

    name: str
    email: str
    subject: str
    body: str
    fields: dict[str, Any] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()  # unsaved, as `files.take` gives them


@transaction.atomic
def receive(*, brand: Brand, said: Said, channel: Channel, now: datetime) -> Ticket | SuspendedTicket:
    """The ticket it became, or what waits. A link to confirm the address is `link_for`'s.

    Raises `Invalid` for an address that is turned away or is none, and for an empty subject or text."""
    said = _clean(said)
    ruling = admission.ruling(brand, said.email)
    if ruling.verdict is Verdict.REJECTED:
        raise Invalid.field("requester", say("Requests from this address are not taken here."))
    known = User.objects.with_email(said.email).first()
    cause = _cause(brand, said, known, is_taken=ruling.verdict is Verdict.TAKEN, is_named=ruling.is_named, now=now)
    if cause is not None:
        return _suspend(brand, said, known, cause, channel, now)
    author = people.create_user(name=said.name, email=said.email, now=now)
    return _ticket(author, said, brand.pk, Via(channel, {"rel": UNCONFIRMED}), now)


@transaction.atomic
def link_for(row: SuspendedTicket, now: datetime) -> str:
    """The secret of a link with which the sender confirms it; "" where none helps, and where one was mailed today."""
    recent = SuspendedTicket.objects.from_address(row.author_email).filter(created_at__gt=now - LINK_EVERY)
    if row.cause not in Cause.until_confirmed() or recent.exclude(digest="").exists():
        return ""
    secret = ids.new_secret()
    SuspendedTicket.objects.filter(pk=row.pk).update(digest=ids.digest(secret))
    return secret


def waiting_for(secret: str) -> list[SuspendedTicket]:
    """Everything that a link can confirm: what waits in the name of its address. Raises `DeadLink`."""
    linked = SuspendedTicket.objects.exclude(digest="").filter(digest=ids.digest(secret)).first()
    if linked is None:
        raise DeadLink
    rows = SuspendedTicket.objects.from_address(linked.author_email).filter(cause__in=Cause.until_confirmed())
    return list(rows.select_related("brand").prefetch_related("files").newest_first())


@transaction.atomic
def confirm(*, secret: str, chosen: Iterable[int], now: datetime) -> list[Ticket]:
    """The tickets of those that the owner of the address says are theirs. The others are deleted, the link is dead.

    Their address is verified by this. Raises `DeadLink`, and `NotAllowed` for somebody who is suspended."""
    wanted = set(chosen)
    rows = list(SuspendedTicket.objects.select_for_update().filter(pk__in=[row.pk for row in waiting_for(secret)]))
    if not rows:
        raise DeadLink
    mine = [row for row in rows if row.pk in wanted]
    if mine:
        _author(mine[0], now, is_verified=True)
    made = [_recovered(row, now) for row in sorted(mine, key=lambda row: row.pk)]
    _remove(SuspendedTicket.objects.filter(pk__in=[row.pk for row in rows]))
    return made


@transaction.atomic
def recover(*, actor: Actor, suspended_ids: Iterable[int], now: datetime) -> list[Ticket]:
    """The tickets, each by its author, whom nobody has confirmed by this. What the actor may not see is left out.

    Raises `Invalid` for what became no ticket, and `NotAllowed` where the author is suspended."""
    rows = (
        readable.suspended_tickets(actor)
        .filter(pk__in=list(suspended_ids))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    made = []
    for row in rows:
        made.append(_recovered(row, now))
        _tell(row, now, recovered_as=(None, made[-1].pk))
        _remove(SuspendedTicket.objects.filter(pk=row.pk))
    return made


@transaction.atomic
def delete(*, actor: Actor, suspended_ids: Iterable[int], now: datetime) -> int:
    """How many were deleted; what the actor may not see is left out."""
    rows = list(readable.suspended_tickets(actor).filter(pk__in=list(suspended_ids)).select_for_update(of=("self",)))
    for row in rows:
        record.changed(Did.DELETED, "suspended_ticket", row.pk, row.author_email, now=now)
    _remove(SuspendedTicket.objects.filter(pk__in=[row.pk for row in rows]))
    return len(rows)


@transaction.atomic
def forget_old(now: datetime) -> int:
    """How many were removed because nobody wanted them for two weeks."""
    return _remove(SuspendedTicket.objects.filter(created_at__lt=now - KEPT))


def _remove(rows: QuerySet[SuspendedTicket]) -> int:
    """How many of them there were; their files go with them."""
    digests = list(SuspendedFile.objects.filter(row__in=rows).values_list("sha256", flat=True))
    _, gone = rows.delete()
    files.let_go(digests)
    return gone.get("suspended.SuspendedTicket", 0)


def _cause(
    brand: Brand, said: Said, known: User | None, *, is_taken: bool, is_named: bool, now: datetime
) -> Cause | None:
    """Why it waits, the gravest reason first; None for what becomes a ticket at once."""
    if known is not None and (known.is_suspended or not known.is_active):
        return Cause.PERSON_SUSPENDED
    if not is_taken:
        return Cause.BLOCKED if is_named else Cause.NOT_ALLOWED
    if _sent_lately(said.email, known, now) >= FLOOD_MAX:
        return Cause.FLOOD
    if known is not None:
        return Cause.SIGNED_OUT  # nobody files in another's name
    return Cause.NOT_CONFIRMED if brand.verifies_first else None


def _sent_lately(email: str, known: User | None, now: datetime) -> int:
    since = now - FLOOD_WINDOW
    waiting = SuspendedTicket.objects.from_address(email).filter(created_at__gt=since).count()
    if known is None:
        return waiting
    return waiting + readable.tickets(Actor.system()).filter(requester_id=known.pk, created_at__gt=since).count()


def _suspend(
    brand: Brand, said: Said, known: User | None, cause: Cause, channel: Channel, now: datetime
) -> SuspendedTicket:
    row = SuspendedTicket.objects.create(
        brand=brand,
        author=known,
        author_name=said.name,
        author_email=said.email,
        subject=said.subject,
        content=said.body,
        cause=cause,
        channel=channel,
        recipient=brand.support_address,
        fields=said.fields,
        created_at=now,
    )
    files.hold(row, said.attachments)
    return row


def _recovered(row: SuspendedTicket, now: datetime) -> Ticket:
    author = _author(row, now)
    said = Said(row.author_name, row.author_email, row.subject, row.content, row.fields, files.of(row, now))
    source = {} if author.is_verified else {"rel": UNCONFIRMED}
    return _ticket(author, said, row.brand_id, Via(Channel(row.channel), source), now)


def _author(row: SuspendedTicket, now: datetime, *, is_verified: bool = False) -> User:
    """Who sent it, found or made. Raises `NotAllowed`."""
    user: User | None = User.objects.with_email(row.author_email).first()
    if user is None:
        return people.create_user(name=row.author_name, email=row.author_email, is_verified=is_verified, now=now)
    if user.is_suspended or not user.is_active:
        raise NotAllowed(
            say("%(name)s is suspended. Let them in again before you take what they sent.") % {"name": user.name}
        )
    if is_verified and not user.is_verified:
        return people.update_user(user=user, is_verified=True, now=now)
    return user


def _ticket(author: User, said: Said, brand_id: int | None, via: Via, now: datetime) -> Ticket:
    fields = _fields(said.fields) | ({"brand_id": brand_id} if brand_id else {})
    return tickets.create(
        actor=actors.load(author.pk).as_end_user(brand_id),
        now=now,
        via=via,
        requester_id=author.pk,
        comment=NewComment(body=said.body, attachments=list(said.attachments)),
        subject=said.subject,
        **fields,
    ).ticket


def _fields(kept: dict[str, Any]) -> dict[str, Any]:
    """The fields as the write path takes them: JSON made text of their ids."""
    if "custom_fields" not in kept:
        return dict(kept)
    return {**kept, "custom_fields": {int(key): value for key, value in kept["custom_fields"].items()}}


def _clean(said: Said) -> Said:
    """What was sent, without what nobody can read. Raises `Invalid`."""
    email = people.clean_email(said.email)
    subject, body = text.one_line(said.subject)[:1000], text.cut(text.plain(said.body).strip())
    empty = [name for name, value in (("subject", subject), ("description", body)) if not value]
    if empty:
        raise Invalid({name: [("BlankValue", say(_BLANK[name]))] for name in empty})
    name = text.one_line(said.name)[:255] or email.partition("@")[0]
    return Said(name, email, subject, body, said.fields, said.attachments)


def _tell(row: SuspendedTicket, now: datetime, **changes: tuple[Any, Any]) -> None:
    record.changed(Did.UPDATED, "suspended_ticket", row.pk, row.author_email, now=now, **changes)
