"""Who reads: segments of people, and which of them a help center is kept for."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from adjoin.brands.models import Brand
from adjoin.knowledge.terms import UserType


class UserSegment(models.Model):
    """Some of the people who sign in, for whom articles can be kept.

    Whom it names it names by id: an organization that is deleted leaves its number here, which then is nobody's, and so
    takes nothing away from the condition."""

    name = models.CharField(max_length=200)
    user_type = models.CharField(max_length=20, choices=UserType)
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)  # all of them
    or_tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)  # any of them
    organization_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)  # any of them
    group_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)  # any of them; staff only
    added_user_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)  # whatever the conditions say
    is_built_in = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="user_segment_name_once"),
            models.UniqueConstraint(
                fields=["user_type"], condition=Q(is_built_in=True), name="user_segment_one_built_in_of_each_type"
            ),
            models.CheckConstraint(
                condition=Q(is_built_in=True)
                | ~Q(tags=[], or_tags=[], organization_ids=[], group_ids=[], added_user_ids=[]),
                name="user_segment_says_who_is_in_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BrandSegment(models.Model):
    """For whom a whole help center is that asks people to sign in. A brand without one is for everybody who does."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="+")
    segment = models.ForeignKey(UserSegment, models.PROTECT, related_name="+")
