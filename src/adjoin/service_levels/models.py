from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from adjoin.kernel.wording import SentenceField
from adjoin.service_levels.terms import EventType, Measured, Metric


class PolicyQuerySet(models.QuerySet["Policy"]):
    def standing(self) -> Self:
        """Those that can take tickets."""
        return self.filter(notice="")

    def for_groups(self, answer: bool = True) -> Self:
        """Those of groups among each other, or those for requesters."""
        return self.filter(is_for_groups=answer)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Policy(models.Model):
    """A promise: how long what may take, for the tickets its filter takes. The first whose filter holds counts."""

    is_for_groups = models.BooleanField(default=False, db_default=False)  # how long a group may keep a ticket
    title = models.CharField(max_length=255)
    description = models.TextField(default="", blank=True)
    position = models.IntegerField(default=0)
    filter = models.JSONField(default=dict)  # conditions, as `rules.checking` has them
    # `[{"priority", "metric", "target" (minutes), "business_hours"}]`, each priority and metric once
    policy_metrics = models.JSONField(default=list)
    notice = SentenceField(default="", blank=True)  # why the desk leaves it out: its filter names what has gone
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Ledger(models.Model):
    """What happened on a ticket, as `stories.Story` counts it. It can be told anew from audits."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="+", primary_key=True)
    story = models.JSONField(default=dict)


class Target(models.Model):
    """How a ticket stands with one promise."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="+")
    metric = models.CharField(max_length=30, choices=Metric)
    target_minutes = models.IntegerField()
    is_business = models.BooleanField()  # of opening hours, otherwise by the clock
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # null while it is paused with time left, and if it never comes
    is_paused = models.BooleanField(default=False)
    fulfilled_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)  # when it was missed, once the desk has seen it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "metric"], name="target_of_ticket_once")]
        indexes = [
            models.Index(fields=["due_at"], name="target_to_breach", condition=Q(breached_at=None, fulfilled_at=None))
        ]


class MetricEvent(models.Model):
    """One thing that happened to the clock of a metric, for those who measure elsewhere."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    metric = models.CharField(max_length=30, choices=Measured)
    instance_id = models.IntegerField()  # from 1: which reply, or update; 0 of what is about all of them
    type = models.CharField(max_length=20, choices=EventType)
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField()  # when the desk saw it: exports go by this, so that none is passed over
    said = models.JSONField(default=dict)  # `{"sla": …}` or `{"status": …}`, as the API shows it

    class Meta:
        indexes = [
            models.Index(fields=["told_at", "id"], name="metric_event_in_order"),
            models.Index(fields=["ticket", "id"], name="metric_event_of_ticket"),
        ]
