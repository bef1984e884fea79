"""Counting what people read now and did not before, and the other way round, in SQL, for thousands of people at once.

What somebody reads is what their class reads (everybody with the same brands, groups, organizations: see
`narrowing.to_class`) and what is theirs alone: what they asked for, follow or are copied on. The second is not lost or
gained by a change of rules, so it is enough to count the difference between two classes once, over all tickets, and to
take off it for each person what they read anyhow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from adjoin.access import cells, grants, narrowing, readable
from adjoin.access.cells import Rows
from adjoin.people.terms import Role
from adjoin.tickets.models import Ticket, TicketCc, TicketFollower

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

AT_ONCE = 20  # differences of single people counted in one walk over the tickets
ONE_BY_ONE = 8  # so few people are counted whole, each by themselves


@dataclass(frozen=True)
class Moved:
    """How many tickets somebody gains or loses; `rows` finds them, and perhaps some they read anyhow."""

    user_id: int
    tickets: int
    rows: Rows


Pair = tuple["Actor", "Actor"]  # one person before and after
Side = tuple[list[int], Rows]  # people to whom a change does the same, and what they gain by it, or lose


def gained_and_lost(moves: Iterable[Pair]) -> tuple[list[Moved], list[Moved]]:
    """Who reads tickets after that they did not read before, and how many; and who no longer reads some."""
    pairs = list(moves)
    few = len(pairs) <= ONE_BY_ONE
    whole = [pair for pair in pairs if few or not narrowing.keeps_their_own(*pair)]
    alike = [] if few else [pair for pair in pairs if narrowing.keeps_their_own(*pair)]
    gains, losses = _counted_by_class(alike)
    return [*gains, *_counted_whole(whole)], [*losses, *_counted_whole([(after, before) for before, after in whole])]


def tickets(moved: Iterable[Moved]) -> int:
    """How many tickets there are that any of them moves to or from, each counted once."""
    different = list({id(one.rows): one.rows for one in moved}.values())  # one of a class is one and the same
    if len(different) <= 1:
        return sum(rows.count for rows in different)
    queries = [rows.query for rows in different]
    if all(cells.suffice_for(query) for query in queries):
        return cells.sums(cells.together(rows.where for rows in different), [grants.any_of(queries)])[0]
    return Ticket.objects.filter(grants.any_of(rows.all for rows in different)).count()


def _counted_whole(pairs: list[Pair]) -> list[Moved]:
    """The gains of each by themselves, with what is theirs alone."""
    queries = [_difference(before, after) for before, after in pairs]
    counts = [count for at in range(0, len(queries), AT_ONCE) for count in _counts(queries[at : at + AT_ONCE])]
    rows = zip(pairs, queries, counts, strict=True)
    return [Moved(_who(pair), count, Rows(Q(), query, count)) for pair, query, count in rows if count]


def _counts(queries: list[Q]) -> list[int]:
    """How many tickets each query finds, in one walk over them."""
    asked = {f"n{at}": Count("pk", filter=query) for at, query in enumerate(queries)}
    found = Ticket.objects.filter(grants.any_of(queries)).aggregate(**asked)
    return [found[name] for name in asked]


def _counted_by_class(pairs: list[Pair]) -> tuple[list[Moved], list[Moved]]:
    """The gains and the losses of people whose own tickets stay theirs."""
    if not pairs:
        return [], []
    classes = _classes(pairs)
    rows = cells.counted([rows for both, _ in classes for rows in both])
    people = [people for _, people in classes]
    return _less_own(list(zip(people, rows[::2], strict=True))), _less_own(list(zip(people, rows[1::2], strict=True)))


def _classes(pairs: list[Pair]) -> list[tuple[tuple[Rows, Rows], list[int]]]:
    """What each class gains and loses, and who is of it."""
    classes: dict[tuple[Q, Q], list[int]] = defaultdict(list)
    where: dict[tuple[Q, Q], Q] = {}
    known: dict[tuple[Any, ...], tuple[Q, Q]] = {}  # to work a class out takes longer than to look it up
    for before, after in pairs:
        case = (*narrowing.class_key(before), *narrowing.class_key(after))
        if case not in known:
            old, new = _class_of(before, after)
            known[case] = moves = cells.simplified(_difference(old, new)), cells.simplified(_difference(new, old))
            where.setdefault(moves, narrowing.where_different(old, new))
        classes[known[case]].append(after.user_id or 0)
    return [((Rows(where[moves], moves[0]), Rows(where[moves], moves[1])), people) for moves, people in classes.items()]


def _less_own(sides: list[Side]) -> list[Moved]:
    """Who of the people gains what their class does, without what they read anyhow."""
    some = [(people, rows) for people, rows in sides if rows.count]
    own = _read_anyhow(some) if some else Counter()
    return [Moved(pk, rows.count - own[pk], rows) for people, rows in some for pk in people if rows.count > own[pk]]


def _read_anyhow(sides: list[Side]) -> Counter[int]:
    """How many of the tickets of their side each of them reads as requester, as a copied person or as a follower."""
    everybody = [pk for people, _ in sides for pk in people]
    where = cells.together(rows.where for _, rows in sides)
    theirs = grants.any_of(Q(requester_id__any_of=people) & rows.query for people, rows in sides)
    asked = Ticket.objects.filter(where, theirs, requester_id__any_of=everybody, is_public=True)
    found = Counter(dict(asked.values_list("requester_id").annotate(n=Count("*")).order_by()))
    taking_part = {pair for model in (TicketCc, TicketFollower) for pair in _taking_part(model, sides, everybody)}
    found.update(user_id for user_id, _ in taking_part)
    return found


def _taking_part(model: type[TicketCc | TicketFollower], sides: list[Side], everybody: list[int]) -> Iterator[Any]:
    """Who of them is copied on (or follows) which tickets they did not ask for. Only agents read by following."""
    found = model.objects.filter(user_id__any_of=everybody)
    if model is TicketFollower:
        found = found.filter(user__role__in=(Role.AGENT, Role.ADMIN))
    theirs = grants.any_of(Q(user_id__any_of=people) & readable.of_ticket(rows.query) for people, rows in sides)
    own = Q(ticket__requester_id=F("user_id"), ticket__is_public=True)
    yield from found.filter(theirs).exclude(own).values_list("user_id", "ticket_id")


def _difference(before: Actor, after: Actor) -> Q:
    """The tickets that the second reads and the first does not."""
    return readable.opened(after) & ~readable.opened(before)


def _class_of(before: Actor, after: Actor) -> Pair:
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


def _who(pair: Pair) -> int:
    before, after = pair
    return after.user_id or before.user_id or 0
