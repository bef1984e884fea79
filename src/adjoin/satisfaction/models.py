from __future__ import annotations

from django.conf import settings
from django.db import models

from adjoin.people.models import Group
from adjoin.satisfaction.terms import Reason, Score

USER = settings.AUTH_USER_MODEL


class SatisfactionRating(models.Model):
    """What the requester says of how a ticket was handled, and by whom it was when they said it."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="+")
    requester = models.ForeignKey(USER, models.CASCADE, related_name="+")
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="+")
    score = models.CharField(max_length=10, choices=Score, db_index=True)
    comment = models.TextField(default="", blank=True)
    reason = models.PositiveSmallIntegerField(choices=Reason, default=Reason.NONE, db_default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
