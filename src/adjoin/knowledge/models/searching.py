"""What articles are found by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from adjoin.brands.models import Brand
from adjoin.kernel.sealing import SealedField
from adjoin.knowledge.models.articles import Translation
from adjoin.knowledge.terms import MeaningSource


class Passage(models.Model):
    """A part of an article's words, and the direction in which their meaning lies.

    `vector` has one signed byte for each dimension. Which model gave it says the translation, which forgets the model
    when its words change: until the model has read the new ones, the article is found by its words alone."""

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="passages")
    number = models.PositiveSmallIntegerField()
    words = models.TextField()
    vector = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["translation", "number"], name="passage_number_once")]


class Edition(models.Model):
    """Which passages are in force: PostgreSQL writes another stamp with whatever changes about them. One row, or none
    before the first."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField()


class Meaning(models.Model):
    """Which model articles are found by, besides their words: one row, or none for what stands here."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    source = models.CharField(max_length=10, choices=MeaningSource, default=MeaningSource.SHIPPED)
    url = models.URLField(max_length=500, default="", blank=True)  # of an endpoint, without /embeddings
    model = models.CharField(max_length=200, default="", blank=True)  # as the endpoint calls it
    api_key = SealedField(default="", blank=True)
    failure = models.CharField(max_length=300, default="", blank=True)  # what the model said last when it said no
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="meaning_one_row")]


class SearchCount(models.Model):
    """How often some words were looked for on a day in a brand's help center. Nobody is named."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    on = models.DateField()
    locale = models.CharField(max_length=12)
    words = models.CharField(max_length=100)  # as `searches.kept` leaves them
    times = models.PositiveIntegerField()
    by_words = models.PositiveIntegerField()  # the most articles that anybody found by these words that day
    followed = models.PositiveIntegerField(default=0, db_default=0)  # times an article was opened from what was found

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "on", "locale", "words"], name="search_count_once"),
            models.CheckConstraint(condition=Q(followed__lte=models.F("times")), name="search_followed_at_most_once"),
        ]
