"""Ticket fields that an account has added, by title: what a partner is told of ours, and what theirs are here.

They travel as Zendesk sends them, by title under `zd_custom_fields`. Inside sharing each value is called
`field:<our title>`, beside `subject`, `status` and `tags`. This module touches no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adjoin.sharing.terms import Terms

UNDER = "zd_custom_fields"
PREFIX = "field:"


def values(kept: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """The values of our fields, by title, as the two sides compare them: by our names, in the partner's options."""
    if not terms.syncs_custom_fields:
        return {}
    return {f"{PREFIX}{title}": told(title, value, terms) for title, value in kept.items()}


def told(title: str, value: Any, terms: Terms) -> Any:
    """A value of our field of that title, in the partner's options."""
    return _swapped(value, _row("ours", title, terms).get("options", {}))


def heard(title: str, value: Any, terms: Terms) -> Any:
    """What the partner says of our field of that title, in our options."""
    options = _row("ours", title, terms).get("options", {})
    return _swapped(value, {theirs: ours for ours, theirs in options.items()})


def heard_tag(tag: str, terms: Terms) -> str:
    """Our choice for a partner's, by the tag alone: no two choices of a desk have the same. Any other as it is."""
    return next((ours for row in terms.field_map for ours, theirs in row["options"].items() if theirs == tag), tag)


def on_the_wire(changed: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """The fields among `changed`, by the titles the partner knows; the other values are left out."""
    found = {name.removeprefix(PREFIX): value for name, value in changed.items() if name.startswith(PREFIX)}
    return {str(_row("ours", title, terms).get("theirs", title)): value for title, value in found.items()}


def our_title(theirs: str, terms: Terms) -> str:
    """What the partner's field of that title is called here, where nobody has said otherwise the same."""
    return str(_row("theirs", theirs, terms).get("ours", theirs))


def carried(payload: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """The fields a payload brings, by our names."""
    fields = (payload.get("custom_fields") or {}).get(UNDER) or {}
    return {f"{PREFIX}{our_title(title, terms)}": value for title, value in fields.items()}


def _row(side: str, title: str, terms: Terms) -> Mapping[str, Any]:
    """What is agreed for that field; nothing where it is not listed."""
    wanted = title.casefold()
    return next((row for row in terms.field_map if row[side].casefold() == wanted), {})


def _swapped(value: Any, options: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_swapped(one, options) for one in value]
    return options.get(value, value) if isinstance(value, str) else value
