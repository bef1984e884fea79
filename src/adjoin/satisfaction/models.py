from __future__ import annotations

from django.conf import settings
from django.db import models

from adjoin.people.models import Group
from adjoin.satisfaction.terms import WORDS_MAX, Reason, Score, reason_said

USER = settings.AUTH_USER_MODEL


class SatisfactionRating(models.Model):
    """What the requester says of how a ticket was handled, and by whom it was when they said it."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="+")
    requester = models.ForeignKey(USER, models.CASCADE, related_name="+")
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")
    score = models.CharField(max_length=10, choices=Score, db_index=True)
    comment = models.TextField(default="", blank=True)
    reason = models.PositiveIntegerField(default=Reason.NONE, db_default=0)  # the code of one
    reason_words = models.CharField(max_length=WORDS_MAX, default="", db_default="", blank=True)  # as it was chosen
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    @property
    def reason_said(self) -> str:
        """The reason as it was called when it was chosen; "" for none."""
        return "" if self.reason == Reason.NONE else reason_said(self.reason, self.reason_words)


class SatisfactionReason(models.Model):
    """One of the reasons to choose from. Those that ratings have are never lost: they are only offered no more."""

    code = models.PositiveIntegerField(primary_key=True)
    words = models.CharField(max_length=WORDS_MAX, default="", blank=True)  # empty: what `Reason` calls it
    position = models.PositiveIntegerField()
    created_at = models.DateTimeField(null=True)  # null: it is one of those that every account begins with
    updated_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    @property
    def said(self) -> str:
        """What it is called; one of ours in the language of whoever reads it."""
        return reason_said(self.code, self.words)
