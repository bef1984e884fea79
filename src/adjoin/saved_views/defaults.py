"""The views every new account has, as Zendesk ships them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adjoin.rules import checking
from adjoin.saved_views.models import View


def _row(field: str, operator: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": operator, "value": value}


UNSOLVED = _row("status", "less_than", "solved")
VIEWS: tuple[tuple[str, list[dict[str, str]], str, bool], ...] = (
    ("Your unsolved tickets", [UNSOLVED, _row("assignee_id", "is", "current_user")], "updated_at", True),
    ("Unassigned tickets", [_row("assignee_id", "is", ""), UNSOLVED], "created_at", True),
    ("All unsolved tickets", [UNSOLVED], "updated_at", True),
    (
        "Recently updated tickets",
        [_row("updated_at", "less_than", "24"), _row("status", "less_than", "closed")],
        "updated_at",
        True,
    ),
    (
        "New tickets in your groups",
        [UNSOLVED, _row("assignee_id", "is", ""), _row("group_id", "is", "current_groups")],
        "created_at",
        True,
    ),
    ("Pending tickets", [_row("status", "is", "pending")], "updated_at", False),
    ("Recently solved tickets", [_row("status", "is", "solved")], "updated_at", True),
    ("Unsolved tickets in your groups", [UNSOLVED, _row("group_id", "is", "current_groups")], "updated_at", True),
)


FOR_ADMINS = (("Without a brand", [_row("brand_id", "is", "")]),)  # which nobody else reads


def furnish_views(now: datetime) -> None:
    """Put the default views into a new account."""
    for position, (title, every, sort_by, is_descending) in enumerate(VIEWS):
        conditions: dict[str, Any] = checking.conditions({"all": every}, is_filter=True)
        View.objects.get_or_create(
            title=title,
            defaults={
                "position": position,
                "conditions": conditions,
                "sort_by": sort_by,
                "is_descending": is_descending,
                "created_at": now,
                "updated_at": now,
            },
        )
    for position, (title, every) in enumerate(FOR_ADMINS, len(VIEWS)):
        conditions = checking.conditions({"all": every}, is_filter=True)
        kept = {"position": position, "conditions": conditions, "is_for_admins": True}
        View.objects.get_or_create(title=title, defaults={**kept, "created_at": now, "updated_at": now})
