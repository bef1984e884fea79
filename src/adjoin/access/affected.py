"""Whose reading a change could move: the ids that `diff.of` is asked about."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from adjoin.access import diff
from adjoin.people.models import User
from adjoin.people.terms import TicketRestriction


def by_group(columns: Collection[str]) -> list[int]:
    """By a change of these columns of a group: nobody, the agents, or also those who read what organizations share."""
    of_agents = diff.agents() if "is_public" in columns else []
    return [*of_agents, *(readers_of_organizations() if "is_confidential" in columns else [])]


def readers_of_organizations() -> list[int]:
    """The end users who read tickets of their colleagues."""
    shared = Q(memberships__organization__shared_tickets=True) | Q(memberships__sees_tickets=True)
    by_themselves = Q(ticket_restriction=TicketRestriction.ORGANIZATION)
    people = User.objects.active().filter(shared | by_themselves).exclude(pk__in=User.objects.agents().values("pk"))
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())
