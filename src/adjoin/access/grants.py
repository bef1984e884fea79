"""The rules of reading, each declared once: a name, who it speaks for, its SQL and its sentence.

A **grant** opens: any one is enough. A **wall** stands before some grants or before all of them: a grant lets nobody
in through a wall that stands before it. `readable` turns the lists into queries, `explain` and `docs/access.md` walk
the same lists, so none of them can say what the others do not do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from adjoin.access import lookups
from adjoin.people.terms import TicketRestriction

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

NOTHING = Q(pk__any_of=lookups.NONE)
AGENT, ADMIN, END_USER, PARTNER, SYSTEM = "agent", "admin", "end_user", "partner", "system"


@dataclass(frozen=True, eq=False)  # each is itself alone, and quickly told from others
class Grant:
    """One way to be let in. `opens(actor)` is the SQL, over tickets."""

    name: str
    speaks_for: frozenset[str]
    opens: Callable[[Actor], Q]
    sentence: str
    reads_private: bool = True  # whether private comments come with it


@dataclass(frozen=True, eq=False)
class Wall:
    """One thing that keeps out. `passes(actor)` is the SQL of the tickets it lets through."""

    name: str
    before: frozenset[str]  # the grants it closes; none named means every grant there is
    passes: Callable[[Actor], Q]
    sentence: str  # where it is passed
    refusal: str  # where it is not

    def stands_before(self, grant: Grant) -> bool:
        return not self.before or grant.name in self.before


def _who(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


def _scope_is(scope: str, query: Callable[[Actor], Q]) -> Callable[[Actor], Q]:
    """The query, for agents whose role has that scope; nothing for the others."""
    return lambda actor: query(actor) if actor.scope == scope else NOTHING


def shareable(actor: Actor) -> Q:
    """The tickets that what an organization shares may reach: neither they nor their group are confidential."""
    return Q(is_confidential=False) & Q(group_id__none_of=actor.confidential_group_ids)


GRANTS: list[Grant] = [
    Grant("system", _who(SYSTEM), lambda actor: Q(), _("The desk itself works on every ticket.")),
    Grant("admin", _who(ADMIN), lambda actor: Q(), _("Admins read every ticket.")),
    Grant(
        "agent_all",
        _who(AGENT),
        _scope_is(TicketRestriction.ALL, lambda actor: Q()),
        _("Their role reads all tickets."),
    ),
    Grant(
        "agent_groups",
        _who(AGENT),
        _scope_is(TicketRestriction.GROUPS, lambda actor: Q(group_id__any_of=actor.group_ids)),
        _("The ticket is in one of their groups."),
    ),
    Grant(
        "agent_organization",
        _who(AGENT),
        _scope_is(TicketRestriction.ORGANIZATION, lambda actor: Q(organization_id__any_of=actor.organization_ids)),
        _("The ticket belongs to one of their organizations."),
    ),
    Grant(
        "agent_assigned",
        _who(AGENT),
        _scope_is(TicketRestriction.ASSIGNED, lambda actor: Q(assignee_id=actor.user_id)),
        _("The ticket is assigned to them."),
    ),
    Grant(
        "participant",
        _who(AGENT),
        lambda actor: Q(pk__any_of=actor.copied_ticket_ids | actor.followed_ticket_ids),
        _("They follow this ticket or are copied on it, whatever brand or group it is in."),
    ),
    Grant(
        "agent_requested",
        _who(AGENT),
        lambda actor: Q(requester_id=actor.user_id),
        _("They asked for this themselves, and read it as its requester does."),
        reads_private=False,
    ),
    Grant(
        "requester",
        _who(END_USER),
        lambda actor: Q(requester_id=actor.user_id),
        _("It is their own request."),
        reads_private=False,
    ),
    Grant(
        "cc",
        _who(END_USER),
        lambda actor: Q(pk__any_of=actor.copied_ticket_ids),
        _("They are copied on it."),
        reads_private=False,
    ),
    Grant(
        "colleague",
        _who(END_USER),
        lambda actor: Q(organization_id__any_of=actor.seen_organization_ids),
        _("It belongs to an organization whose tickets they see."),
        reads_private=False,
    ),
]

_AS_AGENT = frozenset({"agent_all", "agent_groups", "agent_organization", "agent_assigned"})
_IN_HELP_CENTER = frozenset({"requester", "cc", "colleague"})

WALLS: list[Wall] = [
    Wall(
        "deleted",
        frozenset(),
        lambda actor: Q(deleted_at=None),
        _("The ticket has not been deleted."),
        _("The ticket has been deleted."),
    ),
    Wall(
        "brand",
        _AS_AGENT,
        lambda actor: Q(brand_id__any_of=actor.brand_ids),
        _("The ticket's brand is one of their brands. A ticket without a brand is for admins."),
        _("The ticket's brand is none of their brands, or it has no brand."),
    ),
    Wall(
        "private_group",
        _AS_AGENT,
        lambda actor: Q(group_id=None) | Q(group_id__any_of=actor.open_group_ids),
        _("The ticket's group is public, or they are a member of it, or it has none."),
        _("The ticket is in a private group that they are not in."),
    ),
    Wall(
        "public_side",
        _IN_HELP_CENTER | {"agent_requested"},
        lambda actor: Q(is_public=True),
        _("Something public has been said on the ticket."),
        _("Nothing public has been said on the ticket yet."),
    ),
    Wall(
        "confidential",
        frozenset({"colleague"}),
        shareable,
        _("Neither the ticket nor its group is confidential: what an organization shares does not reach those."),
        _("The ticket or its group is confidential, which what an organization shares does not reach."),
    ),
    Wall(
        "help_center_brand",
        _IN_HELP_CENTER,
        lambda actor: Q() if actor.host_brand_id is None else Q(brand_id=actor.host_brand_id),
        _("A brand's help center shows the requests of that brand."),
        _("The request was made to another brand than the one whose help center this is."),
    ),
]


def any_of(queries: Iterable[Q]) -> Q:
    """What at least one of the queries finds. In Django alone, `Q() | x` is `x`, though `Q()` finds everything."""
    several = [query for query in queries if query != NOTHING]
    if Q() in several:
        return Q()
    return reduce(or_, several) if several else NOTHING


def register(grant: Grant) -> None:
    """Add a grant from a higher app (sharing lets partners in). Registering a name twice changes nothing."""
    if all(known.name != grant.name for known in GRANTS):
        GRANTS.append(grant)


def grants_for(actor: Actor) -> list[Grant]:
    """The grants that speak for this kind of actor; none for anonymous."""
    return [grant for grant in GRANTS if actor.kind in grant.speaks_for]


def walls_for(actor: Actor) -> list[Wall]:
    """The walls before any grant that speaks for this kind of actor."""
    return [wall for wall in WALLS if any(wall.stands_before(grant) for grant in grants_for(actor))]


def walls_before(grant: Grant) -> list[Wall]:
    """The walls that close this grant where they are not passed."""
    return [wall for wall in WALLS if wall.stands_before(grant)]
