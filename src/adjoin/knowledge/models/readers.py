"""What readers leave behind: votes, comments, follows, and that they read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from adjoin.brands.models import Brand
from adjoin.knowledge.models.articles import Article
from adjoin.knowledge.models.shelves import Section
from adjoin.knowledge.terms import CommentsPolicy, CommentState

USER = settings.AUTH_USER_MODEL


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
