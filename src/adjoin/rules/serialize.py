"""Rules as the API shows them, in Zendesk's shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from adjoin.kernel.api import answers
from adjoin.rules import revisions
from adjoin.rules.models import Automation, Macro, MacroAttachment, Revision, Rule, Trigger, TriggerCategory

Json = dict[str, Any]


class Titled(Protocol):
    """A rule, macro or view."""

    pk: Any
    title: str
    is_active: bool
    created_at: datetime
    updated_at: datetime


def trigger(row: Trigger, base: str) -> Json:
    """One trigger. `base` is where the API begins."""
    return {
        **_rule(row, f"{base}/triggers"),
        "description": row.description,
        "position": row.position,
        "raw_title": row.title,
        "category_id": str(row.category_id) if row.category_id else None,
        "notice": row.notice,
    }


def automation(row: Automation, base: str) -> Json:
    """One automation. `base` is where the API begins."""
    return {
        **_rule(row, f"{base}/automations"),
        "position": row.position,
        "raw_title": row.title,
        "notice": row.notice,
    }


def _rule(row: Rule, address: str) -> Json:
    return {**heading(row, address), "actions": row.actions, "conditions": conditions(row.conditions)}


def heading(row: Titled, address: str) -> Json:
    """What begins every rule, macro and view. `address` is where those of its kind are."""
    return {
        "url": f"{address}/{row.pk}.json",
        "id": row.pk,
        "title": row.title,
        "active": row.is_active,
        "updated_at": answers.moment(row.updated_at),
        "created_at": answers.moment(row.created_at),
        "default": False,
    }


def conditions(kept: dict[str, Any]) -> Json:
    """Conditions, both parts of them."""
    return {"all": kept.get("all", []), "any": kept.get("any", [])}


def restriction(owner_id: int | None, group_ids: list[int]) -> Json | None:
    """Whose a macro or view is; None where it is everybody's."""
    if owner_id is not None:
        return {"type": "User", "id": owner_id}
    return {"type": "Group", "id": group_ids[0], "ids": group_ids} if group_ids else None


def macro(row: Macro, base: str) -> Json:
    """One macro, its groups and brands loaded beforehand."""
    groups, brands = sorted(one.pk for one in row.groups.all()), sorted(one.pk for one in row.brands.all())
    return {
        **heading(row, f"{base}/macros"),
        "position": row.position,
        "description": row.description,
        "actions": row.actions,
        "restriction": restriction(row.owner_id, groups),
        "raw_title": row.title,
        "brand_ids": brands,
        "notice": row.notice,
    }


def macro_attachment(row: MacroAttachment, base: str) -> Json:
    """A file of a macro."""
    return {
        "id": row.pk,
        "filename": row.file_name,
        "content_type": row.content_type,
        "content_url": f"{base}/macros/attachments/{row.pk}/content",
        "size": row.size_bytes,
        "created_at": answers.moment(row.created_at),
    }


def category(row: TriggerCategory) -> Json:
    """One category of triggers."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "position": row.position,
        "created_at": answers.moment(row.created_at),
        "updated_at": answers.moment(row.updated_at),
    }


def revision(row: Revision, before: Revision | None, address: str) -> Json:
    """One revision, after the one `before`. `address` is where the rule is."""
    names = {"is_active": "active"}
    return {
        "id": row.pk,
        "url": f"{address}/revisions/{row.pk}.json",
        "author_id": row.author_id,
        "created_at": answers.moment(row.created_at),
        "diff": {
            names.get(name, name): [
                *([{"change": "-", "content": old}] if before is not None else []),
                {"change": "+", "content": new},
            ]
            for name, (old, new) in revisions.differences(row, before).items()
        },
        "snapshot": {names.get(name, name): value for name, value in revisions.snapshot(row).items()},
    }
