"""Help centers: what stands in them, who reads it, and what readers leave behind."""

from adjoin.knowledge.models.articles import (
    Article,
    ArticleAttachment,
    ArticleImport,
    ArticleQuerySet,
    ArticleTemplate,
    Revision,
    Translation,
)
from adjoin.knowledge.models.readers import (
    ArticleReading,
    ArticleReadings,
    CommentSettings,
    ReaderComment,
    Subscription,
    Vote,
)
from adjoin.knowledge.models.searching import Edition, Meaning, Passage, SearchCount
from adjoin.knowledge.models.segments import BrandSegment, UserSegment
from adjoin.knowledge.models.shelves import Category, Label, Section

__all__ = [
    "Article",
    "ArticleAttachment",
    "ArticleImport",
    "ArticleQuerySet",
    "ArticleReading",
    "ArticleReadings",
    "ArticleTemplate",
    "BrandSegment",
    "Category",
    "CommentSettings",
    "Edition",
    "Label",
    "Meaning",
    "Passage",
    "ReaderComment",
    "Revision",
    "SearchCount",
    "Section",
    "Subscription",
    "Translation",
    "UserSegment",
    "Vote",
]
