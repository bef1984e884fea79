"""Why somebody can or cannot read a ticket, rule by rule, from the same declarations that decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from adjoin.access import grants, readable
from adjoin.tickets.models import Ticket

if TYPE_CHECKING:
    from adjoin.access.actors import Actor


@dataclass(frozen=True)
class Verdict:
    """What one rule says: a grant that `holds` opens, a wall that does not `hold` closes."""

    rule: str
    sentence: str
    holds: bool
    over_walls: bool = False


@dataclass(frozen=True)
class Explanation:
    """Whether a ticket can be read, and what each rule that speaks for the person says."""

    is_readable: bool
    grants: tuple[Verdict, ...]
    walls: tuple[Verdict, ...]

    @property
    def opened_by(self) -> tuple[Verdict, ...]:
        """The grants that let the person in, walls considered."""
        passes_all = all(wall.holds for wall in self.walls if wall.rule != "deleted")
        lives = all(wall.holds for wall in self.walls if wall.rule == "deleted")
        return tuple(grant for grant in self.grants if grant.holds and lives and (passes_all or grant.over_walls))

    @property
    def closed_by(self) -> tuple[Verdict, ...]:
        """The walls that keep the person out."""
        return tuple(wall for wall in self.walls if not wall.holds)


def ticket(actor: Actor, ticket_id: int) -> Explanation:
    """What every rule says about `actor` reading that ticket. A ticket that does not exist is opened by nothing."""
    row = Ticket.objects.filter(pk=ticket_id)

    def holds(query: Q) -> bool:
        return row.filter(query).exists()

    opening = tuple(
        Verdict(grant.name, grant.sentence, holds(grant.opens(actor)), grant.over_walls)
        for grant in grants.grants_for(actor)
    )
    closing = tuple(
        Verdict(wall.name, wall.sentence, holds(wall.passes(actor)))
        for wall in [*grants.walls_for(actor), grants.DELETED]
    )
    return Explanation(readable.tickets(actor).filter(pk=ticket_id).exists(), opening, closing)
