"""What a provider says of the fields that an account adds to its people."""

from __future__ import annotations

from typing import Any

import structlog

from adjoin.people import fields
from adjoin.people.models import UserField
from adjoin.people.terms import FieldType
from adjoin.sign_in.models import Provider
from adjoin.sign_in.vouched import Vouched

log = structlog.get_logger("adjoin.sign_in")


def said(provider: Provider, vouched: Vouched) -> dict[str, Any]:
    """The values by key, as they are kept, where an admin lets it fill fields in. What fits no field is left out."""
    if not provider.sets_fields or not vouched.fields:
        return {}
    values: dict[str, Any] = {}
    for field in fields.active(UserField):
        if field.key in vouched.fields and field.type != FieldType.LOOKUP:
            try:
                values[field.key] = fields.read(field, _plain(field, vouched.fields[field.key]))
            except ValueError:
                log.warning("sign_in_field_not_taken", provider_id=provider.pk, key=field.key)
    return values


def _plain(field: UserField, value: Any) -> Any:
    """The value itself: attributes come as lists of texts, with one for most fields."""
    if not isinstance(value, list) or field.type == FieldType.MULTISELECT:
        return value
    return value[0] if len(value) == 1 else (value or None)
