"""What every change begins with: the row taken afresh, and whether it may be changed by whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from adjoin.access import permissions
from adjoin.access.permissions import REFUSALS, Permission
from adjoin.kernel import text
from adjoin.kernel.errors import Invalid, NotAllowed, NotFound
from adjoin.kernel.languages import said
from adjoin.kernel.wording import say
from adjoin.knowledge import access
from adjoin.knowledge.models import Article, Category, Section

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.brands.models import Brand

TITLE_MAX = 255
Shelf = TypeVar("Shelf", bound=Category | Section)


def require(actor: Actor, brand: Brand) -> None:
    """Raises `NotAllowed` unless `actor` looks after the brand's articles."""
    permissions.require(actor, Permission.MANAGE_ARTICLES)
    if not access.manages(actor, brand):
        raise NotAllowed(said(REFUSALS[Permission.MANAGE_ARTICLES]))


def lock_article(actor: Actor, article_id: int) -> Article:
    """The article as it is now, ours until the transaction ends. Raises `NotFound`."""
    rows = access.editable_articles(actor).select_related("brand", "section").select_for_update(of=("self",))
    found = rows.filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return found


def lock_category(actor: Actor, category: Category) -> Category:
    """The category as it is now. Raises `NotFound`, `NotAllowed`."""
    rows = Category.objects.select_related("brand").select_for_update(of=("self",))
    return _ours(actor, rows.filter(pk=category.pk).first())


def lock_section(actor: Actor, section: Section) -> Section:
    """The section as it is now. Raises `NotFound`, `NotAllowed`."""
    rows = Section.objects.select_related("brand", "category", "segment").select_for_update(of=("self",))
    return _ours(actor, rows.filter(pk=section.pk).first())


def lock_shelf(actor: Actor, shelf: Category | Section) -> Category | Section:
    """Either of them."""
    return lock_section(actor, shelf) if isinstance(shelf, Section) else lock_category(actor, shelf)


def name_of(shelf: Category | Section) -> str:
    """What it is called in the language it was first written in."""
    return str(shelf.translations.filter(locale=shelf.source_locale).values_list("title", flat=True).first())


def _ours(actor: Actor, found: Shelf | None) -> Shelf:
    if found is None:
        raise NotFound
    require(actor, found.brand)
    return found


def title(words: str) -> str:
    """A title as it is kept. Raises `Invalid` for none."""
    found = text.one_line(words)[:TITLE_MAX]
    if not found:
        raise Invalid.field("title", say("Title: cannot be blank"), "BlankValue")
    return found
