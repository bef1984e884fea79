from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from adjoin.brands.models import Brand
from adjoin.suspended.terms import Cause


class SuspendedQuerySet(models.QuerySet["SuspendedTicket"]):
    def from_address(self, email: str) -> Self:
        return self.filter(author_email=email.strip().lower())

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class SuspendedTicket(models.Model):
    """What somebody sent that is no ticket: until they confirm their address, or an agent takes it. Plain text only."""

    brand = models.ForeignKey(Brand, models.CASCADE, null=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")  # if known
    author_name = models.CharField(max_length=255)
    author_email = models.CharField(max_length=254)  # lower case
    subject = models.CharField(max_length=1000, default="", blank=True)
    content = models.TextField()
    cause = models.PositiveSmallIntegerField(choices=Cause)
    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=254, default="", blank=True)
    fields = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder
    )  # what the ticket gets besides: `ticket_form_id`, `custom_fields`
    digest = models.CharField(max_length=64, default="", blank=True, db_index=True)  # of the link that was mailed
    created_at = models.DateTimeField()

    objects = SuspendedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["author_email", "created_at"], name="suspended_of_address"),
            models.Index(fields=["created_at"], name="suspended_in_order"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest="") | Q(cause__in=Cause.until_confirmed()), name="suspended_link_only_where_it_helps"
            )
        ]


class SuspendedFile(models.Model):
    """A file that came with what waits. Its bytes go with it."""

    row = models.ForeignKey(SuspendedTicket, models.CASCADE, related_name="files")
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.IntegerField(null=True)  # pixels; null for what is no image
    height = models.IntegerField(null=True)
    created_at = models.DateTimeField()
