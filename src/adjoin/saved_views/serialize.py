"""Views as the API shows them, in Zendesk's shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adjoin.kernel.api import answers
from adjoin.rules import serialize as rules
from adjoin.saved_views import columns, queries
from adjoin.saved_views.columns import Column
from adjoin.saved_views.models import View
from adjoin.saved_views.queries import Count

Json = dict[str, Any]
REFRESH_SECONDS = {True: 30, False: 5}  # when to ask again, by whether a count is fresh


def view(row: View, base: str) -> Json:
    """One view. `base` is where the API begins."""
    return {
        **rules.heading(row, f"{base}/views"),
        "position": row.position,
        "description": row.description,
        "execution": execution(row),
        "conditions": rules.conditions(row.conditions),
        "restriction": rules.restriction(row.owner_id, row.group_ids),
        "raw_title": row.title,
        "notice": row.notice,
    }


def execution(row: View) -> Json:
    """How a view shows its tickets: columns, groups, order."""
    asked = queries.question(row, {})
    by, sort = columns.BY_ORDER.get(row.group_by), columns.BY_ORDER[asked.order.key]
    orders = {True: "desc", False: "asc"}
    shown = [_column(one) for one in columns.shown(row.columns or columns.DEFAULT)]
    return {
        "group_by": by.key if by else None,
        "group_order": orders[row.is_group_descending],
        "sort_by": sort.key,
        "sort_order": orders[row.is_descending],
        "group": {**_column(by), "order": orders[row.is_group_descending]} if by else None,
        "sort": {**_column(sort), "order": orders[row.is_descending]},
        "columns": shown,
        "fields": shown,
        "custom_fields": [one for one in shown if str(one["id"]).isdecimal()],
    }


def count(view_id: int, found: Count, base: str) -> Json:
    """How many tickets a view has. `fresh` is false while a job counts them; `value` is null until it has once."""
    return {
        "url": f"{base}/views/{view_id}/count.json",
        "view_id": view_id,
        "value": found.value,
        "pretty": found.words,
        "fresh": found.is_fresh,
        "active": True,
        "refresh": REFRESH_SECONDS[found.is_fresh],
        "counted_at": answers.moment(found.counted_at) if found.counted_at else None,
    }


def row(ticket: Any, shown: list[Column], told: Json) -> Json:
    """A ticket as a row of a view: what stands in its columns, and the ticket as the API tells it."""
    values = {column.key: _plain(column.value(ticket)) for column in shown if not column.is_private or told["is_whole"]}
    return {**values, "ticket": told["ticket"]}


def _column(one: Column) -> Json:
    return {"id": int(one.key) if one.key.isdecimal() else one.key, "title": one.label}


def _plain(value: Any) -> Any:
    return answers.moment(value) if isinstance(value, datetime) else value
