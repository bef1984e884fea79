"""Articles in their languages, with what belongs to them."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from adjoin.brands.models import Brand
from adjoin.kernel.wording import SentenceField
from adjoin.knowledge.models.segments import UserSegment
from adjoin.knowledge.models.shelves import Category, Label, Section
from adjoin.knowledge.terms import SOURCE_LOCALE, Audience, ImportState, language

USER = settings.AUTH_USER_MODEL


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """Those with words in at least one language that are no draft."""
        words = Translation.objects.filter(article=OuterRef("pk"), is_draft=False)
        return self.filter(Exists(words), archived_at=None)

    def in_order(self) -> Self:
        return self.order_by("-is_promoted", "position", "pk")


class Article(models.Model):
    """One thing to know. What it says is in its translations; who reads it is said here, and nobody does at first."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")  # its section's
    section = models.ForeignKey(Section, models.PROTECT, related_name="articles")
    author = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.NOT_CHOSEN, blank=True)
    segments = models.ManyToManyField(UserSegment, related_name="+")  # any of them
    labels = models.ManyToManyField(Label, related_name="articles")
    source_locale = models.CharField(max_length=12, default=SOURCE_LOCALE)
    position = models.IntegerField(default=0)
    is_promoted = models.BooleanField(default=False)
    comments_disabled = models.BooleanField(default=False)
    vote_sum = models.IntegerField(default=0)
    vote_count = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)  # first published: followers of its section hear of it once
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    edited_at = models.DateTimeField()  # its words
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")  # looks whether it is still true
    verify_every_months = models.PositiveSmallIntegerField(null=True)
    verify_on = models.DateField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)  # the owner, of the day that has come

    objects = ArticleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["section", "position", "id"], name="article_in_order"),
            models.Index(fields=["brand", "edited_at", "id"], name="article_by_age"),
            models.Index(fields=["verify_on"], name="article_to_verify", condition=Q(verify_on__isnull=False)),
        ]


class Translation(models.Model):
    """The words of an article, section or category in one language."""

    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="translations")
    section = models.ForeignKey(Section, models.CASCADE, null=True, related_name="translations")
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="translations")
    locale = models.CharField(max_length=12)
    title = models.CharField(max_length=255)
    body = models.TextField(default="", blank=True)  # HTML, cleaned; a category's or section's description
    body_text = models.TextField(default="", blank=True)  # the words of `body`
    is_draft = models.BooleanField(default=True)
    is_outdated = models.BooleanField(default=False)  # the source has changed since
    publish_at = models.DateTimeField(null=True)  # a draft to be published then
    publish_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")  # in whose name
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    updated_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    search_vector = SearchVectorField(null=True)  # articles; written with the words, in the language's own stems
    title_trigrams = ArrayField(models.CharField(max_length=3), default=list)  # for words with a slip in them
    understood_by = models.CharField(max_length=200, default="", db_default="", blank=True)  # whose passages are there

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, section=None, category=None)
                | Q(article=None, section__isnull=False, category=None)
                | Q(article=None, section=None, category__isnull=False),
                name="translation_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(publish_at=None) | Q(is_draft=True), name="translation_only_drafts_are_scheduled"
            ),
            *(
                models.UniqueConstraint(fields=[of, "locale"], name=f"translation_of_{of}_once")
                for of in ("article", "section", "category")
            ),
        ]
        indexes = [
            # The rows are long: what is published, and in which language, is told by an index alone.
            models.Index(
                fields=["article", "locale"], include=["id"], condition=Q(is_draft=False), name="translation_published"
            ),
            GinIndex(fields=["search_vector"], name="translation_words"),
            GinIndex(fields=["title_trigrams"], name="translation_trigrams"),
        ]

    @property
    def language(self) -> str:
        return language(self.locale)


class Revision(models.Model):
    """The words of an article in one language as somebody left them. They are numbered from 1 and never change."""

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    body = models.TextField(default="", blank=True)
    author = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["translation", "number"], name="revision_number_once")]


class ArticleAttachment(models.Model):
    """A file of an article, or one that waits for its article and is its sender's alone."""

    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="attachments")
    locale = models.CharField(max_length=12, default="", blank=True)  # empty: of every language
    is_inline = models.BooleanField(default=False)  # shown among the words, not below them
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.IntegerField(null=True)  # pixels; null for what is no image
    height = models.IntegerField(null=True)
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    @property
    def is_image(self) -> bool:
        return self.width is not None


class ArticleTemplate(models.Model):
    """What a new article can begin with."""

    name = models.CharField(max_length=200)
    body = models.TextField(default="", blank=True)  # HTML, cleaned
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="article_template_name_once")]


class ArticleImport(models.Model):
    """Files (`names` and `sha256s`, in order) that become articles in the background, all of them or none."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    names = ArrayField(models.CharField(max_length=255))
    sha256s = ArrayField(models.CharField(max_length=64))  # none once it has come to rest
    place = models.CharField(max_length=40)  # one of `places.choices`
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.NOT_CHOSEN, blank=True)
    segment_ids = ArrayField(models.BigIntegerField(), default=list)
    publishes = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    total = models.PositiveIntegerField()  # articles and translations
    progress = models.PositiveIntegerField(default=0)
    message = SentenceField(default="", blank=True)
    problems = models.JSONField(default=list)  # [path, sentence] of each file that could not be made
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["brand", "-id"], name="article_import_newest")]

    def __str__(self) -> str:
        return ", ".join(self.names)

    @property
    def is_at_work(self) -> bool:
        return self.state in ImportState.at_work()
