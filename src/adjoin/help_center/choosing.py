"""Choosing one of one's organizations: a few at once, and any other by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adjoin.access import end_users, readable
from adjoin.access.end_users import EndUser
from adjoin.kernel import statements
from adjoin.people.models import Organization

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adjoin.access.actors import Actor

OFFERED = 20  # organizations at once
WORDS_MAX = 100  # characters of a search that are looked at


@dataclass(frozen=True)
class Offer:
    """Organizations to choose from, the likeliest first; `of_how_many` there are. None only for who is in none.

    `words` were looked for in their names, and `is_found` says whether any has them: else these are the first ones."""

    rows: list[Organization]
    of_how_many: int
    words: str = ""
    is_found: bool = True

    @property
    def are_several(self) -> bool:
        return self.of_how_many > 1

    @property
    def is_searched(self) -> bool:
        """Whether some are only found by their names."""
        return self.of_how_many > OFFERED

    def chosen(self, organization_id: int | None) -> Organization | None:
        """The one asked for if it is among them, else the first."""
        return next((one for one in self.rows if one.pk == organization_id), self.rows[0] if self.rows else None)


def own(actor: Actor, *, chosen_id: int | None = None, words: str = "") -> Offer:
    """The organizations the actor belongs to: those with `words` in their names; without words the chosen one, and
    some others, the default one first, then by name."""
    return _offer(actor, actor.organization_ids, chosen_id, words, is_seen=False)


def seen(actor: Actor, *, chosen_id: int | None = None, words: str = "") -> Offer:
    """The same of those whose requests the actor reads, by name."""
    return _offer(actor, actor.seen_organization_ids, chosen_id, words, is_seen=True)


def number(asked: str) -> int | None:
    """The id of an organization in what came with a request; None for what is none."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None


def _offer(actor: Actor, ids: frozenset[int], chosen_id: int | None, words: str, *, is_seen: bool) -> Offer:
    who, words = end_users.plain(actor), words.replace("\x00", "").strip()[:WORDS_MAX]
    if words and (found := list(_all(who, is_seen).filter(name__icontains=words)[:OFFERED])):
        return Offer(found, len(ids), words)
    rows = _first(who, is_seen)
    if chosen_id in ids and all(one.pk != chosen_id for one in rows):
        rows = [*_one(who, chosen_id), *rows[: OFFERED - 1]]
    return Offer(rows, len(ids), words, is_found=not words)


@statements.kept()
def _first(who: EndUser, is_seen: bool) -> QuerySet[Organization]:
    return _all(who, is_seen)[:OFFERED]


@statements.kept(is_prepared=True)
def _one(who: EndUser, organization_id: int) -> QuerySet[Organization]:
    return readable.organizations(who.actor).filter(pk=organization_id)


def _all(who: EndUser, is_seen: bool) -> QuerySet[Organization]:
    rows = readable.organizations(who.actor)
    if is_seen:
        return rows.filter(pk__any_of=who.seen_organization_ids).order_by("name", "pk")
    return rows.filter(memberships__user_id=who.user_id).order_by("-memberships__is_default", "name", "pk")
