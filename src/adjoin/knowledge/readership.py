"""Who would come to read an article, a section or a whole help center, and who no more, before a change is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from adjoin.access import actors
from adjoin.brands.models import Brand
from adjoin.knowledge import access, membership
from adjoin.knowledge.models import Article, BrandSegment, Section, UserSegment
from adjoin.knowledge.terms import Audience
from adjoin.people.models import User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 10  # people named


class Person(NamedTuple):
    """Somebody who comes or goes."""

    user_id: int
    name: str


@dataclass(frozen=True)
class Readers:
    """The ids of people who read something, and whether those do who have not signed in."""

    ids: frozenset[int]
    strangers: bool


@dataclass(frozen=True)
class Moved:
    """Who comes to read something and who no more: numbers, and some by name. Who looks after it reads it anyway.

    `strangers` is 1 where those come who have not signed in, -1 where they go."""

    came: int
    went: int
    some_who_came: list[Person]
    some_who_went: list[Person]
    strangers: int

    @property
    def is_anybody(self) -> bool:
        return bool(self.came or self.went or self.strangers)

    @property
    def names_came(self) -> list[str]:
        return [one.name for one in self.some_who_came]

    @property
    def names_went(self) -> list[str]:
        return [one.name for one in self.some_who_went]


NOBODY = Readers(frozenset(), strangers=False)


def of_help_center(brand_id: int) -> Readers:
    """Who is let into a brand's help center."""
    brand = Brand.objects.get(pk=brand_id)
    return _readers(brand, _within([]), strangers=True)


def of_segment(segment_id: int) -> Readers:
    """Who is in a segment."""
    people = membership.people_in(UserSegment.objects.get(pk=segment_id))
    return Readers(frozenset(people.values_list("pk", flat=True)), strangers=False)


def of_section(section_id: int) -> Readers:
    """Who may read what stands in a section, as far as it and the sections around it say."""
    section = Section.objects.select_related("brand").get(pk=section_id)
    return _readers(section.brand, _within(section.walls), strangers=not section.walls)


def of_article(article_id: int) -> Readers:
    """Who reads an article; nobody before it is published, or where it is no more."""
    article = Article.objects.published().select_related("brand", "section").filter(pk=article_id).first()
    if article is None:
        return NOBODY
    people, walls = _within(article.section.walls), article.section.walls
    if article.audience == Audience.SEGMENTS:
        several = [membership.people_in(one).values("pk") for one in article.segments.all()]
        people = people.filter(pk__in=several[0].union(*several[1:])) if several else people.none()
    return _readers(article.brand, people, strangers=article.audience == Audience.EVERYBODY and not walls)


def moved_by(readers: Callable[[], Readers], change: Callable[[], object]) -> Moved:
    """Who would come and go with `change()`, of which nothing stays. Raises what it raises."""
    before = readers()
    with transaction.atomic():
        change()
        after = readers()
        transaction.set_rollback(True)
    came, went = after.ids - before.ids, before.ids - after.ids
    return Moved(len(came), len(went), _some(came), _some(went), after.strangers - before.strangers)


def _within(walls: list[int]) -> QuerySet[User]:
    people: QuerySet[User] = User.objects.filter(is_active=True, is_suspended=False, partner_name="")
    for segment in UserSegment.objects.filter(pk__in=walls):
        people = people.filter(pk__in=membership.people_in(segment).values("pk"))
    return people


def _readers(brand: Brand, people: QuerySet[User], *, strangers: bool) -> Readers:
    if not (brand.is_active and brand.has_help_center):
        return NOBODY
    if brand.requires_sign_in and (door := BrandSegment.objects.filter(brand=brand).first()) is not None:
        people = people.filter(pk__in=_within([door.segment_id]).values("pk"))
    team = User.objects.filter(role__in=(Role.AGENT, Role.ADMIN)).values_list("pk", flat=True)
    anyway = {pk for pk, actor in actors.load_many(team).items() if access.manages(actor, brand)}
    return Readers(frozenset(people.values_list("pk", flat=True)) - anyway, strangers and not brand.requires_sign_in)


def _some(ids: frozenset[int]) -> list[Person]:
    named = User.objects.filter(pk__any_of=ids).order_by("name", "pk") if ids else User.objects.none()
    return [Person(*row) for row in named.values_list("pk", "name")[:SHOWN]]
