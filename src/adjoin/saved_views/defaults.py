"""The views every new account has, as Zendesk ships them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from adjoin.rules import checking
from adjoin.saved_views.models import View


def _row(field: str, operator: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": operator, "value": value}


UNSOLVED = _row("status", "less_than", "solved")
IN_GROUPS = _row("group_id", "is", "current_groups")
TASKS = [UNSOLVED, _row("type", "is", "task")]
Shape = tuple[str, str, str]  # grouped by, sorted by, columns; a `-` before the first two turns them round
# As Zendesk ships them: title, conditions, shape.
VIEWS: tuple[tuple[str, list[dict[str, str]], Shape], ...] = (
    (
        gettext_noop("Your unsolved tickets"),
        [UNSOLVED, _row("assignee_id", "is", "current_user")],
        ("status", "-id", "subject requester created type priority"),
    ),
    (
        gettext_noop("Unassigned tickets"),
        [_row("assignee_id", "is", ""), UNSOLVED],
        ("", "-created", "subject requester created priority group"),
    ),
    (
        gettext_noop("All unsolved tickets"),
        [UNSOLVED],
        ("assignee", "-id", "subject requester created priority updated"),
    ),
    (
        gettext_noop("Recently updated tickets"),
        [_row("updated_at", "less_than", "24"), _row("status", "less_than", "closed")],
        ("status", "-updated", "subject requester created priority group assignee"),
    ),
    (
        gettext_noop("New tickets in your groups"),
        [UNSOLVED, _row("assignee_id", "is", ""), IN_GROUPS],
        ("-group", "-created", "subject requester created priority assignee"),
    ),
    (
        gettext_noop("Pending tickets"),
        [_row("status", "is", "pending")],
        ("", "updated", "subject requester created priority group assignee"),
    ),
    (
        gettext_noop("Recently solved tickets"),
        [_row("status", "is", "solved")],
        ("assignee", "-solved", "subject requester created solved priority group"),
    ),
    (
        gettext_noop("Unsolved tickets in your groups"),
        [UNSOLVED, IN_GROUPS],
        ("-group", "-id", "subject requester created status"),
    ),
)
OFF: tuple[tuple[str, list[dict[str, str]], Shape], ...] = (
    (gettext_noop("Current tasks"), TASKS, ("due", "-assignee", "subject requester created assignee due_date")),
    (
        gettext_noop("Overdue tasks"),
        [*TASKS, _row("due_date", "greater_than", "0")],
        ("due", "-assignee", "subject requester created assignee due_date"),
    ),
)
FOR_ADMINS = ((gettext_noop("Without a brand"), [_row("brand_id", "is", "")]),)  # which nobody else reads


def furnish_views(now: datetime) -> None:
    """Put the default views into a new account, with titles in its language."""
    for position, (title, every, shape) in enumerate((*VIEWS, *OFF)):
        _put(title, every, now, position=position, is_active=(title, every, shape) in VIEWS, **_shaped(shape))
    for position, (title, every) in enumerate(FOR_ADMINS, len(VIEWS) + len(OFF)):
        _put(title, every, now, position=position, is_for_admins=True)


def _shaped(shape: Shape) -> dict[str, Any]:
    group, sort, columns = shape
    return {
        "group_by": group.removeprefix("-"),
        "is_group_descending": group.startswith("-"),
        "sort_by": sort.removeprefix("-"),
        "is_descending": sort.startswith("-"),
        "columns": columns.split(),
    }


def _put(title: str, every: list[dict[str, str]], now: datetime, **fields: Any) -> None:
    conditions = checking.conditions({"all": every}, is_filter=True)
    kept = {**fields, "conditions": conditions, "created_at": now, "updated_at": now}
    View.objects.get_or_create(title=gettext(title), defaults=kept)
