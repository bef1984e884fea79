from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Schedule(models.Model):
    """When the desk is open, week by week, in a time zone of its own."""

    name = models.CharField(max_length=255)
    time_zone = models.CharField(max_length=60)  # an IANA name: Europe/Berlin
    # Minutes since Sunday 00:00, `[[start, end], …]`, in order, apart, none beyond midnight. Zendesk counts so.
    intervals = models.JSONField(default=list)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="schedule_one_default")
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """Days on which a schedule is closed, both ends included."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="holidays")
    name = models.CharField(max_length=255)
    start_on = models.DateField()
    end_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="holiday_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return self.name


class GroupSchedule(models.Model):
    """The tickets of a group follow a schedule, unless a rule gave them another."""

    group = models.OneToOneField("people.Group", models.CASCADE, related_name="+")
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="of_groups")


class BrandSchedule(models.Model):
    """The tickets of a brand follow a schedule, unless their group has one or a rule gave them another."""

    brand = models.OneToOneField("brands.Brand", models.CASCADE, related_name="+")
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="of_brands")
