"""Rules as the API shows them, in Zendesk's shapes."""

from __future__ import annotations

from typing import Any

from adjoin.kernel.api import answers
from adjoin.rules.models import Trigger

Json = dict[str, Any]


def trigger(row: Trigger, base: str) -> Json:
    """One trigger. `base` is where the API begins."""
    return {
        "url": f"{base}/triggers/{row.pk}.json",
        "id": row.pk,
        "title": row.title,
        "active": row.is_active,
        "updated_at": answers.moment(row.updated_at),
        "created_at": answers.moment(row.created_at),
        "default": False,
        "actions": row.actions,
        "conditions": {"all": row.conditions.get("all", []), "any": row.conditions.get("any", [])},
        "description": row.description,
        "position": row.position,
        "raw_title": row.title,
        "category_id": None,
        "notice": row.notice,
    }
