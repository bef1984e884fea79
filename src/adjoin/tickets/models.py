from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from adjoin.tickets.terms import Channel, Priority, TicketStatus, TicketType

if TYPE_CHECKING:
    from adjoin.people.models import User

USER = settings.AUTH_USER_MODEL


class TicketQuerySet(models.QuerySet["Ticket"]):
    def unsolved(self) -> Self:
        return self.filter(status__in=TicketStatus.unsolved())

    def newest_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def with_people(self) -> Self:
        """With everything a row shows, so that a list asks once."""
        return self.select_related("requester", "assignee", "group", "organization", "brand")


class Ticket(models.Model):
    """One request for help, inside one brand. Changed only through `tickets.actions`: each change leaves an audit."""

    subject = models.CharField(max_length=1000, default="", blank=True)
    status = models.CharField(max_length=10, choices=TicketStatus, default=TicketStatus.NEW)
    # Null: the standard one of the category, which is the status. A closed ticket keeps the one it was solved with.
    custom_status = models.ForeignKey(
        "fields.CustomStatus", models.PROTECT, null=True, related_name="+", db_index=False
    )
    priority = models.CharField(max_length=10, choices=Priority, null=True)
    type = models.CharField(max_length=10, choices=TicketType, null=True)
    # Keys without an index of their own are the first column of one below.
    requester = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    submitter = models.ForeignKey(USER, models.PROTECT, related_name="+")
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey("people.Group", models.SET_NULL, null=True, related_name="+")
    organization = models.ForeignKey(
        "people.Organization", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    brand = models.ForeignKey(  # null: admins only
        "brands.Brand", models.PROTECT, null=True, related_name="+", db_index=False
    )
    problem = models.ForeignKey(  # an incident's
        "self", models.SET_NULL, null=True, related_name="incidents", db_index=False
    )
    external_id = models.CharField(max_length=255, null=True)
    recipient = models.CharField(max_length=254, null=True)  # the support address it was sent to
    due_at = models.DateTimeField(null=True)  # tasks only
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)  # sorted, lower case
    # Null: the default form. No index of its own: nearly all tickets have the same.
    ticket_form = models.ForeignKey("fields.TicketForm", models.SET_NULL, null=True, related_name="+", db_index=False)
    # Values by field id, without the empty ones. The database fills it in for code that is older.
    custom_fields = models.JSONField(default=dict, db_default={}, blank=True)
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.WEB)
    channel_source = models.JSONField(default=dict, blank=True)  # `via.source` as the API shows it
    is_public = models.BooleanField(default=True)  # a public comment exists; end users see nothing otherwise
    is_confidential = models.BooleanField(default=False)  # organization sharing does not reach it
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    generated_at = models.DateTimeField()  # moves on any change, also those that leave `updated_at` alone
    solved_at = models.DateTimeField(null=True)  # null until solved, and again after reopening
    status_updated_at = models.DateTimeField()
    # Null: not since the desk keeps them.
    custom_status_updated_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)  # to whom it is assigned now
    requester_updated_at = models.DateTimeField(null=True)
    assignee_updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    # Null: that of its group, its brand, or the default. Given by rules.
    schedule = models.ForeignKey("schedules.Schedule", models.SET_NULL, null=True, related_name="+", db_index=False)
    sla_next_breach_at = models.DateTimeField(null=True)  # the first of its running targets, also when missed
    # The partner who took this copy of a ticket back, so that it can be read and not changed; "" for all others.
    frozen_by = models.CharField(max_length=200, default="", db_default="", blank=True)
    ccs: models.ManyToManyField[User, TicketCc] = models.ManyToManyField(USER, through="TicketCc", related_name="+")
    followers: models.ManyToManyField[User, TicketFollower] = models.ManyToManyField(
        USER, through="TicketFollower", related_name="+"
    )
    search_vector = models.GeneratedField(
        expression=SearchVector("subject", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(solved_at__isnull=True) | Q(status__in=TicketStatus.finished()),
                name="ticket_solved_at_only_when_finished",
            ),
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="ticket_status_is_known"),
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__in=Priority.values), name="ticket_priority_is_known"
            ),
            models.CheckConstraint(
                condition=Q(type__isnull=True) | Q(type__in=TicketType.values), name="ticket_type_is_known"
            ),
        ]
        indexes = [
            models.Index(F("updated_at").desc(), F("id").desc(), name="ticket_newest", condition=Q(deleted_at=None)),
            # Views of rare tickets walk this until a page is full: few of all tickets are not closed.
            models.Index(
                F("updated_at").desc(),
                F("id").desc(),
                name="ticket_unclosed_newest",
                condition=Q(deleted_at=None) & ~Q(status="closed"),
            ),
            models.Index(fields=["requester", "-updated_at", "-id"], name="ticket_requester"),
            models.Index(fields=["organization", "-updated_at", "-id"], name="ticket_organization"),
            models.Index(
                fields=["assignee", "status", "-id"], name="ticket_assignee", condition=Q(assignee__isnull=False)
            ),
            models.Index(
                fields=["group", "status", "-id"],
                name="ticket_group_unsolved",
                condition=Q(status__in=["new", "open", "pending", "hold"]),
            ),
            models.Index(fields=["brand", "status", "-updated_at", "-id"], name="ticket_brand_status"),
            models.Index(fields=["status", "status_updated_at"], name="ticket_unclosed", condition=~Q(status="closed")),
            models.Index(
                fields=["custom_status", "-updated_at", "-id"],
                name="ticket_custom_status",
                condition=Q(custom_status__isnull=False),
            ),
            models.Index(fields=["external_id"], name="ticket_external_id", condition=Q(external_id__isnull=False)),
            models.Index(fields=["problem"], name="ticket_problem", condition=Q(problem__isnull=False)),
            models.Index(
                F("channel_source__from__ticket_id"),
                name="ticket_follow_ups",
                condition=Q(channel_source__rel="follow_up"),
            ),
            models.Index(
                fields=["sla_next_breach_at"], name="ticket_breach", condition=Q(sla_next_breach_at__isnull=False)
            ),
            models.Index(fields=["schedule"], name="ticket_schedule", condition=Q(schedule__isnull=False)),
            models.Index(fields=["deleted_at"], name="ticket_deleted", condition=Q(deleted_at__isnull=False)),
            GinIndex(fields=["tags"], name="ticket_tags"),
            GinIndex(fields=["custom_fields"], name="ticket_custom_fields", opclasses=["jsonb_path_ops"]),
            GinIndex(fields=["search_vector"], name="ticket_words"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def is_closed(self) -> bool:
        return self.status == TicketStatus.CLOSED

    @property
    def is_solved(self) -> bool:
        return self.status in TicketStatus.finished()


class TicketCc(models.Model):
    """Somebody copied on a ticket: gets every public update and may reply."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="copied")
    user = models.ForeignKey(USER, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_cc_once")]


class TicketFollower(models.Model):
    """An agent who follows a ticket, unseen by end users."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="followed")
    user = models.ForeignKey(USER, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_follower_once")]


class Audit(models.Model):
    """All that one update did to a ticket. Never changed, never deleted."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="audits", db_index=False)
    author = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")  # null: the system
    channel = models.CharField(max_length=20, choices=Channel)
    channel_source = models.JSONField(default=dict, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="audit_of_ticket")]


class Event(models.Model):
    """One thing inside an audit: a field that changed, a comment, a mail, a share.

    `type` and `data` are as the API shows them; `data` may hold a `via` that names the rule behind it."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="events", db_index=False)
    type = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["audit", "id"], name="event_of_audit")]


class Comment(models.Model):
    """One thing said on a ticket, to everybody on it or to agents only."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="comments", db_index=False)
    audit = models.ForeignKey(Audit, models.CASCADE, related_name="comments")
    author = models.ForeignKey(USER, models.PROTECT, related_name="+")
    body = models.TextField()  # plain text
    html_body = models.TextField()  # cleaned
    is_public = models.BooleanField()
    # A private note that no partner gets, whatever an agreement says. The database fills it in for code that is older.
    is_local = models.BooleanField(default=False, db_default=False)
    channel = models.CharField(max_length=20, choices=Channel)
    channel_source = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    search_vector = models.GeneratedField(
        expression=SearchVector("body", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_local=False) | Q(is_public=False), name="comment_that_is_local_is_private"
            )
        ]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="comment_of_ticket"),
            GinIndex(fields=["search_vector"], name="comment_words"),
        ]


class Upload(models.Model):
    """Files sent ahead of the comment they belong to. The token is good for an hour and for its sender."""

    token = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(USER, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Attachment(models.Model):
    """A file on a comment, or one uploaded and not sent yet. Its bytes are kept by their SHA-256."""

    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="attachments")
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="attachments")
    token = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.IntegerField(null=True)  # pixels; null for what is no image
    height = models.IntegerField(null=True)
    created_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True)  # what is here now says so, in place of the file

    @property
    def is_image(self) -> bool:
        return self.width is not None


class IdempotencyKey(models.Model):
    """The answer to a write that its sender marked with a key, so that sending it again changes nothing."""

    key = models.CharField(max_length=255)
    actor = models.CharField(max_length=40)  # who sent it: keys of two people never meet
    request_digest = models.CharField(max_length=64)
    status = models.IntegerField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "actor"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]
