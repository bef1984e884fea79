"""The fields of tickets that a partner has, as its desk tells: what a mapping is checked by before it is saved.

Only Adjoin desks tell, under agreements that let fields cross. Of others nothing is known, and nothing is checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adjoin.adapters import http
from adjoin.fields.terms import TicketFieldType
from adjoin.kernel.wording import say
from adjoin.sharing.crossing import gathering, mapping, reading
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import TOKEN_HEADER, VERSION, VERSION_HEADER, Terms

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField

UNDER = "fields"
FIELDS_MAX = 400
_WORDS = {TicketFieldType.TEXT, TicketFieldType.TEXTAREA}


@dataclass(frozen=True)
class PartnerField:
    """One field over there: what it is called, what it holds, and the tags of its options."""

    title: str
    type: str
    options: frozenset[str]
    is_matched: bool = False  # the partner has matched it with one of ours itself, and it travels as that

    @property
    def kind(self) -> str:
        return str(TicketFieldType(self.type).label) if self.type in TicketFieldType.values else self.type


def told(terms: Terms) -> list[dict[str, Any]]:
    """Our own, by the titles and tags under which they reach the partner: it need not match what we have matched."""
    return [row for field in gathering.crossing_fields() for row in _told(field, terms)]


def _told(field: TicketField, terms: Terms) -> list[dict[str, Any]]:
    tags = [option.value for option in field.options.all()]
    own = {"title": field.title, "type": field.type, "options": tags}
    (title,) = mapping.on_the_wire({f"{mapping.PREFIX}{field.title}": None}, terms)
    travelling = {**own, "title": title, "options": [mapping.told(field.title, tag, terms) for tag in tags]}
    return [travelling] if title == field.title else [travelling, {**own, "is_matched": True}]


def ask(agreement: SharingAgreement) -> list[PartnerField] | None:
    """The partner's fields; None where it does not tell. Asks the network."""
    if not agreement.is_adjoin or not agreement.is_accepted:
        return None
    headers = {"Accept": "application/json", TOKEN_HEADER: agreement.token, VERSION_HEADER: str(VERSION)}
    url = f"{agreement.partner_url}/agreements/{agreement.uuid}"
    try:
        answer = http.client().send(http.Request("GET", url, headers, seconds=5))
        rows = reading.namespace(reading.parse(answer.body)).get(UNDER) if answer.status == 200 else None
    except (http.NoAnswer, reading.Unreadable, json.JSONDecodeError):
        return None
    found = [_field(row) for row in rows[:FIELDS_MAX]] if isinstance(rows, list) else None
    return None if found is None else [field for field in found if field is not None]


def problem(field_map: Sequence[Mapping[str, Any]], theirs: Sequence[PartnerField], partner: str) -> str:
    """The first thing in a mapping that cannot work, in a sentence; "" when all of it can."""
    known = {field.title.casefold(): field for field in theirs}
    own = {field.title.casefold(): field for field in gathering.crossing_fields()}
    for row in field_map:
        field, ours = known.get(row["theirs"].casefold()), own.get(row["ours"].casefold())
        if field is None:
            return say("%(partner)s has no field %(field)s.") % {"partner": partner, "field": row["theirs"]}
        if ours is not None and not go_together(ours.type, field.type):
            mine = ours.get_type_display().lower()
            return say("%(field)s is of another type: %(mine)s here, %(kind)s at %(partner)s.") % {
                "field": row["ours"],
                "mine": mine,
                "kind": field.kind.lower(),
                "partner": partner,
            }
        missing = sorted(set(row["options"].values()) - field.options) if field.options else []
        if missing:
            return say("%(field)s at %(partner)s has no choice with the tag %(tag)s.") % {
                "field": row["theirs"],
                "partner": partner,
                "tag": missing[0],
            }
    return ""


def go_together(ours: str, theirs: str) -> bool:
    """Whether what stands in a field of the one type can stand in one of the other."""
    return ours == theirs or {ours, theirs} <= _WORDS


def _field(row: Any) -> PartnerField | None:
    if not isinstance(row, dict) or not isinstance(row.get("title"), str) or not isinstance(row.get("type"), str):
        return None
    options = row.get("options")
    tags = [one for one in options if isinstance(one, str)] if isinstance(options, list) else []
    return PartnerField(row["title"], row["type"], frozenset(tags), is_matched=row.get("is_matched") is True)
