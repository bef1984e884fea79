"""The page on which ticket fields are matched: ours on the left, what the partner calls them on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from adjoin.sharing.agreements import partner_fields
from adjoin.sharing.agreements.partner_fields import PartnerField
from adjoin.sharing.crossing import gathering
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import Happened

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField

LEFT_OUT_SHOWN = 10
Choices = list[tuple[str, str]]  # what to put in, and how it reads


@dataclass(frozen=True)
class OptionRow:
    """One choice of a field here, and the tag it has there. `choices` is empty where theirs are not known."""

    name: str
    value: str
    key: str  # of its input
    theirs: str
    choices: Choices
    stays: bool  # the field there has no such choice


@dataclass(frozen=True)
class FieldRow:
    """One field here, and its title there; the same title where nothing is said."""

    title: str
    kind: str
    key: str
    theirs: str
    is_mapped: bool
    becomes: str  # what comes of it, in words
    stays: bool  # nothing over there takes it
    is_known: bool  # which fields there are over there
    choices: Choices
    options: list[OptionRow]


def rows(agreement: SharingAgreement, theirs: Sequence[PartnerField] | None = None) -> list[FieldRow]:
    """Every field of ours that can cross, mapped ones first. `theirs` are the partner's, where it tells them."""
    mapped = {row["ours"].casefold(): row for row in agreement.field_map}
    found = [_row(agreement, field, mapped.get(field.title.casefold(), {}), theirs) for field in _own()]
    return sorted(found, key=lambda one: not one.is_mapped)


def only_there(agreement: SharingAgreement, theirs: Sequence[PartnerField]) -> list[PartnerField]:
    """The partner's fields that none of ours meets: what is typed there stays there."""
    mapped = {row["ours"].casefold(): row["theirs"] for row in agreement.field_map}
    met = {mapped.get(field.title.casefold(), field.title).casefold() for field in _own()}
    return [field for field in theirs if field.title.casefold() not in met and not field.is_matched]


def field_map(agreement: SharingAgreement, typed: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The map that was typed: fields whose title or options differ there."""
    found: list[dict[str, Any]] = []
    for row in rows(agreement):
        theirs = str(typed.get(row.key, "")).strip()
        options = {one.value: tag for one in row.options if (tag := str(typed.get(one.key, "")).strip().lower())}
        if theirs or options:
            found.append({"ours": row.title, "theirs": theirs or row.title, "options": options})
    return tuple(found)


def left_out(agreement: SharingAgreement) -> list[str]:
    """What the partner sent lately that fits nothing here, in words."""
    events = agreement.events.filter(kind=Happened.LEFT_OUT, words__contains="the fields ").order_by("-pk")
    return list(events.values_list("words", flat=True)[:LEFT_OUT_SHOWN])


def _own() -> list[TicketField]:
    return gathering.crossing_fields()


def _row(
    agreement: SharingAgreement, field: TicketField, said: Mapping[str, Any], theirs: Sequence[PartnerField] | None
) -> FieldRow:
    title = said.get("theirs") or field.title
    met = next((one for one in theirs or () if one.title.casefold() == title.casefold()), None)
    becomes, stays = _becomes(agreement, field, bool(said), met, is_known=theirs is not None)
    return FieldRow(
        title=field.title,
        kind=field.get_type_display(),
        key=f"field_{field.pk}",
        theirs=met.title if met and said else said.get("theirs", ""),
        is_mapped=bool(said),
        becomes=becomes,
        stays=stays,
        is_known=theirs is not None,
        choices=_fields_there(field, said.get("theirs", ""), theirs or ()),
        options=_options(field, said, met),
    )


def _becomes(
    agreement: SharingAgreement, field: TicketField, is_mapped: bool, met: PartnerField | None, *, is_known: bool
) -> tuple[str, bool]:
    """What comes of a field, in words, and whether it stays for want of another there."""
    partner = {"partner": agreement.partner_name}
    if not is_known:
        return (_("mapped") if is_mapped else _("not mapped: crosses where one has its title")), False
    if met is None:
        return _("stays: %(partner)s has no such field") % partner, True
    if not partner_fields.go_together(field.type, met.type):
        other = {"kind": met.kind.lower(), **partner}
        return _("%(kind)s at %(partner)s: what does not fit is left out") % other, False
    return (_("mapped") if is_mapped else _("crosses by its title")), False


def _fields_there(field: TicketField, chosen: str, theirs: Sequence[PartnerField]) -> Choices:
    """Theirs that ours can be, and whatever is chosen already."""
    fit = [one for one in theirs if partner_fields.go_together(field.type, one.type) and not one.is_matched]
    found = [(one.title, f"{one.title} ({one.kind.lower()})") for one in fit]
    is_there = not chosen or any(title.casefold() == chosen.casefold() for title, _words in found)
    return found if is_there or not theirs else [(chosen, chosen), *found]


def _options(field: TicketField, said: Mapping[str, Any], met: PartnerField | None) -> list[OptionRow]:
    tags = sorted(met.options) if met else []
    found = []
    for option in field.options.all() if field.has_options else ():
        chosen = said.get("options", {}).get(option.value, "")
        found.append(
            OptionRow(
                name=option.name,
                value=option.value,
                key=f"option_{option.pk}",
                theirs=chosen,
                choices=[(tag, tag) for tag in sorted({*tags, *([chosen] if chosen else [])})] if tags else [],
                stays=bool(tags) and (chosen or option.value) not in tags,
            )
        )
    return found
