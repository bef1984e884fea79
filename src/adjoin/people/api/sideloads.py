"""People, groups and organizations that a list shows beside its rows."""

from __future__ import annotations

from collections.abc import Iterable

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.kernel.api.answers import Json
from adjoin.people import serialize
from adjoin.people.api import own_values
from adjoin.people.models import OrganizationField, UserField


def users(actor: Actor, ids: Iterable[int | None], base: str) -> list[Json]:
    """Those of the people with `ids` that the actor may look up. Two queries."""
    rows = list(serialize.with_defaults(readable.users(actor)).filter(pk__in=_known(ids)).order_by("pk"))
    if not actor.is_agent:
        return [serialize.user_for_end_users(row, base) for row in rows]
    own_fields = own_values.fields_for(actor, UserField, rows)
    return [serialize.user(row, base, own_fields) for row in rows]


def groups(actor: Actor, ids: Iterable[int | None], base: str) -> list[Json]:
    """Those of the groups with `ids` that the actor works with. One query."""
    return [serialize.group(row, base) for row in readable.groups(actor).filter(pk__in=_known(ids)).order_by("pk")]


def organizations(actor: Actor, ids: Iterable[int | None], base: str) -> list[Json]:
    """Those of the organizations with `ids` that the actor may look up. Two queries."""
    rows = list(readable.organizations(actor).filter(pk__in=_known(ids)).order_by("pk"))
    if not actor.is_agent:
        return [serialize.organization_for_end_users(row, base) for row in rows]
    own_fields = own_values.fields_for(actor, OrganizationField, rows)
    return [serialize.organization(row, base, own_fields) for row in rows]


def _known(ids: Iterable[int | None]) -> set[int]:
    return {pk for pk in ids if pk is not None}
