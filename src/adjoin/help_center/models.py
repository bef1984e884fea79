"""How brands' help centers look."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from adjoin.brands.models import Brand
from adjoin.help_center.looks.terms import Corners, Font, Part


class LookPicture(models.Model):
    """A picture a help center wears, made small and harmless when it came. Never changed.

    Its few kilobytes are kept in the row, so that they come and go, and are backed up, with the look."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    content_type = models.CharField(max_length=30)
    data = models.BinaryField()
    width = models.PositiveIntegerField()  # pixels, as is the height
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField()


class LookQuerySet(models.QuerySet["Look"]):
    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def with_pictures(self) -> Self:
        """With what pages tell of the pictures, without their bytes."""
        parts = ("logo", "icon", "hero")
        return self.select_related(*parts).defer(*(f"{part}__data" for part in parts))


class Look(models.Model):
    """How a brand's help center looks from `created_at` on: the newest of a brand holds. Never changed."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    # Colours are `#rrggbb`; an empty one is Adjoin's own.
    colour = models.CharField(max_length=7)
    background = models.CharField(max_length=7, default="", blank=True)
    band = models.CharField(max_length=7, default="", blank=True)
    colours_header = models.BooleanField(default=False)  # the band's colour also behind the top of each page
    font = models.CharField(max_length=15, choices=Font, default=Font.SYSTEM)
    heading_font = models.CharField(max_length=15, choices=Font, default=Font.SYSTEM)
    corners = models.CharField(max_length=10, choices=Corners, default=Corners.SOFT)
    heading = models.CharField(max_length=200, default="", blank=True)  # empty: a question of ours
    tagline = models.CharField(max_length=200, default="", blank=True)
    header_links = models.JSONField(default=list)  # [[words, address], …], as are those of the footer
    footer_links = models.JSONField(default=list)
    footer_words = models.TextField(default="", blank=True)
    css = models.TextField(default="", blank=True)
    logo = models.ForeignKey(LookPicture, models.PROTECT, null=True, related_name="+")
    icon = models.ForeignKey(LookPicture, models.PROTECT, null=True, related_name="+")
    hero = models.ForeignKey(LookPicture, models.PROTECT, null=True, related_name="+")

    objects = LookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(colour__regex=r"^#[0-9a-f]{6}$")
                & Q(background__regex=r"^(#[0-9a-f]{6})?$")
                & Q(band__regex=r"^(#[0-9a-f]{6})?$"),
                name="look_colours_are_hex",
            )
        ]
        indexes = [models.Index(fields=["brand", "-id"], name="look_newest_of_brand")]
