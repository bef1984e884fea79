"""The words of ticket sharing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjoin.tickets.terms import TicketStatus

NAMESPACE = "adjoin"  # our key inside `custom_fields`; a plain peer ignores it
THAWED = "thawed"  # under that key: a copy that its sharer had frozen takes changes again
FROZEN_CODE = "frozen"  # why such a copy takes none
VERSION = 1  # of what stands under that key
TOKEN_HEADER = "X-Ticket-Sharing-Token"  # noqa: S105 - the name of a header
VERSION_HEADER = "X-Ticket-Sharing-Version"
REASON_HEADER = "X-Adjoin-Reason"  # why a ticket is unshared: deleted or left, where it is more than that
BY_HEADER = "X-Adjoin-By"  # who did it, percent-encoded
BY_UUID_HEADER = "X-Adjoin-By-Uuid"  # whom the partner knows them as
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

    OUTBOUND = "outbound", _("We share with them")
    INBOUND = "inbound", _("They share with us")


class AgreementStatus(TextChoices):
    """Where an agreement stands. `failed` is ours alone and never travels."""

    PENDING = "pending", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    INACTIVE = "inactive", _("Ended")
    FAILED = "failed", _("Failed")


class CommentsTerm(TextChoices):
    """Which comments cross."""

    BOTH = "both", _("Public comments and private notes cross")
    PUBLIC = "public", _("Public comments cross. Private notes stay")
    PRIVATE = "private", _("The partner reads along and answers in private notes")


class WhoShares(TextChoices):
    """Who of our people may share tickets under an agreement. Each side decides for itself."""

    AGENTS = "agents", _("Agents, admins and rules")
    ADMINS = "admins", _("Admins and rules")
    RULES = "rules", _("Rules only")


class OnUnshare(TextChoices):
    """What becomes of the receiver's copy when the sharer takes a ticket back."""

    LEAVE = "leave", _("The partner keeps its copy and may go on working on it")
    FREEZE = "freeze", _("The partner keeps its copy, but nobody can change it")
    RECALL = "recall", _("The copy is blanked, where the partner is an Adjoin desk")


class Failure(TextChoices):
    """Why an agreement failed, or its partner does not answer."""

    NONE = "", _("Nothing")
    CERTIFICATE = "certificate", _("Certificate")
    WRONG_ADDRESS = "wrong_address", _("Wrong address")
    NO_DESK = "no_desk", _("Not a help desk that shares")
    NO_CONNECTION = "no_connection", _("No connection")
    REFUSED = "refused", _("Refused")
    TIMED_OUT = "timed_out", _("No answer")
    OTHER = "other", _("Something else")


class Happened(TextChoices):
    """What the history of an agreement tells of."""

    MADE = "made", _("Invited")
    STATUS = "status", _("Answered or ended")
    TERMS = "terms", _("Terms changed")
    KEY = "key", _("Key changed")
    ADDRESS = "address", _("Address changed")
    LEFT_OUT = "left_out", _("Something was kept out")
    PAUSED = "paused", _("Sending stopped or resumed")


class ShareRole(TextChoices):
    """Whose ticket it is."""

    SENT = "sent", _("Ours, shared with them")
    RECEIVED = "received", _("Theirs, shared with us")


class ShareState(TextChoices):
    """Whether the two copies still follow each other."""

    ACTIVE = "active", _("Shared")
    UNSHARED = "unshared", _("No longer shared")
    ORPHAN = "orphan", _("Left behind by the partner")
    FROZEN = "frozen", _("Left behind, to be read only")
    RECALLED = "recalled", _("Taken back by the partner")

    @classmethod
    def left_behind(cls) -> tuple[ShareState, ...]:
        """What a copy can be once its partner has stopped sharing it."""
        return (cls.ORPHAN, cls.FROZEN, cls.RECALLED)


class ProofKind(TextChoices):
    """What was done with a shared ticket, and is proved."""

    UNSHARED = "unshared", _("Unshared: the copy stays")
    FROZEN = "frozen", _("Unshared: the copy can only be read")
    RECALLED = "recalled", _("Unshared: the copy was blanked")
    DELETED = "deleted", _("Deleted")
    LEFT = "left", _("Followed no more")
    REDACTED = "redacted", _("Words or a file redacted")
    WITHDRAWN = "withdrawn", _("One comment, or a file of it, taken back")
    ERASED = "erased", _("A person erased")


class DeliveryState(TextChoices):
    """What became of one thing to send."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not taken")
    CANCELLED = "cancelled", _("Not sent")


class FileState(TextChoices):
    """What became of a file the partner named."""

    WAITING = "waiting", _("Being fetched")
    FETCHED = "fetched", _("Fetched")
    FAILED = "failed", _("Could not be fetched")


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
            CommentsTerm.BOTH: gettext("Public comments and private notes cross."),
            CommentsTerm.PUBLIC: gettext("Public comments cross. Private notes stay."),
            CommentsTerm.PRIVATE: gettext("%(receiver)s reads along and answers %(sharer)s in private notes only.")
            % {"receiver": receiver, "sharer": sharer},
        }[CommentsTerm(self.comments)]
        unshared = {
            OnUnshare.LEAVE: "",
            OnUnshare.FREEZE: gettext("Once unshared, %(receiver)s's copy cannot be changed.") % {"receiver": receiver},
            OnUnshare.RECALL: gettext("Once unshared, %(receiver)s's copy is blanked.") % {"receiver": receiver},
        }[OnUnshare(self.on_unshare)]
        named = "" if self.names_requester else gettext("%(sharer)s's customers are not named.") % {"sharer": sharer}
        fields = gettext("Ticket fields cross.") if self.syncs_custom_fields else gettext("Ticket fields stay.")
        what = [self._status_sentence(), self._tags_sentence(), fields, self._files_sentence()]
        said = [comments, *what, named, unshared]
        return [sentence for sentence in said if sentence]

    def _status_sentence(self) -> str:
        if not self.syncs_status:
            return gettext("Each side keeps its own status.")
        if self.status_out or self.status_in:
            return gettext("The status follows, each side in its own words.")
        return gettext("The status is the same on both sides.")

    def _tags_sentence(self) -> str:
        if not self.syncs_tags:
            return gettext("Tags stay.")
        but = (
            gettext(", except those that begin with %(tags)s") % {"tags": ", ".join(self.excluded_tags)}
            if self.excluded_tags
            else ""
        )
        return gettext("Tags cross%(but)s.") % {"but": but}

    def _files_sentence(self) -> str:
        if not self.shares_attachments:
            return gettext("Files stay.")
        limit = (
            gettext(" up to %(attachment_max_mb)s MB") % {"attachment_max_mb": self.attachment_max_mb}
            if self.attachment_max_mb
            else ""
        )
        return gettext("Files%(limit)s travel with their comments.") % {"limit": limit}


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
