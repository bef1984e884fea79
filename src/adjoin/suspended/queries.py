"""What an actor may see of what waits: one rule, with which the page and the API begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import NotFound
from adjoin.suspended.models import SuspendedQuerySet, SuspendedTicket

if TYPE_CHECKING:
    from adjoin.access.actors import Actor


def readable(actor: Actor) -> SuspendedQuerySet:
    """What waits in the actor's brands, and in none; nothing for those whose role does not look after it."""
    rows = SuspendedTicket.objects.all()
    if not permissions.allows(actor, Permission.MANAGE_SUSPENDED_TICKETS):
        return rows.none()
    if actor.is_admin or actor.is_system:
        return rows
    return rows.filter(Q(brand_id__in=actor.brand_ids) | Q(brand=None))


def get(actor: Actor, suspended_id: int) -> SuspendedTicket:
    """One of them. Raises `NotFound`, also for one that is not for the actor."""
    found = readable(actor).select_related("brand", "author").filter(pk=suspended_id).first()
    if found is None:
        raise NotFound
    return found
