"""The lists of triggers and of automations over the API: both kinds of rule are listed, searched and found alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from adjoin.access import permissions
from adjoin.kernel.api import answers, paging, reading
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.rules import serialize
from adjoin.rules.api import lines
from adjoin.rules.kinds import AUTOMATION, TRIGGER, Kind

SORTS = Sorts.of("position", "title", "created_at", "updated_at", default="position", alphabetical="title")
_SHOWN: dict[str, Callable[[Any, str], dict[str, Any]]] = {
    TRIGGER.name: serialize.trigger,
    AUTOMATION.name: serialize.automation,
}


def rows(request: DeskRequest, kind: Kind) -> Any:
    """Every rule of that kind. Raises `NotAllowed` for those who do not manage them."""
    permissions.require(request.actor, kind.permission)
    return kind.rows.all()


def asked(request: DeskRequest, kind: Kind) -> Any:
    """Those that `active` asks for. Raises as `rows` does, and `Invalid`."""
    found = rows(request, kind)
    if said := reading.words(request, "active"):
        found = found.filter(is_active=reading.flag("active", said))
    return found


def titled(request: DeskRequest, kind: Kind) -> Any:
    """Those with `query` in their title. Raises as `rows` does."""
    return rows(request, kind).filter(title__icontains=reading.words(request, "query"))


def one(request: DeskRequest, kind: Kind, rule_id: int) -> Any:
    """The rule of that id. Raises as `rows` does, and `NotFound`."""
    found = rows(request, kind).filter(pk=rule_id).first()
    if found is None:
        raise NotFound
    return found


def shown(request: DeskRequest, kind: Kind, rule: Any) -> dict[str, Any]:
    """A rule as the API shows it."""
    return _SHOWN[kind.name](rule, answers.base(request))


def page(request: DeskRequest, kind: Kind, found: Any) -> HttpResponse:
    """One page of them; triggers of one category where `category_id` asks for it."""
    if kind is TRIGGER and (said := reading.words(request, "category_id")):
        found = found.filter(category_id=reading.whole_number(said) or 0)
    its = paging.page(request, found, SORTS)
    told = lines.with_usage(request, kind, [shown(request, kind, row) for row in its.rows])
    return answers.answer(its.envelope(f"{kind.name}s", told))


def update_many(request: DeskRequest, kind: Kind) -> HttpResponse:
    """Change `active` and `position` of up to 100 rules, all of them or none. Raises `BadRequest`, `NotFound`."""
    changed = lines.update_many(request, kind)
    return answers.answer({f"{kind.name}s": [shown(request, kind, row) for row in changed]})
