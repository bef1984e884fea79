"""Links to articles, for the templates of every app that shows some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from adjoin.knowledge import links

if TYPE_CHECKING:
    from adjoin.knowledge.models import Translation

register = template.Library()


@register.filter
def article_path(text: Translation) -> str:
    """The path of an article in its help center."""
    return links.of_text(text)


@register.simple_tag
def shelf_path(kind: str, pk: int, title: str, locale: str) -> str:
    """The path of a category or section: `kind` is `category` or `section`."""
    return links.path("categories" if kind == "category" else "sections", pk, title, locale)
