"""End users as plain values, by which statements are kept: what one of them asks is the same SQL for all.

Statements of an `Actor` are kept for each of them, so that everybody's first page takes longer."""

from __future__ import annotations

from typing import NamedTuple

from adjoin.access.actors import Actor, Kind
from adjoin.kernel.statements import Ids


class EndUser(NamedTuple):
    """What the rules ask of somebody in a help center."""

    user_id: int
    host_brand_id: int | None
    seen_organization_ids: Ids
    copied_ticket_ids: Ids
    confidential_group_ids: Ids
    organization_ids: Ids
    commented_organization_ids: Ids

    @property
    def actor(self) -> Actor:
        """Who reads what somebody with these values reads."""
        return Actor(
            kind=Kind.END_USER,
            user_id=self.user_id,
            host_brand_id=self.host_brand_id,
            seen_organization_ids=frozenset(self.seen_organization_ids),
            copied_ticket_ids=frozenset(self.copied_ticket_ids),
            confidential_group_ids=frozenset(self.confidential_group_ids),
            organization_ids=frozenset(self.organization_ids),
            commented_organization_ids=frozenset(self.commented_organization_ids),
        )


def plain(actor: Actor) -> EndUser:
    """The values of an actor made by `Actor.as_end_user`. Raises `ValueError` for others, who have other rules."""
    if actor.kind is not Kind.END_USER or actor.user_id is None:
        raise ValueError(f"{actor} is no end user.")
    return EndUser(
        actor.user_id,
        actor.host_brand_id,
        Ids(actor.seen_organization_ids),
        Ids(actor.copied_ticket_ids),
        Ids(actor.confidential_group_ids),
        Ids(actor.organization_ids),
        Ids(actor.commented_organization_ids),
    )
