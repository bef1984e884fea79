"""How much somebody reads, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from adjoin.access import grants, readable, where_set
from adjoin.kernel.languages import said
from adjoin.tickets.models import Ticket

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.access.where_set import Setting

NO_TICKET = {"pk": 0, "group_id": None, "brand_id": None, "organization_id": None, "is_confidential": False}


@dataclass(frozen=True)
class Share:
    """What one rule does for somebody: a grant lets them read so many tickets, a wall keeps so many from them."""

    rule: str
    sentence: str
    tickets: int
    set_at: tuple[Setting, ...]


@dataclass(frozen=True)
class Reach:
    """Everything somebody reads: how many tickets, by which grants, and what the walls keep from them."""

    tickets: int
    grants: tuple[Share, ...]
    walls: tuple[Share, ...]


def of(actor: Actor) -> Reach:
    """How far `actor` reaches, in one walk over the tickets. A ticket can be let in by several grants."""
    opening, closing = grants.grants_for(actor), [wall for wall in grants.walls_for(actor) if wall.name != "deleted"]
    invited = grants.any_of(grant.opens(actor) for grant in opening) & Q(deleted_at=None)
    reads = readable.opened(actor)
    asked = {f"grant_{one.name}": reads & one.opens(actor) for one in opening}
    asked |= {f"wall_{one.name}": invited & ~reads & ~one.passes(actor) for one in closing}
    counts = Ticket.objects.filter(invited).aggregate(
        all=Count("pk", filter=reads), **{name: Count("pk", filter=query) for name, query in asked.items()}
    )
    return Reach(
        tickets=counts["all"],
        grants=tuple(_share(actor, one.name, one.sentence, counts[f"grant_{one.name}"]) for one in opening),
        walls=tuple(_share(actor, one.name, one.refusal, counts[f"wall_{one.name}"]) for one in closing),
    )


def _share(actor: Actor, rule: str, sentence: str, tickets: int) -> Share:
    """`set_at` are the pages that are about the person, not about one ticket of theirs."""
    settings = where_set.of(rule, actor, NO_TICKET)
    return Share(
        rule, said(sentence), tickets, tuple(one for one in settings if not one.path.endswith(("/0/", "/None/")))
    )
