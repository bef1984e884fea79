from __future__ import annotations

import hmac
from dataclasses import fields
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from adjoin.kernel.sealing import SealedField
from adjoin.kernel.wording import SentenceField
from adjoin.sharing.terms import (
    AgreementStatus,
    CommentsTerm,
    DeliveryState,
    Direction,
    Failure,
    FileState,
    Happened,
    OnUnshare,
    ProofKind,
    ShareRole,
    ShareState,
    Terms,
    WhoShares,
)


class AgreementQuerySet(models.QuerySet["SharingAgreement"]):
    def accepted(self) -> Self:
        return self.filter(status=AgreementStatus.ACCEPTED)

    def outbound(self) -> Self:
        return self.filter(direction=Direction.OUTBOUND)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class SharingAgreement(models.Model):
    """One account's promise to pass tickets to another. Each side keeps its own copy; it works one way."""

    uuid = models.CharField(max_length=64, unique=True)  # made by the side that shares
    access_key = SealedField()
    direction = models.CharField(max_length=10, choices=Direction)
    status = models.CharField(max_length=10, choices=AgreementStatus, default=AgreementStatus.PENDING)
    is_confirmed = models.BooleanField(default=False)  # the partner knows of the present status
    partner_name = models.CharField(max_length=200)
    own_url = models.CharField(max_length=500)  # sharing URLs, without a slash at the end
    partner_url = models.CharField(max_length=500)
    partner_version = models.PositiveSmallIntegerField(null=True)  # of our namespace; null: not an Adjoin desk
    comments = models.CharField(max_length=10, choices=CommentsTerm, default=CommentsTerm.BOTH)
    syncs_status = models.BooleanField(default=True)
    syncs_tags = models.BooleanField(default=False)
    syncs_custom_fields = models.BooleanField(default=False)
    shares_attachments = models.BooleanField(default=True)
    attachment_max_mb = models.PositiveIntegerField(null=True)  # null: as large as the receiving desk takes
    names_requester = models.BooleanField(default=True)
    on_unshare = models.CharField(max_length=10, choices=OnUnshare, default=OnUnshare.LEAVE)
    status_out = models.JSONField(default=dict, blank=True)
    status_in = models.JSONField(default=dict, blank=True)
    excluded_tags = models.JSONField(default=list, blank=True)
    field_map = models.JSONField(default=list, blank=True)
    who_shares = models.CharField(max_length=10, choices=WhoShares, default=WhoShares.AGENTS)
    # The other direction, offered with an invitation: it is answered with the agreement it follows, never by itself.
    follows = models.ForeignKey("self", models.CASCADE, null=True, related_name="followers")
    next_access_key = SealedField(default="", blank=True)  # handed over, not yet taken: good for coming in
    old_access_key = SealedField(default="", blank=True)  # good for coming in until `old_key_until`
    old_key_until = models.DateTimeField(null=True)
    key_changed_at = models.DateTimeField(null=True)
    # Where we were when the agreement was made: what the uuids of our tickets and people are made of.
    first_url = models.CharField(max_length=500, default="", blank=True)
    moved_to = models.CharField(max_length=500, default="", blank=True)  # what the partner says, not yet believed
    failure_kind = models.CharField(max_length=20, choices=Failure, default=Failure.NONE, blank=True)
    has_news = models.BooleanField(default=False)  # from the partner, that no admin has looked at
    # Who ended it, as far as known: one of ours, or the placeholder of one of the partner's.
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    has_lists = models.BooleanField(default=False, db_default=False)  # ready-made ones; people may have removed them
    failure = SentenceField(default="", blank=True)  # why it failed, for people
    warning = SentenceField(default="", blank=True)  # something odd that did not stop anything
    unanswered_since = models.DateTimeField(null=True)  # null: the partner answered last time
    failures = models.PositiveIntegerField(default=0)  # in a row
    last_problem = SentenceField(default="", blank=True)
    next_attempt_at = models.DateTimeField(null=True)  # nothing is sent before; null: at once
    last_contact_at = models.DateTimeField(null=True)  # either way
    slowed_at = models.DateTimeField(null=True)  # when we last put the partner off, who asked too much of us
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AgreementStatus.values), name="agreement_status_is_known"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="agreement_direction_is_known"),
            models.CheckConstraint(condition=Q(comments__in=CommentsTerm.values), name="agreement_comments_are_known"),
            models.CheckConstraint(
                condition=~Q(comments=CommentsTerm.PRIVATE) | Q(syncs_status=False),
                name="agreement_of_notes_only_syncs_no_status",
            ),
            models.CheckConstraint(condition=Q(on_unshare__in=OnUnshare.values), name="agreement_on_unshare_is_known"),
            models.CheckConstraint(condition=Q(who_shares__in=WhoShares.values), name="agreement_who_shares_is_known"),
        ]

    def __str__(self) -> str:
        return self.partner_name

    @property
    def terms(self) -> Terms:
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(Terms)}
        values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return Terms(**values)

    @property
    def kind_of_unshare(self) -> str:
        """What unsharing does to the receiver's copy; a plain peer always keeps its own."""
        kinds = {OnUnshare.FREEZE: ProofKind.FROZEN, OnUnshare.RECALL: ProofKind.RECALLED}
        return kinds.get(OnUnshare(self.on_unshare), ProofKind.UNSHARED) if self.is_adjoin else ProofKind.UNSHARED

    @property
    def naming_url(self) -> str:
        """What uuids of ours are made of under this agreement; it stays when the desk moves."""
        return self.first_url or self.own_url

    @property
    def is_outbound(self) -> bool:
        return self.direction == Direction.OUTBOUND

    @property
    def is_accepted(self) -> bool:
        return self.status == AgreementStatus.ACCEPTED

    @property
    def is_over(self) -> bool:
        return self.status in (AgreementStatus.DECLINED, AgreementStatus.INACTIVE, AgreementStatus.FAILED)

    @property
    def is_adjoin(self) -> bool:
        """Whether the partner is an Adjoin desk, which understands what stands under our namespace."""
        return self.partner_version is not None

    @property
    def token(self) -> str:
        return f"{self.uuid}:{self.access_key}"

    def token_with(self, key: str) -> str:
        """The token with another key than the present one; with the present one for ""."""
        return f"{self.uuid}:{key}" if key else self.token

    def knows_key(self, key: str, now: datetime) -> bool:
        """Whether the partner may come in with `key`: the present one, the next, or the last for a while."""
        known = [self.access_key, self.next_access_key]
        if self.old_key_until is not None and now < self.old_key_until:
            known.append(self.old_access_key)
        # All are compared, in constant time: how long it takes tells nothing.
        matches = [hmac.compare_digest(one, key) for one in known if one]
        return any(matches)

    def sentences(self, own_name: str) -> list[str]:
        """The terms in words, with the names of both sides."""
        sides = (own_name, self.partner_name)
        return self.terms.sentences(*(sides if self.is_outbound else reversed(sides)))


class AgreementEvent(models.Model):
    """One line in the history of an agreement. `words` tell what `changes` (from and to, by name) cannot."""

    agreement = models.ForeignKey(SharingAgreement, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=10, choices=Happened)
    by_name = models.CharField(max_length=200)
    is_partners = models.BooleanField(default=False)  # the partner did it
    changes = models.JSONField(default=dict, blank=True)
    words = SentenceField(default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(F("agreement"), F("id").desc(), name="agreement_event_newest")]


class SharingDesk(models.Model):
    """What this desk knows of its own sharing: one row, made when it is first needed.

    `installation` and `heartbeat` stand in a file outside the database too; see `delivery.copies`."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    installation = models.CharField(max_length=64)
    database = models.CharField(max_length=64)  # the system identifier of the PostgreSQL server
    heartbeat = models.BigIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)  # null: we send
    pause_reason = SentenceField(default="", blank=True)
    declines_invitations = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sharing_desk_one_row")]


class SharedTicketQuerySet(models.QuerySet["SharedTicket"]):
    def active(self) -> Self:
        return self.filter(state=ShareState.ACTIVE)

    def sent(self) -> Self:
        return self.filter(role=ShareRole.SENT)

    def received(self) -> Self:
        return self.filter(role=ShareRole.RECEIVED)

    def left_behind(self) -> Self:
        return self.filter(state__in=ShareState.left_behind())


class SharedTicket(models.Model):
    """One ticket under one agreement. `uuid` is its name on the wire, the same at every desk it reaches."""

    agreement = models.ForeignKey(SharingAgreement, models.PROTECT, related_name="shared_tickets", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    uuid = models.CharField(max_length=64)
    role = models.CharField(max_length=10, choices=ShareRole)
    state = models.CharField(max_length=10, choices=ShareState, default=ShareState.ACTIVE)
    original_id = models.CharField(max_length=64, default="", blank=True)  # the partner's ticket number, to show
    is_delivered = models.BooleanField(default=False)  # the partner has the ticket
    # The last value of subject, status and tags that both sides agreed on (`theirs`) and that we sent or received
    # (`queued`), with the numbers of the deliveries that carry it. Nothing equal to `queued` is sent.
    queued = models.JSONField(default=dict)
    theirs = models.JSONField(default=dict)
    received_number = models.BigIntegerField(default=0)  # of the partner's latest delivery (Adjoin desks only)
    custom_fields = models.JSONField(default=dict)  # received, kept as they are for passing on
    problem = SentenceField(default="", blank=True)  # what the partner refused, or what we left out
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SharedTicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "uuid"], name="shared_ticket_uuid_once"),
            models.UniqueConstraint(fields=["agreement", "ticket"], name="shared_ticket_once"),
            models.CheckConstraint(condition=Q(state__in=ShareState.values), name="shared_ticket_state_is_known"),
            models.CheckConstraint(
                condition=Q(role=ShareRole.RECEIVED) | ~Q(state__in=ShareState.left_behind()),
                name="shared_ticket_only_copies_are_orphans",
            ),
        ]
        indexes = [
            models.Index(fields=["ticket"], name="shared_ticket_of_ticket"),
            models.Index(fields=["uuid"], name="shared_ticket_by_uuid"),
            models.Index(fields=["agreement", "created_at"], name="shared_ticket_by_age"),
        ]

    @property
    def is_active(self) -> bool:
        return self.state == ShareState.ACTIVE

    @property
    def is_sent(self) -> bool:
        return self.role == ShareRole.SENT


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def may_have_left(self) -> Self:
        """Those of which the partner may have got something, whatever it answered."""
        return self.filter(attempts__gt=F("unsent_attempts"))


class Delivery(models.Model):
    """One thing to send, in the order of `id` within its queue: a shared ticket's, or the agreement's own.

    `payload` is what `outgoing` computed when it happened; files get their addresses when it leaves."""

    agreement = models.ForeignKey(SharingAgreement, models.CASCADE, related_name="deliveries")
    shared_ticket = models.ForeignKey(
        SharedTicket, models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    verb = models.CharField(max_length=6)
    path = models.CharField(max_length=100)
    payload = models.JSONField(null=True)  # null: no body
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    has_changed_verb = models.BooleanField(default=False)  # tried as POST and as PUT: not once more
    attempts = models.PositiveIntegerField(default=0)
    unsent_attempts = models.PositiveIntegerField(default=0, db_default=0)  # of these: no connection, so nothing left
    next_attempt_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_answer = SentenceField(default="", blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"),
            models.CheckConstraint(condition=Q(verb__in=["POST", "PUT", "DELETE"]), name="delivery_verb_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["agreement", "shared_ticket", "id"],
                name="delivery_waiting",
                condition=Q(state=DeliveryState.WAITING),
            ),
            models.Index(F("shared_ticket"), F("id").desc(), name="delivery_of_shared_ticket"),
        ]

    @property
    def may_have_left(self) -> bool:
        """Whether the partner may have got something of it, whatever it answered."""
        return self.attempts > self.unsent_attempts


class SharedComment(models.Model):
    """A comment that crossed, in either direction, or is on its way. Its uuid is what keeps it from crossing twice."""

    shared_ticket = models.ForeignKey(SharedTicket, models.CASCADE, related_name="shared_comments", db_index=False)
    comment = models.ForeignKey("tickets.Comment", models.CASCADE, related_name="+", db_index=False)
    uuid = models.CharField(max_length=64)
    is_ours = models.BooleanField()  # sent by us, not received
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="+")  # what carries it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shared_ticket", "uuid"], name="shared_comment_uuid_once"),
            models.UniqueConstraint(fields=["shared_ticket", "comment"], name="shared_comment_once"),
        ]
        indexes = [models.Index(fields=["comment"], name="shared_comment_of_comment")]


class SharingProof(models.Model):
    """That a shared ticket, or something of it, was taken back, left or deleted: who, when, how much. It holds no word.

    It stays when the ticket is gone, so it knows the ticket by number. `confirmed_at` is when the other desk said that
    it was done; the figures are of what was blanked."""

    agreement = models.ForeignKey(SharingAgreement, models.CASCADE, related_name="proofs")
    ticket_number = models.BigIntegerField(null=True)  # null: about a person, whose uuid it has
    uuid = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=ProofKind)
    is_ours = models.BooleanField()  # we did it; otherwise the partner
    by_name = models.CharField(max_length=200)
    comments = models.PositiveIntegerField(null=True)
    files = models.PositiveIntegerField(null=True)
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="+")  # what tells the partner
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=ProofKind.values), name="sharing_proof_is_known")]
        indexes = [models.Index(fields=["ticket_number"], name="sharing_proof_of_ticket")]


class HeldBack(models.Model):
    """A comment, or one file of it, that a partner does not get until somebody releases it: then the row goes."""

    agreement = models.ForeignKey(SharingAgreement, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    comment = models.ForeignKey("tickets.Comment", models.CASCADE, related_name="+")
    attachment = models.ForeignKey("tickets.Attachment", models.CASCADE, null=True, related_name="+")  # null: all of it
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    may_be_there = models.BooleanField(default=False, db_default=False)  # it was sent once, and nobody answered
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "comment", "attachment"], name="held_back_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["agreement", "ticket"], name="held_back_of_ticket")]


class PartnerPerson(models.Model):
    """A partner's person and the placeholder who stands for them here.

    Where an admin says that they are one of our end users, what they say from then on stands under that name."""

    partner_url = models.CharField(max_length=500)
    uuid = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    linked_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_anonymous = models.BooleanField(default=False)  # the partner's name for them is not kept any more

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner_url", "uuid"], name="partner_person_once")]
        indexes = [models.Index(fields=["user"], name="partner_person_of_user")]


class PartnerFile(models.Model):
    """A file a partner's comment names. It is fetched in the background; the comment is kept either way."""

    shared_ticket = models.ForeignKey(SharedTicket, models.CASCADE, related_name="files")
    comment = models.ForeignKey("tickets.Comment", models.CASCADE, related_name="+", db_index=False)
    url = models.CharField(max_length=2000)
    file_name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=FileState, default=FileState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    failure = SentenceField(default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], name="partner_file_waiting", condition=Q(state=FileState.WAITING)),
            models.Index(fields=["comment"], name="partner_file_of_comment"),
        ]


class ReceivedRequest(models.Model):
    """One request of a partner about a ticket, and what we answered. Kept for a season, then forgotten."""

    agreement = models.ForeignKey(SharingAgreement, models.CASCADE, related_name="received_requests", db_index=False)
    shared_ticket = models.ForeignKey(
        SharedTicket, models.CASCADE, null=True, related_name="received_requests", db_index=False
    )
    uuid = models.CharField(max_length=64)  # of the ticket, which we may not have
    verb = models.CharField(max_length=6)
    number = models.BigIntegerField(default=0)  # the partner's own for it; 0 where it has none
    payload = models.JSONField(null=True)  # without addresses of files; null: no body, or more than we keep
    status = models.PositiveSmallIntegerField()  # of our answer
    problem = SentenceField(default="", blank=True)  # what was refused or left out, and why
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(F("agreement"), F("id").desc(), name="received_of_agreement"),
            models.Index(F("shared_ticket"), F("id").desc(), name="received_of_shared_ticket"),
            models.Index(fields=["uuid", "number"], name="received_unshare", condition=Q(verb="DELETE")),
        ]
