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
from adjoin.kernel.sealing import SealedField
from adjoin.kernel.wording import SentenceField
from adjoin.knowledge.terms import (
    SOURCE_LOCALE,
    Audience,
    CommentsPolicy,
    CommentState,
    ImportState,
    MeaningSource,
    UserType,
    language,
)

USER = settings.AUTH_USER_MODEL


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


class Vote(models.Model):
    """What one reader thinks of an article: 1 or -1."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="votes")
    user = models.ForeignKey(USER, models.CASCADE, related_name="+")
    value = models.SmallIntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="vote_once"),
            models.CheckConstraint(condition=Q(value__in=[1, -1]), name="vote_is_up_or_down"),
        ]


class CommentSettings(models.Model):
    """What a brand does with comments of readers. A brand without a row takes none."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="+")
    policy = models.CharField(max_length=10, choices=CommentsPolicy, default=CommentsPolicy.OFF)
    updated_at = models.DateTimeField()


class ReaderComment(models.Model):
    """What a reader says below an article. Whoever reads the article reads it, unless it waits or is hidden."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="comments")
    author = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    locale = models.CharField(max_length=12)
    body = models.TextField()  # HTML, cleaned
    state = models.CharField(max_length=10, choices=CommentState, default=CommentState.SHOWN)
    edited_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")  # somebody else than its author
    edited_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["article", "created_at", "id"], name="reader_comment_in_order"),
            models.Index(fields=["author", "created_at"], name="reader_comment_by_author"),
            models.Index(fields=["id"], name="reader_comment_waiting", condition=Q(state="held")),
        ]


class Subscription(models.Model):
    """Somebody who wants to hear of an article, or of the articles of a section."""

    user = models.ForeignKey(USER, models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="+")
    section = models.ForeignKey(Section, models.CASCADE, null=True, related_name="+")
    locale = models.CharField(max_length=12)
    include_comments = models.BooleanField(default=False)  # on the articles of a section
    told_at = models.DateTimeField(null=True)  # last heard of a change
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, section=None) | Q(article=None, section__isnull=False),
                name="subscription_to_one_thing",
            ),
            models.UniqueConstraint(fields=["user", "article"], name="subscription_to_article_once"),
            models.UniqueConstraint(fields=["user", "section"], name="subscription_to_section_once"),
        ]


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


class ArticleReading(models.Model):
    """Somebody read an article; who is not kept. A job adds these rows up soon."""

    article_id = models.BigIntegerField()
    read_on = models.DateField()


class ArticleReadings(models.Model):
    """How often an article was read on one day."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    read_on = models.DateField()
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "read_on"], name="article_readings_of_a_day_once")]
