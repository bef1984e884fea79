"""What a lookup field offers, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from adjoin.kernel import narrowing

if TYPE_CHECKING:
    from adjoin.fields.models import TicketField
    from adjoin.people.models import OwnField


def of(field: TicketField | OwnField | None) -> list[tuple[str, list[str]]]:
    """Heading and conditions of each part of its filter; [] where it offers all."""
    kept = field.relationship_filter if field is not None else {}
    headings = {"all": _("Only those of which all of this holds:"), "any": _("And at least one of this:")}
    return [
        (heading, narrowing.words(field.target, {part: kept[part]}))
        for part, heading in headings.items()
        if field is not None and kept.get(part)
    ]
