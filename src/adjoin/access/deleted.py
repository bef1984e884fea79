"""Tickets that were deleted: out of every list, until somebody who may brings them back."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from django.db.models import Q

from adjoin.access import grants, permissions
from adjoin.access.permissions import Permission

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.access.grants import Grant

WALL = "deleted"


def found_by(actor: Actor) -> Q:
    """The condition on tickets that were deleted and that `actor` would read as an agent, had they not been.

    Nothing for those whose role does not see deleted tickets."""
    if not permissions.allows(actor, Permission.VIEW_DELETED_TICKETS):
        return grants.NOTHING
    opening = [grant for grant in grants.grants_for(actor) if grant.reads_private]
    return Q(deleted_at__isnull=False) & grants.any_of(_past_other_walls(grant, actor) for grant in opening)


def _past_other_walls(grant: Grant, actor: Actor) -> Q:
    walls = (wall.passes(actor) for wall in grants.walls_before(grant) if wall.name != WALL)
    return reduce(and_, walls, grant.opens(actor))
