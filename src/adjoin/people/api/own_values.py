"""Values of own fields as they are shown to one reader, and checked for one writer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from django.db.models import Q

from adjoin.access import pointing
from adjoin.access.actors import Actor
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import fields
from adjoin.people.fields import Check
from adjoin.people.models import OwnField

One = TypeVar("One", bound=OwnField)


def fields_for(actor: Actor, model: type[One], rows: Sequence[Any]) -> list[One]:
    """The fields in use, to show `rows` with: their values that point at what `actor` cannot read are taken off."""
    found = fields.active(model)
    pointing.take_hidden(actor, rows, found)
    return found


def check_for(actor: Actor) -> Check:
    """What says whether somebody may have a lookup point at something."""
    return partial(pointing.check, actor)


def offered(request: DeskRequest, target: str) -> Q:
    """A filter over people or organizations: with `field_id` (and `source`, which has that field) those that this
    lookup field offers. Raises `Invalid` for a field that does not point at such."""
    asked, source = request.GET.get("field_id"), request.GET.get("source", "")
    if not asked:
        return Q()
    pk = reading.whole_number(asked)
    field = pointing.field(source, pk) if pk is not None and source in pointing.MODELS else None
    if field is None or field.target != target:
        raise Invalid.field("field_id", say("Field id: no such lookup field of that source points at these"))
    return pointing.offered(request.actor, field)
