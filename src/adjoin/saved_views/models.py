from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from adjoin.kernel.wording import SentenceField


class ViewQuerySet(models.QuerySet["View"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class View(models.Model):
    """A saved list of tickets: conditions and an order. Who looks at it decides which rows it has.

    It belongs to everybody, to admins, to the members of some groups, or to `owner` alone."""

    title = models.CharField(max_length=255)
    description = models.TextField(default="", blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict)  # as `rules.registry` checks them
    sort_by = models.CharField(max_length=30, default="updated_at")  # an order of `tickets.pages`, or its column
    is_descending = models.BooleanField(default=True)
    group_by = models.CharField(max_length=30, default="", blank=True)  # an order of `tickets.pages`; "": no groups
    is_group_descending = models.BooleanField(default=False)
    columns = models.JSONField(default=list, blank=True)  # keys of `columns`; none: those of every list
    group_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)  # none: no group
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    notice = SentenceField(default="", blank=True)  # why the desk itself switched it off
    is_for_admins = models.BooleanField(default=False)  # nobody else has it
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ViewQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class ViewCount(models.Model):
    """How many tickets a view had for somebody, where counting them takes a while."""

    view = models.ForeignKey(View, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    value = models.IntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "user"], name="view_count_once")]
