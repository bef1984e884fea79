"""The words of ticket sharing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices

from adjoin.tickets.terms import TicketStatus

NAMESPACE = "adjoin"  # our key inside `custom_fields`; a plain peer ignores it
VERSION = 1  # of what stands under that key
TOKEN_HEADER = "X-Ticket-Sharing-Token"  # noqa: S105 - the name of a header
VERSION_HEADER = "X-Ticket-Sharing-Version"

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 3600.0
PAUSE_GROWTH = 1.5  # a partner who was away an hour is asked again within half an hour
INVITATION_LIFETIME = timedelta(days=3)  # how long an invitation that nobody takes is retried
FILE_ATTEMPTS_MAX = 8


class Direction(TextChoices):
    """Who shares tickets under the agreement: we (outbound) or the partner (inbound)."""

    OUTBOUND = "outbound", "We share with them"
    INBOUND = "inbound", "They share with us"


class AgreementStatus(TextChoices):
    """Where an agreement stands. `failed` is ours alone and never travels."""

    PENDING = "pending", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    INACTIVE = "inactive", "Ended"
    FAILED = "failed", "Failed"


class CommentsTerm(TextChoices):
    """Which comments cross."""

    BOTH = "both", "Public comments and private notes cross"
    PUBLIC = "public", "Public comments cross. Private notes stay"
    PRIVATE = "private", "The partner reads along and answers in private notes"


class ShareRole(TextChoices):
    """Whose ticket it is."""

    SENT = "sent", "Ours, shared with them"
    RECEIVED = "received", "Theirs, shared with us"


class ShareState(TextChoices):
    """Whether the two copies still follow each other."""

    ACTIVE = "active", "Shared"
    UNSHARED = "unshared", "No longer shared"
    ORPHAN = "orphan", "Left behind by the partner"


class DeliveryState(TextChoices):
    """What became of one thing to send."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not taken"
    CANCELLED = "cancelled", "Not sent"


class FileState(TextChoices):
    """What became of a file the partner named."""

    WAITING = "waiting", "Being fetched"
    FETCHED = "fetched", "Fetched"
    FAILED = "failed", "Could not be fetched"


@dataclass(frozen=True)
class Terms:
    """What an agreement lets through. Set by the side that shares, the same for both."""

    comments: str = CommentsTerm.BOTH
    syncs_status: bool = True
    syncs_tags: bool = False
    syncs_custom_fields: bool = False
    shares_attachments: bool = True

    @property
    def allows_public_comments(self) -> bool:
        """The protocol's own flag: false stands for "private comments only, no status"."""
        return self.comments != CommentsTerm.PRIVATE

    @property
    def lets_notes_cross(self) -> bool:
        return self.comments != CommentsTerm.PUBLIC

    def sentences(self, sharer: str, receiver: str) -> list[str]:
        """The terms in words for people, with the names of both sides."""
        files = "Files travel with their comments." if self.shares_attachments else "Files stay."
        status = "The status is the same on both sides." if self.syncs_status else "Each side keeps its own status."
        tags = "Tags cross." if self.syncs_tags else "Tags stay."
        comments = {
            CommentsTerm.BOTH: "Public comments and private notes cross.",
            CommentsTerm.PUBLIC: "Public comments cross. Private notes stay.",
            CommentsTerm.PRIVATE: f"{receiver} reads along and answers {sharer} in private notes only.",
        }[CommentsTerm(self.comments)]
        return [comments, status, tags, files]


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: a second at first, an hour at most."""
    seconds = FIRST_PAUSE_SECONDS * PAUSE_GROWTH ** min(max(failures - 1, 0), 40)
    return timedelta(seconds=min(seconds, LONGEST_PAUSE_SECONDS))


def wire_status(status: str) -> str:
    """The status as every peer knows it: on hold is open elsewhere, and closed is solved."""
    return {TicketStatus.HOLD: "open", TicketStatus.CLOSED: "solved"}.get(TicketStatus(status), str(status))


def shared_status(status: str, *, keeps_hold: bool) -> str:
    """The status as the two sides compare it: with hold where the partner is an Adjoin desk too."""
    return str(status) if keeps_hold and status == TicketStatus.HOLD else wire_status(status)
