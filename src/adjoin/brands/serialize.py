"""Brands as the API shows them: Zendesk's keys, in its order."""

from __future__ import annotations

from collections.abc import Sequence

from adjoin.brands import logos
from adjoin.brands.models import Brand, BrandMembership
from adjoin.kernel.api.answers import Json, moment


def brands(rows: Sequence[Brand], base: str) -> list[Json]:
    """Some brands. `base` is where the API begins for the client asking."""
    worn = logos.of(rows, base)
    return [_brand(row, base, worn.get(row.pk)) for row in rows]


def brand(row: Brand, base: str) -> Json:
    """One brand."""
    return brands([row], base)[0]


def _brand(row: Brand, base: str, logo: Json | None) -> Json:
    return {
        "url": f"{base}/brands/{row.pk}.json",
        "id": row.pk,
        "name": row.name,
        "brand_url": row.url,
        "subdomain": row.subdomain,
        "host_mapping": row.host_mapping,
        "has_help_center": row.has_help_center,
        "help_center_state": _state(row),
        "active": row.is_active,
        "default": row.is_default,
        "is_deleted": False,
        "logo": logo,
        "ticket_form_ids": [],
        "signature_template": row.signature_template,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def brand_agent(row: BrandMembership, base: str) -> Json:
    """One agent in one brand. Its id is text, as Zendesk has it."""
    return {
        "id": str(row.pk),
        "user_id": row.user_id,
        "brand_id": row.brand_id,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "url": f"{base}/brand_agents/{row.pk}.json",
    }


def _state(row: Brand) -> str:
    if not row.has_help_center:
        return "disabled"
    return "restricted" if row.requires_sign_in else "enabled"
