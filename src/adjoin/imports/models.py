from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from adjoin.imports.terms import Kind, State
from adjoin.kernel.wording import SentenceField

UNDO_FOR = timedelta(days=1)


class Import(models.Model):
    """A file of people, organizations or memberships: checked line by line, then taken in whole or not at all."""

    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    report_sha256 = models.CharField(max_length=64, default="", blank=True)  # line by line, as CSV
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    runs_when_checked = models.BooleanField(default=False)
    total = models.IntegerField(default=0)  # lines; 0 until they have been counted
    progress = models.IntegerField(default=0)
    creates = models.IntegerField(default=0)
    updates = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    wrong = models.IntegerField(default=0)
    message = SentenceField(default="", blank=True)
    notices = models.JSONField(default=list)  # the first lines of the report: [line, outcome, title, says]
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)  # also the moment that everything it wrote carries

    def __str__(self) -> str:
        return f"{self.kind} of {self.file_name}"

    @property
    def is_at_work(self) -> bool:
        return self.state in State.at_work()

    @property
    def percent(self) -> int:
        return min(100, self.progress * 100 // self.total) if self.total else 0

    def can_be_undone(self, now: datetime) -> bool:
        return self.state == State.DONE and self.done_at is not None and now < self.done_at + UNDO_FOR


class Change(models.Model):
    """One row that an import wrote: what it was before, or nothing for a new one. Kept for as long as undo is."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    subject_id = models.BigIntegerField()
    before = models.JSONField(null=True)
