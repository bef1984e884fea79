"""Where each rule is set: the pages on which somebody in charge changes what it says of a person and a ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

Facts = Mapping[str, Any]  # of the ticket, as `readable.facts` gives them


@dataclass(frozen=True)
class Setting:
    """A page: what it decides, in a few words, and its path at the account's host."""

    words: str
    path: str


def of(rule: str, actor: Actor, ticket: Facts) -> tuple[Setting, ...]:
    """The pages where `rule` is set for this person and this ticket, the likeliest first."""
    return tuple(_WHERE[rule](actor, ticket)) if rule in _WHERE and ticket else ()


def register(rule: str, where: Callable[[Actor, Facts], Iterator[Setting]]) -> None:
    """Have `where(actor, ticket)` name the pages of a rule from a higher app."""
    _WHERE[rule] = where


def _role(actor: Actor, ticket: Facts) -> Iterator[Setting]:
    yield Setting(_("Their role"), f"/admin/team/{actor.user_id}/")


def _groups(actor: Actor, ticket: Facts) -> Iterator[Setting]:
    if ticket["group_id"] is not None:
        yield Setting(_("Who is in the group"), f"/admin/groups/{ticket['group_id']}/")
    yield from _role(actor, ticket)


def _brands(actor: Actor, ticket: Facts) -> Iterator[Setting]:
    yield Setting(_("Their brands"), f"/admin/team/{actor.user_id}/")
    if ticket["brand_id"] is not None:
        yield Setting(_("Who works for the brand"), f"/admin/brands/{ticket['brand_id']}/")


def _ticket(actor: Actor, ticket: Facts) -> Iterator[Setting]:
    yield Setting(_("The ticket itself"), f"/agent/tickets/{ticket['pk']}/")


def _memberships(actor: Actor, ticket: Facts) -> Iterator[Setting]:
    yield Setting(_("Their organizations"), f"/admin/people/{actor.user_id}/")
    yield from _role(actor, ticket)


def _organization(actor: Actor, ticket: Facts) -> Iterator[Setting]:
    yield Setting(_("What the organization shares"), f"/admin/organizations/{ticket['organization_id']}/")
    yield Setting(_("Their organizations"), f"/admin/people/{actor.user_id}/")


def _confidential(actor: Actor, ticket: Facts) -> Iterator[Setting]:
    if ticket["is_confidential"] or ticket["group_id"] is None:
        yield from _ticket(actor, ticket)
    else:
        yield Setting(_("The group's confidentiality"), f"/admin/groups/{ticket['group_id']}/")


_WHERE: dict[str, Callable[[Actor, Facts], Iterator[Setting]]] = {
    "admin": _role,
    "agent_all": _role,
    "agent_groups": _groups,
    "agent_organization": _memberships,
    "agent_assigned": _ticket,
    "participant": _ticket,
    "agent_requested": _ticket,
    "requester": _ticket,
    "cc": _ticket,
    "colleague": _organization,
    "deleted": _ticket,
    "brand": _brands,
    "private_group": _groups,
    "public_side": _ticket,
    "confidential": _confidential,
    "help_center_brand": _ticket,
}
