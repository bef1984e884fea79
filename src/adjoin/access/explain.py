"""Why somebody can or cannot read a ticket, rule by rule, from the same declarations that decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from adjoin.access import grants, readable, where_set
from adjoin.access.grants import GRANTS, WALLS
from adjoin.kernel import statements
from adjoin.kernel.languages import said

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.access.where_set import Setting
    from adjoin.tickets.models import Ticket


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one ticket. A grant that `holds` opens; a wall that does not `hold` closes.

    `set_at` are the pages where somebody in charge changes what it says, the likeliest first. `names_of` a grant are
    the walls before it, `names_of` a wall the grants it stands before."""

    rule: str
    sentence: str
    holds: bool
    set_at: tuple[Setting, ...]
    names_of: frozenset[str]


@dataclass(frozen=True)
class Explanation:
    """Whether a ticket can be read, and what each rule that speaks for the person says."""

    is_readable: bool
    grants: tuple[Verdict, ...]
    walls: tuple[Verdict, ...]

    @property
    def opened_by(self) -> tuple[Verdict, ...]:
        """The grants that let the person in; none when nobody lets them."""
        closed = {wall.rule for wall in self.walls if not wall.holds}
        return tuple(grant for grant in self.grants if grant.holds and not grant.names_of & closed)

    @property
    def closed_by(self) -> tuple[Verdict, ...]:
        """The walls that keep out somebody whom a grant would let in; none for those who are in or have no grant."""
        if self.opened_by:
            return ()
        inviting = {grant.rule for grant in self.grants if grant.holds}
        return tuple(wall for wall in self.walls if not wall.holds and wall.names_of & inviting)

    @property
    def passed_over(self) -> tuple[Verdict, ...]:
        """The walls that would have kept the person out, had they not come in another way (as participants do)."""
        return tuple(wall for wall in self.walls if not wall.holds) if self.opened_by else ()


def ticket(actor: Actor, ticket_id: int) -> Explanation:
    """What every rule says about `actor` reading that ticket, in two queries; nothing holds where there is none.

    Tells of tickets that cannot be read: show it only to people in charge."""
    opening, closing = grants.grants_for(actor), grants.walls_for(actor)
    names = [*(f"grant {grant.name}" for grant in opening), *(f"wall {wall.name}" for wall in closing), "readable"]
    held = next(iter(_held(actor, ticket_id)), [False] * len(names))
    holds = dict(zip(names, held, strict=True))
    facts = readable.facts(ticket_id)
    return Explanation(
        is_readable=holds["readable"],
        grants=tuple(
            Verdict(
                grant.name,
                said(grant.sentence),
                holds[f"grant {grant.name}"],
                where_set.of(grant.name, actor, facts),
                frozenset(wall.name for wall in grants.walls_before(grant)),
            )
            for grant in opening
        ),
        walls=tuple(
            Verdict(
                wall.name,
                said(wall.sentence if holds[f"wall {wall.name}"] else wall.refusal),
                holds[f"wall {wall.name}"],
                where_set.of(wall.name, actor, facts),
                frozenset(grant.name for grant in opening if wall.stands_before(grant)),
            )
            for wall in closing
        ),
    )


@statements.kept(GRANTS, WALLS)
def _held(actor: Actor, ticket_id: int) -> QuerySet[Ticket, tuple[bool, ...]]:
    """One row, unless there is no such ticket: what each grant says of it, then each wall, then all of them."""
    opening, closing = grants.grants_for(actor), grants.walls_for(actor)
    each = [*(grant.opens(actor) for grant in opening), *(wall.passes(actor) for wall in closing)]
    return readable.answers(ticket_id, [*each, Q(pk__in=readable.tickets(actor))])
