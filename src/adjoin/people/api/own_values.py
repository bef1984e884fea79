"""Values of own fields as they are shown to one reader, and checked for one writer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from adjoin.access import pointing
from adjoin.access.actors import Actor
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
