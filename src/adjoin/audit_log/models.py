from __future__ import annotations

from typing import Self

from django.db import models


class EntryQuerySet(models.QuerySet["Entry"]):
    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class Entry(models.Model):
    """One change that somebody is answerable for. Written once: the database refuses to change or delete it.

    People and things are kept by the names they had then, for they may be renamed or gone."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # of a person; null: the desk itself
    actor_name = models.CharField(max_length=255)
    viewed_name = models.CharField(max_length=255, default="", blank=True)  # whom they saw the desk as
    ip_address = models.CharField(max_length=45, default="", blank=True)
    token_prefix = models.CharField(max_length=10, default="", blank=True)  # of the API token they used
    action = models.CharField(max_length=20)  # a `record.Did`
    kind = models.CharField(max_length=50)  # "organization", "custom_role"
    subject_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=500)
    changes = models.JSONField(default=dict)  # by field: [from, to]

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_log_newest"),
            models.Index(fields=["actor_id", "-at"], name="audit_log_by_actor"),
            models.Index(fields=["kind", "subject_id"], name="audit_log_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.action} {self.kind} {self.title}"
