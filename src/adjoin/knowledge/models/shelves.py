"""Where articles stand: categories, sections, and labels."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from adjoin.brands.models import Brand
from adjoin.knowledge.models.segments import UserSegment
from adjoin.knowledge.terms import SOURCE_LOCALE


class Category(models.Model):
    """A shelf of a brand's help center. Its name is in its translations."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    position = models.IntegerField(default=0)
    source_locale = models.CharField(max_length=12, default=SOURCE_LOCALE)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["brand", "position", "id"], name="category_in_order")]


class Section(models.Model):
    """A part of a category, or of another section of it. `walls` are kept by `actions.shelves`."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, models.CASCADE, related_name="sections")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="subsections")
    segment = models.ForeignKey(UserSegment, models.PROTECT, null=True, related_name="+")  # None: whoever reads them
    walls = ArrayField(models.BigIntegerField(), default=list)  # segments: its own and those of the sections around it
    position = models.IntegerField(default=0)
    source_locale = models.CharField(max_length=12, default=SOURCE_LOCALE)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["category", "position", "id"], name="section_in_order")]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="section_is_not_its_own_parent")
        ]


class Label(models.Model):
    """A word that articles are found and grouped by."""

    name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="article_label_name_once")]

    def __str__(self) -> str:
        return self.name
