"""Looks being tried on: kept for an hour, for the one who tries, and nowhere else."""

from __future__ import annotations

from django.core.cache import cache

from adjoin.access.actors import Actor
from adjoin.help_center.models import Look
from adjoin.kernel import ids

SECONDS = 3600


def keep(actor: Actor, look: Look) -> str:
    """The name under which whoever keeps a draft has it again."""
    name = ids.new_secret(18)
    cache.set(_key(actor, name), look, SECONDS)
    return name


def find(actor: Actor, brand_id: int, name: str) -> Look | None:
    """The actor's own draft for that brand, while it is there."""
    found = cache.get(_key(actor, name)) if name else None
    return found if isinstance(found, Look) and found.brand_id == brand_id else None


def _key(actor: Actor, name: str) -> str:
    return f"look:{actor.user_id}:{name[:60]}"
