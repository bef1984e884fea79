"""Counting what people read now and did not before, in SQL, for thousands of people at once.

What somebody reads is what their class reads (everybody with the same brands, groups, organizations: see
`narrowing.to_class`) and what is theirs alone: what they asked for, follow or are copied on. The second is not lost or
gained by a change of rules, so it is enough to count the difference between two classes once, over all tickets, and to
take off it for each person what they read anyhow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet

from adjoin.access import grants, narrowing, readable
from adjoin.people.terms import Role
from adjoin.tickets.models import Ticket, TicketCc, TicketFollower

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

AT_ONCE = 20  # differences counted in one walk over the tickets
ONE_BY_ONE = 8  # so few people are counted whole, each by themselves


@dataclass(frozen=True)
class Moved:
    """How many tickets somebody gains or loses; `rows` finds them, and perhaps some they read anyhow."""

    user_id: int
    tickets: int
    rows: Q
    rows_count: int


def gained(moves: Iterable[tuple[Actor, Actor]]) -> list[Moved]:
    """Who reads tickets as the second actor of a pair that they do not read as the first, and how many.

    The pairs are of the same person; to count what is lost, turn each around."""
    pairs = list(moves)
    if len(pairs) <= ONE_BY_ONE:
        return _counted_whole(pairs)
    classes: dict[tuple[Actor, Actor], list[int]] = defaultdict(list)
    known: dict[tuple[Any, ...], tuple[Actor, Actor]] = {}  # to work a class out takes longer than to look it up
    for before, after in pairs:
        case = (*narrowing.class_key(before), *narrowing.class_key(after))
        if case not in known:
            known[case] = _class_of(before, after)
        classes[known[case]].append(after.user_id or before.user_id or 0)
    return [moved for some in _batches(list(classes.items())) for moved in _counted_by_class(some)]


def tickets(moved: Iterable[Moved]) -> int:
    """How many tickets there are that any of them moves to or from, each counted once."""
    different = {id(one.rows): one for one in moved}  # one of a class is one and the same
    if len(different) <= 1:
        return sum(one.rows_count for one in different.values())
    return Ticket.objects.filter(grants.any_of(one.rows for one in different.values())).count()


def _counted_whole(pairs: list[tuple[Actor, Actor]]) -> list[Moved]:
    queries = [_difference(before, after) for before, after in pairs]
    counts = _counts(queries)
    people = [after.user_id or before.user_id or 0 for before, after in pairs]
    rows = zip(people, counts, queries, strict=True)
    return [Moved(pk, count, query, count) for pk, count, query in rows if count]


def _counted_by_class(classes: list[tuple[tuple[Actor, Actor], list[int]]]) -> Iterator[Moved]:
    queries = [_difference(*pair) for pair, _ in classes]
    for (pair, people), query, count in zip(classes, queries, _counts(queries), strict=True):
        if not count:
            continue
        own = _read_anyhow(query, people, are_agents=any(actor.is_agent for actor in pair))
        yield from (Moved(pk, count - own[pk], query, count) for pk in people if count > own[pk])


def _counts(queries: list[Q]) -> list[int]:
    """How many tickets each query finds, in one walk over them."""
    if not queries:
        return []
    asked = {f"n{at}": Count("pk", filter=query) for at, query in enumerate(queries)}
    found = Ticket.objects.filter(grants.any_of(queries)).aggregate(**asked)
    return [found[name] for name in asked]


def _read_anyhow(query: Q, people: list[int], *, are_agents: bool) -> Counter[int]:
    """How many of these tickets each of them reads as requester, as a copied person or as a follower."""
    rows = Ticket.objects.filter(query)
    asked = rows.filter(requester_id__any_of=people, is_public=True).values_list("requester_id")
    found = Counter(dict(asked.annotate(n=Count("pk")).order_by()))
    models = (TicketCc, TicketFollower) if are_agents else (TicketCc,)
    taking_part = {pair for model in models for pair in _taking_part(model, rows, people)}
    found.update(user_id for user_id, _ in taking_part)
    return found


def _taking_part(model: type[TicketCc | TicketFollower], rows: QuerySet[Ticket], people: list[int]) -> Iterator[Any]:
    """Who of them is copied on (or follows) which tickets they did not ask for. Only agents read by following."""
    found = model.objects.filter(user_id__any_of=people, ticket__in=rows)
    if model is TicketFollower:
        found = found.filter(user__role__in=(Role.AGENT, Role.ADMIN))
    own = Q(ticket__requester_id=F("user_id"), ticket__is_public=True)
    yield from found.exclude(own).values_list("user_id", "ticket_id")


def _difference(before: Actor, after: Actor) -> Q:
    """The tickets that the second reads and the first does not."""
    return readable.opened(after) & ~readable.opened(before)


def _class_of(before: Actor, after: Actor) -> tuple[Actor, Actor]:
    """The pair without what is theirs alone, and without organizations whose tickets they see either way."""
    before, after = narrowing.to_class(before), narrowing.to_class(after)
    if not (before.is_end_user and after.is_end_user):
        return before, after
    if before.confidential_group_ids != after.confidential_group_ids:
        return _seeing(before, before.seen_organization_ids), _seeing(after, after.seen_organization_ids)
    both = before.seen_organization_ids & after.seen_organization_ids
    return _seeing(before, before.seen_organization_ids - both), _seeing(after, after.seen_organization_ids - both)


def _seeing(actor: Actor, organization_ids: frozenset[int]) -> Actor:
    nothing: frozenset[int] = frozenset()
    return replace(
        actor, organization_ids=nothing, commented_organization_ids=nothing, seen_organization_ids=organization_ids
    )


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    yield from (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))
