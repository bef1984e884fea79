"""Requests as their own people see them. A request is a ticket, read at its public side in one brand's help center.

Every function takes an actor made by `Actor.as_end_user(brand_id)`, so agents are end users here too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from adjoin.access import end_users, permissions, readable
from adjoin.access.end_users import EndUser
from adjoin.access.grants import GRANTS, WALLS
from adjoin.access.permissions import Permission
from adjoin.kernel import statements
from adjoin.kernel.errors import NotFound
from adjoin.people.models import Membership, User
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.tickets.models import Attachment, Comment, Ticket, TicketQuerySet

PAGE_SIZE = 20
FIRST = 5  # on the front page
SUBJECT_SEARCH_MAX = 200  # characters of a search that are looked at

STATUS_FILTERS: dict[str, tuple[str | Promise, tuple[TicketStatus, ...]]] = {
    "open": (pgettext_lazy("request", "Open"), (TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.HOLD)),
    "awaiting": (_("Awaiting your reply"), (TicketStatus.PENDING,)),
    "solved": (pgettext_lazy("request", "Solved"), (TicketStatus.SOLVED, TicketStatus.CLOSED)),
}
STEPS = (_("Received"), _("Being worked on"), _("Awaiting you"), pgettext_lazy("request", "Solved"))
_STEP_OF = {
    TicketStatus.NEW: 0,
    TicketStatus.OPEN: 1,
    TicketStatus.HOLD: 1,
    TicketStatus.PENDING: 2,
    TicketStatus.SOLVED: 3,
    TicketStatus.CLOSED: 3,
}


class Whose(Enum):
    """Which requests a page lists."""

    OWN = "own"
    COPIED = "copied on"


@dataclass(frozen=True)
class Page:
    """Some requests, newest change first, and the cursor of the next page ("" on the last)."""

    rows: list[Ticket]
    next_cursor: str


@dataclass(frozen=True)
class Step:
    """One stop of the line on a request's page."""

    label: str | Promise
    state: str  # "done", "current" or "ahead"


def own(actor: Actor) -> TicketQuerySet:
    """What they asked for themselves."""
    return readable.tickets(actor).filter(requester_id=actor.user_id)


def copied_on(actor: Actor) -> TicketQuerySet:
    """What others asked for and copied them on."""
    return readable.tickets(actor).filter(copied__user_id=actor.user_id or 0).exclude(requester_id=actor.user_id)


def of_organization(actor: Actor, organization_id: int) -> TicketQuerySet:
    """What members of an organization asked for, if the actor sees that organization's requests; else none."""
    if organization_id not in actor.seen_organization_ids:
        return readable.tickets(actor).none()
    return readable.tickets(actor).filter(organization_id=organization_id)


def narrow(requests: TicketQuerySet, *, status: str = "", words: str = "") -> TicketQuerySet:
    """Only those in a status of `STATUS_FILTERS`, whose subject has `words` in it. Unknown statuses narrow nothing."""
    if status in STATUS_FILTERS:
        requests = requests.filter(status__in=STATUS_FILTERS[status][1])
    if words := words.replace("\x00", "").strip()[:SUBJECT_SEARCH_MAX]:
        by_number = (
            Q(pk=int(words[1:]))
            if words[0] == "#" and words[1:].isascii() and words[1:].isdecimal() and len(words) < 19
            else Q()
        )
        requests = requests.filter(by_number or Q(subject__icontains=words))
    return requests


def page(requests: TicketQuerySet, cursor: str = "") -> Page:
    """One page of requests after `cursor`. A cursor nobody gave out starts at the beginning."""
    if (after := _position(cursor)) is not None:
        moment, pk = after
        requests = requests.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=pk))
    return _paged(list(_with_people(requests)[: PAGE_SIZE + 1]))


def listed(actor: Actor, of: Whose | int, *, status: str = "", words: str = "", cursor: str = "") -> Page:
    """One page after `cursor` of somebody's own requests, of those they are copied on, or of an organization's (its
    id), narrowed by `narrow`."""
    if words or cursor:
        rows = of_organization(actor, of) if isinstance(of, int) else _ROWS[of](actor)
        return page(narrow(rows, status=status, words=words), cursor)
    who, statuses = end_users.plain(actor), STATUS_FILTERS[status][1] if status in STATUS_FILTERS else ()
    if not isinstance(of, int):
        return _paged(_top(who, of, statuses))
    return _paged(_top_of(who, of, statuses) if of in actor.seen_organization_ids else [])


@statements.kept(GRANTS, WALLS, is_prepared=True)
def _top(who: EndUser, of: Whose, statuses: tuple[TicketStatus, ...]) -> TicketQuerySet:
    return _top_in(_ROWS[of](who.actor), statuses)


@statements.kept(GRANTS, WALLS)
def _top_of(who: EndUser, organization_id: int, statuses: tuple[TicketStatus, ...]) -> TicketQuerySet:
    return _top_in(readable.tickets(who.actor).filter(organization_id=organization_id), statuses)


def _top_in(rows: TicketQuerySet, statuses: tuple[TicketStatus, ...]) -> TicketQuerySet:
    return _with_people(rows.filter(status__in=statuses) if statuses else rows)[: PAGE_SIZE + 1]


_ROWS = {Whose.OWN: own, Whose.COPIED: copied_on}


def _with_people(rows: TicketQuerySet) -> TicketQuerySet:
    return rows.newest_first().select_related("requester", "organization")


def _paged(rows: list[Ticket]) -> Page:
    if len(rows) <= PAGE_SIZE:
        return Page(rows, "")
    last = rows[PAGE_SIZE - 1]
    changed_at = last.updated_at.astimezone(UTC).replace(tzinfo=None)
    return Page(rows[:PAGE_SIZE], f"{changed_at.isoformat()}~{last.pk}")


def get(actor: Actor, ticket_id: int) -> Ticket:
    """The request with its people. Raises `NotFound`, also for what may not be read."""
    found = _request(end_users.plain(actor), ticket_id)
    if not found:
        raise NotFound
    return found[0]


@statements.kept(GRANTS, WALLS, is_prepared=True)
def _request(who: EndUser, ticket_id: int) -> TicketQuerySet:
    return readable.tickets(who.actor).with_people().filter(pk=ticket_id)


def conversation(actor: Actor, ticket: Ticket) -> list[Comment]:
    """What was said in public, oldest first, each with its author and files."""
    return _conversation(end_users.plain(actor), ticket.pk)


@statements.kept(GRANTS, WALLS, is_prepared=True)
def _conversation(who: EndUser, ticket_id: int) -> QuerySet[Comment]:
    said = readable.comments(who.actor).filter(ticket_id=ticket_id, is_public=True)
    return said.select_related("author").prefetch_related("attachments").order_by("created_at", "pk")


def awaiting(actor: Actor) -> list[Ticket]:
    """The newest of their own requests that wait for their reply, a few."""
    return _first(end_users.plain(actor), True)


def latest(actor: Actor) -> list[Ticket]:
    """The newest of their others, a few."""
    return _first(end_users.plain(actor), False)


@statements.kept(GRANTS, WALLS, is_prepared=True)
def _first(who: EndUser, is_awaiting: bool) -> TicketQuerySet:
    waits = Q(status=TicketStatus.PENDING)
    return _with_people(own(who.actor).filter(waits if is_awaiting else ~waits))[:FIRST]


def steps(ticket: Ticket) -> list[Step]:
    """The four-step line: where the request stands."""
    at = _STEP_OF[TicketStatus(ticket.status)]
    states = ("done" if place < at else "current" if place == at else "ahead" for place in range(len(STEPS)))
    return [Step(label, state) for label, state in zip(STEPS, states, strict=True)]


def followed(actor: Actor, asked: str) -> Ticket | None:
    """The closed request that a new one is asked to go on from; None where there is none for the actor."""
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return None
    return readable.tickets(actor).filter(pk=int(asked), status=TicketStatus.CLOSED).first()


def goes_on_from(actor: Actor, ticket: Ticket) -> int | None:
    """The number of the request that this one goes on from, for who reads that one too."""
    source = ticket.channel_source
    if source.get("rel") != "follow_up":
        return None
    found = followed(actor, str(source.get("from", {}).get("ticket_id", "")))
    return found.pk if found else None


def may_reply(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor may say something on the request as it is now."""
    return not ticket.is_closed and permissions.allows(actor, Permission.COMMENT_PUBLICLY, ticket)


def may_mark_solved(actor: Actor, ticket: Ticket) -> bool:
    """Whether there is something to mark, and the actor asked for it."""
    return not ticket.is_solved and permissions.allows(actor, Permission.MARK_SOLVED, ticket)


def may_add_colleague(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor decides who else reads the request: its requester does, nobody who was only let in."""
    may = not ticket.is_closed and bool(actor.organization_ids)
    return may and permissions.allows(actor, Permission.ADD_COLLEAGUES, ticket)


def own_membership(actor: Actor, organization_id: int) -> Membership:
    """The actor's place in an organization whose requests they read. Raises `NotFound`."""
    found = _memberships(actor.user_id or 0, organization_id) if organization_id in actor.seen_organization_ids else []
    if not found:
        raise NotFound
    return found[0]


@statements.kept(is_prepared=True)
def _memberships(user_id: int, organization_id: int) -> QuerySet[Membership]:
    return Membership.objects.filter(user_id=user_id, organization_id=organization_id)


def colleagues(actor: Actor, emails: Iterable[str]) -> dict[str, User]:
    """Those of the addresses that belong to somebody in one of the actor's organizations, by address.

    Nobody else is ever found here, so asking tells nothing about who else the desk knows."""
    mates = User.objects.active().filter(
        email__in=[email for email in emails if "\x00" not in email],
        is_suspended=False,
        memberships__organization_id__in=actor.organization_ids,
    )
    return {str(user.email): user for user in mates.exclude(pk=actor.user_id).distinct()}


def kept_files(actor: Actor, token: str) -> list[Attachment]:
    """The actor's own files that were uploaded under a token and wait for their message."""
    if not token:
        return []
    return list(readable.attachments(actor).filter(upload__token=token, comment=None).order_by("pk"))


def _position(cursor: str) -> tuple[datetime, int] | None:
    moment, _, pk = cursor.partition("~")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=UTC), int(pk)
    except ValueError:
        return None
