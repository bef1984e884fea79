"""What a provider says of somebody, in our words, whatever it speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from adjoin.kernel import languages, text
from adjoin.sign_in.models import Provider

MOST_VALUES = 100  # organizations or tags of one person
FIELDS = ("email", "name", "external_id", "organizations", "organization_ids", "tags", "role", "phone", "locale")
OWN = "user_field_"  # how SAML calls the fields that an account adds to its people


@dataclass(frozen=True)
class Vouched:
    """One person as a provider describes them. None: it says nothing of that."""

    subject: str  # what never changes there
    email: str
    is_verified: bool  # whether the provider says that the address is theirs
    name: str = ""
    external_id: str | None = None
    organizations: list[str] = field(default_factory=list)  # names
    organization_ids: list[str] = field(default_factory=list)  # external ids, which count more than names
    tags: list[str] | None = None
    role: str | None = None
    phone: str | None = None
    locale: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)  # own fields by their key, unread
    name_id: str = ""  # SAML: whom its logout will name
    session_index: str = ""

    def kept(self) -> dict[str, Any]:
        """As JSON, for `Vouched(**kept)`."""
        return asdict(self)


def read(provider: Provider, said: Mapping[str, Any], *, subject: str, is_verified: bool, **more: Any) -> Vouched:
    """What `said` (claims or attributes) means here, under the names that `provider.claims` gives our fields."""
    found = {name: said.get(provider.claims.get(name) or name) for name in FIELDS}
    organizations = found["organizations"] or said.get("organization")
    organization_ids = found["organization_ids"] or said.get("organization_id")
    return Vouched(
        subject=subject,
        email=_one(found["email"]).lower(),
        is_verified=is_verified,
        name=_one(found["name"]),
        external_id=_one(found["external_id"]) or None,
        organizations=_many(organizations, ","),
        organization_ids=_many(organization_ids, ","),
        tags=None if found["tags"] is None else [tag.lower() for tag in _many(found["tags"], None)],
        role=_one(found["role"]).lower() or None,
        phone=_one(found["phone"]) or None,
        locale=_locale(found["locale"] or said.get("locale_id")),
        fields=_own(provider, said),
        **more,
    )


def _one(value: Any) -> str:
    """A single line; the first of several."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if value else ""
    return text.one_line(str(value))[:255] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _locale(value: Any) -> str | None:
    """A locale, also by Zendesk's number for it; None for a number nobody speaks."""
    locale = _one(value)
    return (languages.of_number(int(locale)) if re.fullmatch(r"[0-9]{1,12}", locale) else locale) or None


def _own(provider: Provider, said: Mapping[str, Any]) -> dict[str, Any]:
    """Values of own fields: in one object, an attribute each, or under the names that the provider has for them."""
    whole = said.get("user_fields")
    found = dict(whole) if isinstance(whole, Mapping) else {}
    found |= {name.removeprefix(OWN): value for name, value in said.items() if name.startswith(OWN)}
    for ours, theirs in provider.claims.items():
        if ours.startswith(OWN) and theirs in said:
            found[ours.removeprefix(OWN)] = said[theirs]
    return found


def _many(value: Any, between: str | None) -> list[str]:
    """Several words: a list, or one text with something `between` (None: blanks and commas)."""
    if isinstance(value, int):
        value = _one(value)
    if isinstance(value, str):
        value = value.split(between) if between else value.replace(",", " ").split()
    if not isinstance(value, Sequence):
        return []
    parts = [part for one in value for part in ([one] if between else _one(one).split())]
    return [word for word in map(_one, parts) if word][:MOST_VALUES]
