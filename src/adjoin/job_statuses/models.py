from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from adjoin.kernel.wording import SentenceField

KEPT = timedelta(days=1)  # as Zendesk has it; then nobody finds it any more


class State(models.TextChoices):
    """Where a job stands; the words are Zendesk's."""

    QUEUED = "queued", _("Waiting")
    WORKING = "working", _("Working")
    COMPLETED = "completed", _("Done")
    FAILED = "failed", _("Stopped")

    @classmethod
    def unfinished(cls) -> tuple[State, ...]:
        return (cls.QUEUED, cls.WORKING)


class JobStatusQuerySet(models.QuerySet["JobStatus"]):
    def of(self, user_id: int | None, now: datetime) -> Self:
        """The jobs somebody started and can still look up. Nobody looks up those of others."""
        return self.filter(user_id=user_id, created_at__gt=now - KEPT)

    def unfinished(self) -> Self:
        return self.filter(state__in=State.unfinished())


class JobStatus(models.Model):
    """Something to do to many things, one after another, and how far it has come.

    `items` is the work, `arguments` what is the same for each of them. What came out is in `JobResult`."""

    key = models.CharField(max_length=40, unique=True)  # `V3-` and 32 hexadecimal digits: how the API names a job
    kind = models.CharField(max_length=60)  # of `kinds.py`
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    message = SentenceField(default="", blank=True)
    items = models.JSONField(default=list)
    arguments = models.JSONField(default=dict)
    acting = models.JSONField(default=dict)  # of `kernel.acting`: who the changes are recorded as done by
    total = models.IntegerField()
    progress = models.IntegerField(default=0)  # items that have been dealt with
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = JobStatusQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(progress__gte=0, progress__lte=models.F("total")), name="job_progress_within_total"
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="job_state_is_known"),
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="job_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_finished(self) -> bool:
        return self.state not in State.unfinished()


class JobResult(models.Model):
    """What became of one item, as the API shows it."""

    job = models.ForeignKey(JobStatus, models.CASCADE, related_name="results", db_index=False)
    index = models.IntegerField()  # of the item, from 0
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "index"], name="job_result_once")]
