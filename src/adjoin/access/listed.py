"""Who stands in lists, suggestions and searches of people. That is less than who may be looked up by their number:
a role may keep its agents from going through the end users, though they know those of their tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from adjoin.access import permissions, readable
from adjoin.access.permissions import Permission
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from adjoin.access.actors import Actor
    from adjoin.people.models import User


def users(actor: Actor) -> QuerySet[User]:
    """The people whom lists, suggestions and searches show to `actor`. One query."""
    people = readable.users(actor)
    if not actor.is_agent or permissions.allows(actor, Permission.LIST_END_USERS):
        return people
    return people.filter(Q(role__in=(Role.AGENT, Role.ADMIN)) | Q(pk=actor.user_id))
