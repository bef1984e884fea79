"""Who makes what agents share: for everybody, for groups they are in, or for themselves alone."""

from __future__ import annotations

from dataclasses import dataclass

from adjoin.access.actors import Actor


@dataclass(frozen=True)
class Makers:
    """Whose role makes things of one kind. `right` is Zendesk's name of it, as `macro_access`."""

    right: str

    def for_everybody(self, actor: Actor) -> bool:
        """Whether `actor` makes them for all agents."""
        return actor.is_system or actor.is_admin or f"{self.right}:full" in actor.rights

    def for_groups(self, actor: Actor) -> bool:
        """Whether `actor` makes them for groups they are in."""
        return self.for_everybody(actor) or f"{self.right}:manage-group" in actor.rights

    def for_themselves(self, actor: Actor) -> bool:
        """Whether `actor` makes them for themselves."""
        return self.for_groups(actor) or f"{self.right}:manage-personal" in actor.rights

    def may_make(self, actor: Actor, owner_id: int | None, group_ids: set[int]) -> bool:
        """Whether one that is `owner_id`'s own, or of these groups (none: of everybody), is `actor`'s to make."""
        if owner_id is not None:
            return owner_id == actor.user_id and self.for_themselves(actor)
        is_theirs = bool(group_ids) and group_ids <= actor.group_ids
        return self.for_everybody(actor) or (is_theirs and self.for_groups(actor))
