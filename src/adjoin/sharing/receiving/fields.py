"""What a partner says of ticket fields, matched to ours by title and checked by type; the rest is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from adjoin.fields import values
from adjoin.kernel.errors import Invalid
from adjoin.sharing.crossing import gathering, mapping
from adjoin.sharing.crossing.reading import TicketNews
from adjoin.sharing.models import SharingAgreement

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField
    from adjoin.tickets.models import Ticket


def said(agreement: SharingAgreement, news: TicketNews) -> tuple[dict[str, Any], list[str]]:
    """The values by our names, as the partner says them, and the titles of those that do not fit here."""
    if not agreement.syncs_custom_fields or not news.fields:
        return {}, []
    fields = _by_title()
    found: dict[str, Any] = {}
    left_out = []
    for title, value in news.fields.items():
        field = fields.get(mapping.our_title(title, agreement.terms).casefold())
        if field is not None and _fits(field, mapping.heard(field.title, value, agreement.terms)):
            found[f"{mapping.PREFIX}{field.title}"] = value
        elif value not in (None, "", [], False):
            left_out.append(title)
    return found, left_out


def choices_said(agreement: SharingAgreement, news: TicketNews) -> set[str]:
    """The choices that come along in fields, as the partner calls them."""
    values = said(agreement, news)[0].values()
    return {one for value in values for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}


def now(agreement: SharingAgreement, ticket: Ticket) -> dict[str, Any]:
    """Our values as the two sides compare them."""
    if not agreement.syncs_custom_fields:
        return {}
    return mapping.values(gathering.field_values(ticket), agreement.terms)


def as_ours(agreement: SharingAgreement, changing: Mapping[str, Any]) -> tuple[dict[int, Any], dict[str, Any]]:
    """The fields among `changing` as the ticket keeps them, by id; and what we would then tell of them, by name."""
    names = [name for name in changing if name.startswith(mapping.PREFIX)]
    fields = _by_title() if names else {}
    kept: dict[int, Any] = {}
    told: dict[str, Any] = {}
    for name in names:
        field = fields[name.removeprefix(mapping.PREFIX).casefold()]
        value = values.clean(field, mapping.heard(field.title, changing[name], agreement.terms))
        kept[field.pk] = value
        told[name] = mapping.told(field.title, None if values.is_empty(value) else value, agreement.terms)
    return kept, told


def _by_title() -> dict[str, TicketField]:
    return {field.title.casefold(): field for field in gathering.crossing_fields()}


def _fits(field: TicketField, value: Any) -> bool:
    try:
        values.clean(field, value)
    except Invalid:
        return False
    return True
