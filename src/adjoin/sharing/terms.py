"""The words of ticket sharing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices

from adjoin.tickets.terms import TicketStatus

NAMESPACE = "adjoin"  # our key inside `custom_fields`; a plain peer ignores it
VERSION = 1  # of what stands under that key
TOKEN_HEADER = "X-Ticket-Sharing-Token"  # noqa: S105 - the name of a header
VERSION_HEADER = "X-Ticket-Sharing-Version"
REASON_HEADER = "X-Adjoin-Reason"  # why a ticket is unshared: deleted or left, where it is more than that
BY_HEADER = "X-Adjoin-By"  # who did it, percent-encoded
TOGETHER_HEADER = "X-Adjoin-Together"  # how many updates of tickets an Adjoin desk takes in one request
NUMBER_HEADER = "X-Adjoin-Number"  # of a delivery that has no body to say it in; a plain peer ignores it

TOGETHER_MAX = 20  # updates of different tickets in one request
TOGETHER_MAX_BYTES = 1024 * 1024  # of their bodies; one that is larger goes alone
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 3600.0
PAUSE_GROWTH = 1.5  # a partner who was away an hour is asked again within half an hour
INVITATION_LIFETIME = timedelta(days=3)  # how long an invitation that nobody takes is retried
OLD_KEY_LIFETIME = timedelta(minutes=15)  # after the new one was taken: what is under way may still arrive
FILE_ATTEMPTS_MAX = 8
ATTACHMENT_LIMIT_MB = 1000  # the largest size limit an agreement may name


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


class WhoShares(TextChoices):
    """Who of our people may share tickets under an agreement. Each side decides for itself."""

    AGENTS = "agents", "Agents, admins and rules"
    ADMINS = "admins", "Admins and rules"
    RULES = "rules", "Rules only"


class OnUnshare(TextChoices):
    """What becomes of the receiver's copy when the sharer takes a ticket back."""

    LEAVE = "leave", "The partner keeps its copy and may go on working on it"
    FREEZE = "freeze", "The partner keeps its copy, but nobody can change it"
    RECALL = "recall", "The copy is blanked, where the partner is an Adjoin desk"


class Failure(TextChoices):
    """Why an agreement failed, or its partner does not answer."""

    NONE = "", "Nothing"
    CERTIFICATE = "certificate", "Certificate"
    WRONG_ADDRESS = "wrong_address", "Wrong address"
    NO_DESK = "no_desk", "Not a help desk that shares"
    REFUSED = "refused", "Refused"
    TIMED_OUT = "timed_out", "No answer"
    OTHER = "other", "Something else"


class Happened(TextChoices):
    """What the history of an agreement tells of."""

    MADE = "made", "Invited"
    STATUS = "status", "Answered or ended"
    TERMS = "terms", "Terms changed"
    KEY = "key", "Key changed"
    ADDRESS = "address", "Address changed"
    LEFT_OUT = "left_out", "Something was kept out"
    PAUSED = "paused", "Sending stopped or resumed"


class ShareRole(TextChoices):
    """Whose ticket it is."""

    SENT = "sent", "Ours, shared with them"
    RECEIVED = "received", "Theirs, shared with us"


class ShareState(TextChoices):
    """Whether the two copies still follow each other."""

    ACTIVE = "active", "Shared"
    UNSHARED = "unshared", "No longer shared"
    ORPHAN = "orphan", "Left behind by the partner"
    FROZEN = "frozen", "Left behind, to be read only"
    RECALLED = "recalled", "Taken back by the partner"

    @classmethod
    def left_behind(cls) -> tuple[ShareState, ...]:
        """What a copy can be once its partner has stopped sharing it."""
        return (cls.ORPHAN, cls.FROZEN, cls.RECALLED)


class ProofKind(TextChoices):
    """What was done with a shared ticket, and is proved."""

    UNSHARED = "unshared", "Unshared: the copy stays"
    FROZEN = "frozen", "Unshared: the copy can only be read"
    RECALLED = "recalled", "Unshared: the copy was blanked"
    DELETED = "deleted", "Deleted"
    LEFT = "left", "Followed no more"
    REDACTED = "redacted", "Words or a file redacted"
    WITHDRAWN = "withdrawn", "One comment, or a file of it, taken back"
    ERASED = "erased", "A person erased"


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
    """What an agreement lets through. Down to `on_unshare` they are the sharer's to set, and the same for both.

    The rest each side decides for itself and tells nobody: statuses and fields by what they are called there, tags by
    how they begin, who of its people may share."""

    comments: str = CommentsTerm.BOTH
    syncs_status: bool = True
    syncs_tags: bool = False
    syncs_custom_fields: bool = False
    shares_attachments: bool = True
    attachment_max_mb: int | None = None  # None: as large as the receiving desk takes
    names_requester: bool = True  # False: the customers of the sharer are called "Customer"
    on_unshare: str = OnUnshare.LEAVE
    # Our category, or the id of a status of our own: the category the partner is told, with a name or not ("hold/Lab").
    status_out: Mapping[str, str] = field(default_factory=dict)
    # The partner's category, with a name or not: our category, or the id of a status of our own.
    status_in: Mapping[str, str] = field(default_factory=dict)
    excluded_tags: tuple[str, ...] = ()  # beginnings of tags that neither leave nor come in
    # Titles of ours and theirs, and options: [{"ours": "Tier", "theirs": "Level", "options": {"gold": "vip"}}].
    # Fields that are not listed cross where both desks have one of the same title and type.
    field_map: tuple[Mapping[str, Any], ...] = ()
    who_shares: str = WhoShares.AGENTS

    @property
    def allows_public_comments(self) -> bool:
        """The protocol's own flag: false stands for "private comments only, no status"."""
        return self.comments != CommentsTerm.PRIVATE

    @property
    def lets_notes_cross(self) -> bool:
        return self.comments != CommentsTerm.PUBLIC

    def lets_tag(self, tag: str) -> bool:
        """Whether a tag may leave or come in."""
        return self.syncs_tags and not tag.startswith(self.excluded_tags)

    def lets_file(self, size_bytes: int) -> bool:
        """Whether a file of that size travels."""
        limit = self.attachment_max_bytes
        return self.shares_attachments and (limit is None or size_bytes <= limit)

    @property
    def attachment_max_bytes(self) -> int | None:
        return None if self.attachment_max_mb is None else self.attachment_max_mb * 1024 * 1024

    def sentences(self, sharer: str, receiver: str) -> list[str]:
        """The terms in words for people, with the names of both sides."""
        comments = {
            CommentsTerm.BOTH: "Public comments and private notes cross.",
            CommentsTerm.PUBLIC: "Public comments cross. Private notes stay.",
            CommentsTerm.PRIVATE: f"{receiver} reads along and answers {sharer} in private notes only.",
        }[CommentsTerm(self.comments)]
        unshared = {
            OnUnshare.LEAVE: "",
            OnUnshare.FREEZE: f"Once unshared, {receiver}'s copy cannot be changed.",
            OnUnshare.RECALL: f"Once unshared, {receiver}'s copy is blanked.",
        }[OnUnshare(self.on_unshare)]
        named = "" if self.names_requester else f"{sharer}'s customers are not named."
        said = [comments, self._status_sentence(), self._tags_sentence(), self._files_sentence(), named, unshared]
        return [sentence for sentence in said if sentence]

    def _status_sentence(self) -> str:
        if not self.syncs_status:
            return "Each side keeps its own status."
        if self.status_out or self.status_in:
            return "The status follows, each side in its own words."
        return "The status is the same on both sides."

    def _tags_sentence(self) -> str:
        if not self.syncs_tags:
            return "Tags stay."
        but = f", except those that begin with {', '.join(self.excluded_tags)}" if self.excluded_tags else ""
        return f"Tags cross{but}."

    def _files_sentence(self) -> str:
        if not self.shares_attachments:
            return "Files stay."
        limit = f" up to {self.attachment_max_mb} MB" if self.attachment_max_mb else ""
        return f"Files{limit} travel with their comments."


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
