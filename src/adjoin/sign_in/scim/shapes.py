"""People and organizations in SCIM's shapes, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adjoin.kernel.errors import Invalid
from adjoin.people.models import Organization, User
from adjoin.people.terms import Role

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_FILTER = re.compile(r'\s*([\w.]+)\s+eq\s+"((?:[^"\\]|\\.)*)"\s*', re.IGNORECASE)


def user(row: User, base: str) -> dict[str, Any]:
    """A person, as RFC 7643 section 4.1 has them."""
    return {
        "schemas": [USER],
        "id": str(row.pk),
        **({"externalId": row.external_id} if row.external_id else {}),
        "userName": row.email,
        "displayName": row.name,
        "name": {"formatted": row.name},
        "active": row.is_active and not row.is_suspended,
        "userType": "agent" if row.is_agent else "end-user",
        "emails": [{"value": row.email, "type": "work", "primary": True}],
        **({"phoneNumbers": [{"value": row.phone, "type": "work"}]} if row.phone else {}),
        "meta": {
            "resourceType": "User",
            "created": row.created_at.isoformat(),
            "lastModified": row.updated_at.isoformat(),
            "location": f"{base}/Users/{row.pk}",
        },
    }


def group(row: Organization, members: list[User], base: str) -> dict[str, Any]:
    """An organization with those of its members whom the directory keeps."""
    return {
        "schemas": [GROUP],
        "id": str(row.pk),
        "displayName": row.name,
        "members": [{"value": str(one.pk), "display": one.name, "$ref": f"{base}/Users/{one.pk}"} for one in members],
        "meta": {"resourceType": "Group", "location": f"{base}/Groups/{row.pk}"},
    }


def columns(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a person that a resource sets. Raises `Invalid`."""
    found: dict[str, Any] = {}
    name = data.get("name") if isinstance(data.get("name"), Mapping) else {}
    joined = " ".join(str(name.get(part) or "") for part in ("givenName", "familyName")).strip() if name else ""
    shown = data.get("displayName") or (name or {}).get("formatted") or joined
    if shown:
        found["name"] = _word(shown)
    emails = _primary(data.get("emails"))
    if address := emails or data.get("userName"):
        found["email"] = _word(address).lower()
    if "externalId" in data:
        found["external_id"] = _word(data["externalId"] or "") or None
    if "phoneNumbers" in data:
        found["phone"] = _word(_primary(data["phoneNumbers"]) or "")[:50]
    if "active" in data:
        found["is_suspended"] = not flag(data["active"])
    if data.get("userType"):
        found["role"] = Role.AGENT if _word(data["userType"]).lower() == "agent" else Role.END_USER
    return found


def patched(operations: Any, *, known_name: str) -> dict[str, Any]:
    """The attributes that a PATCH sets on a person of that name (RFC 7644 section 3.5.2). Raises `Invalid`."""
    data: dict[str, Any] = {}
    for operation in operations_in(operations):
        verb, path, value = (operation.get(name) for name in ("op", "path", "value"))
        if str(verb).lower() not in ("add", "replace", "remove"):
            raise Invalid.field("op", f"{verb} is no operation")
        if str(verb).lower() == "remove":
            value = [] if str(path).startswith("phone") else None
        if not path and isinstance(value, Mapping):
            for name, one in value.items():
                _set(data, str(name), one)
        elif path:
            _set(data, str(path), value)
    _complete_name(data, known_name)
    return data


def operations_in(given: Any) -> list[Mapping[str, Any]]:
    """The operations of a PATCH. Raises `Invalid`."""
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise Invalid.field("Operations", "Operations has to be a list of objects")
    return given


def condition(words: str) -> tuple[str, str] | None:
    """The attribute and the value of a filter with `eq`; None for no filter. Raises `Invalid` for any other."""
    if not words.strip():
        return None
    found = _FILTER.fullmatch(words)
    if found is None:
        raise Invalid.field("filter", 'Filters have the form: userName eq "value"')
    return found[1].lower(), re.sub(r"\\(.)", r"\1", found[2])


def flag(value: Any) -> bool:
    """Yes or no, also as some directories write it: "False"."""
    return value if isinstance(value, bool) else str(value).lower() == "true"


def _set(data: dict[str, Any], path: str, value: Any) -> None:
    top = re.split(r"[.\[]", path.removeprefix(f"{USER}:"))[0]
    if top in ("emails", "phoneNumbers") and not isinstance(value, list):
        value = [{"value": value, "primary": True}]
    if top == "name" and path != "name":
        value = {**(data.get("name") or {}), path.partition(".")[2]: value}
    data[top] = value


def _complete_name(data: dict[str, Any], known: str) -> None:
    """We keep names whole. Half of one changes that half of a name of two words; of others nothing is known."""
    name = data.get("name")
    if not isinstance(name, Mapping) or name.get("formatted") or (name.get("givenName") and name.get("familyName")):
        return
    del data["name"]
    words = known.split()
    if len(words) == 2 and (name.get("givenName") or name.get("familyName")):
        data["name"] = {
            "givenName": name.get("givenName") or words[0],
            "familyName": name.get("familyName") or words[1],
        }


def _primary(values: Any) -> Any:
    rows = [one for one in values if isinstance(one, Mapping) and one.get("value")] if isinstance(values, list) else []
    first = next((one for one in rows if flag(one.get("primary", False))), rows[0] if rows else {})
    return first.get("value")


def _word(value: Any) -> str:
    if not isinstance(value, str | int) or "\x00" in str(value):
        raise Invalid.field("value", "A text was expected")
    return str(value).strip()[:255]
