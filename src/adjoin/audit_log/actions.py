"""Keeping what was told of through `kernel.record`. Nothing here changes what has been kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adjoin.audit_log.models import Entry
from adjoin.kernel.acting import who


def keep(
    *, did: str, kind: str, subject_id: int | None, title: str, changes: Mapping[str, tuple[Any, Any]], now: datetime
) -> None:
    """Write down one change, in the transaction that makes it, as done by whoever acts now."""
    somebody = who()
    Entry.objects.create(
        at=now,
        actor_id=somebody.user_id,
        actor_name=somebody.name[:255],
        viewed_name=somebody.viewed_name[:255],
        ip_address=somebody.address[:45],
        token_prefix=somebody.token_prefix[:10],
        action=str(did),
        kind=kind,
        subject_id=subject_id,
        title=title[:500],
        changes={name: list(change) for name, change in changes.items()},
    )
