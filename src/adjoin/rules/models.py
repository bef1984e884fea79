from __future__ import annotations

from typing import Any, Self

from django.db import models


class TriggerQuerySet(models.QuerySet["Trigger"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Trigger(models.Model):
    """A rule that looks at every change and acts when its conditions hold.

    Conditions are `{"all": […], "any": […]}`, actions `[{"field", "value"}]`, as `rules.registry` checks them."""

    title = models.CharField(max_length=255)
    description = models.TextField(default="", blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TriggerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @property
    def via(self) -> dict[str, Any]:
        """How events name this trigger as their cause."""
        source = {"id": self.pk, "title": self.title, "deleted": False}
        return {"channel": "rule", "source": {"from": source, "to": {}, "rel": "trigger"}}
