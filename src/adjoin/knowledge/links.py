"""Where articles, sections and categories are found in a help center."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.utils.text import slugify

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.knowledge.models import ArticleAttachment, Translation

SLUG_MAX = 80


def path(kind: str, pk: int, title: str, locale: str) -> str:
    """The path of a page: `kind` is `articles`, `sections` or `categories`. The words in it are for people only."""
    words = slugify(title, allow_unicode=True)[:SLUG_MAX].strip("-")
    return f"/hc/{locale}/{kind}/{pk}{'-' + quote(words) if words else ''}/"


def of_text(text: Translation) -> str:
    """The path of an article in the language of its words."""
    return path("articles", text.article_id or 0, text.title, text.locale)


def address(brand: Brand, text: Translation) -> str:
    """The whole address of an article, for mails and other sites."""
    return f"{brand.url}{of_text(text)}"


def of_file(file: ArticleAttachment) -> str:
    """The path of an article's file."""
    return f"/hc/article_attachments/{file.pk}/{quote(file.file_name, safe='')}"
