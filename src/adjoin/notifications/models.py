from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Digest(models.TextChoices):
    """How often somebody's mails are gathered into one."""

    NONE = "", _("Each by itself, at once")
    HOURLY = "hourly", _("Once an hour")
    DAILY = "daily", _("Once a day, in the morning")


class Others(models.TextChoices):
    """How end users hear of requests that are not their own."""

    NOW = "", _("Each by itself, at once")
    DAILY = "daily", _("Once a day, in the morning")
    NONE = "none", _("Not at all")


class Preference(models.Model):
    """How somebody wants to hear of tickets; who has none hears of each at once. End users hear of their own requests
    as `digest` says, and of those they are copied on or see in their organizations as `others` does."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=6, choices=Digest, default=Digest.NONE, blank=True)
    others = models.CharField(max_length=6, choices=Others, default=Others.NOW, db_default="", blank=True)
    gathered_at = models.DateTimeField()  # when the last digest was written, or this was chosen

    @property
    def is_daily(self) -> bool:
        return Digest.DAILY in (self.digest, self.others)


class Mute(models.Model):
    """Somebody who does not want to hear of a ticket any more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "ticket"], name="mute_once")]


class NewsQuerySet(models.QuerySet["News"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-pk")


class News(models.Model):
    """A rule told somebody of an update. It holds no words of the ticket: those are read when it is shown.

    `subject` and `body` are the rule's own, with their placeholders, for a digest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    audit_id = models.BigIntegerField()
    cause = models.CharField(max_length=60)  # "trigger-12": the same rule tells once of the same update
    title = models.CharField(max_length=255, default="", blank=True)  # the rule's
    subject = models.TextField()
    body = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    waits_for_digest = models.BooleanField(default=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "audit_id", "cause"], name="news_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="news_of_user"),
            models.Index(fields=["user"], name="news_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["user", "id"], name="news_for_digest", condition=models.Q(waits_for_digest=True)),
            models.Index(fields=["created_at"], name="news_at"),
        ]
