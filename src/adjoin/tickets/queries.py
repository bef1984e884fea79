"""What the page of a ticket and lists of tickets show, finished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from adjoin.access import deleted, permissions, pointing, readable
from adjoin.access.grants import GRANTS, WALLS
from adjoin.access.permissions import RIGHTS, Permission
from adjoin.fields import statuses
from adjoin.fields.statuses import in_words
from adjoin.kernel import languages, statements
from adjoin.kernel.errors import NotFound
from adjoin.people import fields
from adjoin.people.models import Organization, User
from adjoin.tickets import hooks, readers
from adjoin.tickets.models import Audit, Comment, Ticket, TicketCc, TicketQuerySet
from adjoin.tickets.terms import TicketStatus

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.fields.statuses import Book, Offered
    from adjoin.tickets.hooks import Listener, Mark, Remark

COMMENTS_SHOWN = 100  # the newest; a link leads to all of them
RECENT_SHOWN = 5


@dataclass(frozen=True)
class May:
    """What the reader may do, for the buttons."""

    reply: bool
    note: bool
    edit: bool
    tags: bool = False
    merge: bool = False
    redact: bool = False
    manage_rules: bool = False

    @property
    def comment(self) -> bool:
        return self.reply or self.note


@dataclass(frozen=True)
class TicketRow:
    """One line of a list. `is_private_side` says whether the reader sees it as an agent, not only as its requester."""

    ticket: Ticket
    marks: list[Mark]
    is_private_side: bool


@dataclass(frozen=True)
class TicketPage:
    """Everything the page of one ticket shows, finished."""

    ticket: Ticket
    is_private_side: bool  # False: an agent who only asked for it sees what end users see
    may: May
    comments: list[Comment]
    earlier_count: int
    marks: list[Mark]
    listeners: list[Listener]
    ccs: list[User]
    followers: list[User]
    recent: list[Ticket]  # other tickets of the requester
    requester_facts: list[tuple[str, str]]  # what agents keep of them: titles and values
    organization_facts: list[tuple[str, str]]
    reason: str  # why the reader can read it
    readers: list[readers.Reader]
    remarks: dict[int, list[Remark]]  # by comment id: what is not as it should be
    statuses: Book  # of the desk
    goes_on_from: int | None  # the number of the closed ticket that this one follows, if they read it

    @property
    def status_value(self) -> str:
        """The ticket's status as its forms call it."""
        return self.statuses.value_of(self.ticket.status, self.ticket.custom_status_id)

    @property
    def statuses_to_send_with(self) -> list[Offered]:
        """Those to choose from when something is said."""
        return self.statuses.offered(STATUSES_TO_SEND_WITH)

    @property
    def answered_as(self) -> str:
        """The status, in words, that an answer leaves the ticket in which does not say: it is new no more."""
        book, ticket = self.statuses, self.ticket
        if ticket.status == TicketStatus.NEW:
            return in_words(book.agent_label(TicketStatus.OPEN, book.default(TicketStatus.OPEN)))
        return in_words(book.agent_label(ticket.status, ticket.custom_status_id))

    @property
    def end_user_status(self) -> str:
        """Where it stands, as whoever asked reads it."""
        return self.statuses.end_user_label(self.ticket.status, self.ticket.custom_status_id)

    @property
    def last_comment_id(self) -> int:
        return max((comment.pk for comment in self.comments), default=0)

    @property
    def reply_goes_to(self) -> str:
        """ "Ana Ruiz, 2 copied, and Maker" """
        asked_from = next((one.name for one in self.listeners if one.passes_on_to_requester), "")
        names = {"name": self.ticket.requester.name, "desk": asked_from}
        requester = self.ticket.requester.name
        if asked_from:
            requester = _("%(name)s through %(desk)s") % names
        elif self.ticket.requester.is_placeholder:  # a partner's customer, whom only the partner could reach
            requester = _("nobody outside: %(name)s has no address here") % names
        copied = [_("%(count)s copied") % {"count": len(self.ccs)}] if self.ccs else []
        return languages.listed([requester, *copied, *(one.name for one in self.listeners if one.name != asked_from)])

    @property
    def note_goes_to(self) -> str:
        """The companies that hear private notes; "" when these stay inside the desk."""
        return languages.listed([listener.name for listener in self.listeners if listener.hears_notes])


def ticket(actor: Actor, ticket_id: int) -> Ticket:
    """The ticket with its people. Raises `NotFound`, in the same words whether it is not there or not readable."""
    found = _readable(actor, ticket_id)
    if not found:
        raise NotFound
    return found[0]


@statements.kept(GRANTS, WALLS)
def _readable(actor: Actor, ticket_id: int) -> TicketQuerySet:
    return readable.tickets(actor).with_people().filter(pk=ticket_id)


def ticket_page(actor: Actor, ticket: Ticket, *, all_comments: bool = False) -> TicketPage:
    """What the page of `ticket` shows to `actor`."""
    is_private_side = bool(_private_side(actor, ticket.pk))
    comments, earlier_count = _conversation(actor, ticket, all_comments)
    ccs = list(ticket.ccs.order_by("name", "pk"))
    listeners = hooks.listeners(actor, ticket) if is_private_side else []
    return TicketPage(
        ticket=ticket,
        is_private_side=is_private_side,
        may=_may(actor, ticket),
        comments=comments,
        earlier_count=earlier_count,
        marks=hooks.marks(actor, [ticket]).get(ticket.pk, []) if is_private_side else [],
        listeners=listeners,
        ccs=ccs,
        followers=list(ticket.followers.order_by("name", "pk")) if is_private_side else [],
        recent=_recent(actor, ticket) if is_private_side else [],
        requester_facts=_kept_about(actor, ticket.requester) if is_private_side else [],
        organization_facts=_kept_about(actor, ticket.organization) if is_private_side else [],
        reason=readers.reason(actor, ticket),
        readers=readers.of(ticket, len(ccs), listeners) if is_private_side else [],
        remarks=hooks.remarks(actor, ticket, comments) if is_private_side else {},
        statuses=statuses.book(),
        goes_on_from=_goes_on_from(actor, ticket),
    )


def followed_id(ticket: Ticket) -> int | None:
    """The number of the ticket that this one goes on from, whether or not somebody may read that."""
    source = ticket.channel_source
    found: int | None = source.get("from", {}).get("ticket_id") if source.get("rel") == "follow_up" else None
    return found


def _goes_on_from(actor: Actor, ticket: Ticket) -> int | None:
    followed = followed_id(ticket)
    return followed if followed and readable.tickets(actor).filter(pk=followed).exists() else None


def deleted_tickets(actor: Actor) -> TicketQuerySet:
    """The deleted tickets that `actor` would read, for those whose role sees them."""
    return Ticket.objects.filter(deleted.found_by(actor))


def deleters(tickets: Iterable[Ticket]) -> dict[int, dict[str, Any]]:
    """By ticket id, the id and name of who deleted it last. One query."""
    gone = Audit.objects.filter(ticket__in=list(tickets), metadata__deleted=True).exclude(author=None)
    newest = gone.order_by("ticket_id", "-pk").distinct("ticket_id")
    return {
        pk: {"id": who, "name": name} for pk, who, name in newest.values_list("ticket_id", "author_id", "author__name")
    }


def rows(actor: Actor, tickets: list[Ticket]) -> list[TicketRow]:
    """The lines of a list, for tickets that `actor` may read. The number of queries does not grow with the rows."""
    private_side = set(
        readable.tickets_as_agent(actor).filter(pk__in=[ticket.pk for ticket in tickets]).values_list("pk", flat=True)
    )
    marks = hooks.marks(actor, [ticket for ticket in tickets if ticket.pk in private_side])
    return [TicketRow(ticket, marks.get(ticket.pk, []), ticket.pk in private_side) for ticket in tickets]


@statements.kept(GRANTS, WALLS)
def _private_side(actor: Actor, ticket_id: int) -> QuerySet[Ticket, int]:
    """One row where the actor reads what is said inside."""
    return readable.tickets_as_agent(actor).filter(pk=ticket_id).values_list("pk", flat=True)


def _conversation(actor: Actor, ticket: Ticket, all_comments: bool) -> tuple[list[Comment], int]:
    """The comments from oldest to newest, and how many earlier ones are left out."""
    if all_comments:
        return list(_said(actor, ticket.pk).order_by("created_at", "pk")), 0
    shown = _newest_said(actor, ticket.pk)
    if len(shown) <= COMMENTS_SHOWN:
        return shown[::-1], 0
    return shown[COMMENTS_SHOWN - 1 :: -1], _said(actor, ticket.pk).count() - COMMENTS_SHOWN


@statements.kept(GRANTS, WALLS)
def _newest_said(actor: Actor, ticket_id: int) -> QuerySet[Comment]:
    return _said(actor, ticket_id).order_by("-created_at", "-pk")[: COMMENTS_SHOWN + 1]


def _said(actor: Actor, ticket_id: int) -> QuerySet[Comment]:
    said = readable.comments(actor).filter(ticket_id=ticket_id)
    return said.select_related("author").prefetch_related("attachments")


def _may(actor: Actor, ticket: Ticket) -> May:
    """What the buttons offer. One query for all of them."""
    held = dict(zip(_BUTTONS, next(iter(_allowed(actor, ticket.pk)), [False] * len(_BUTTONS)), strict=True))
    if ticket.is_closed:
        held = {**dict.fromkeys(_BUTTONS, False), "redact": held["redact"]}
    return May(**held, manage_rules=permissions.allows(actor, Permission.MANAGE_RULES))


_BUTTONS = {
    "reply": Permission.COMMENT_PUBLICLY,
    "note": Permission.COMMENT_PRIVATELY,
    "edit": Permission.EDIT_TICKET,
    "tags": Permission.EDIT_TAGS,
    "merge": Permission.MERGE_TICKET,
    "redact": Permission.REDACT_TICKET,
}


@statements.kept(GRANTS, WALLS, RIGHTS)
def _allowed(actor: Actor, ticket_id: int) -> QuerySet[Ticket, tuple[bool, ...]]:
    """One row, for each of `_BUTTONS` whether it is offered."""
    return readable.answers(ticket_id, [Q(pk__in=permissions.tickets(actor, one)) for one in _BUTTONS.values()])


def _kept_about(actor: Actor, holder: User | Organization | None) -> list[tuple[str, str]]:
    return fields.facts(holder, partial(pointing.name_of, actor))


def _recent(actor: Actor, ticket: Ticket) -> list[Ticket]:
    return [other for other in _newest_of(actor, ticket.requester_id) if other.pk != ticket.pk][:RECENT_SHOWN]


@statements.kept(GRANTS, WALLS)
def _newest_of(actor: Actor, requester_id: int) -> TicketQuerySet:
    """The newest tickets of one requester, one more than are shown beside another of theirs."""
    theirs = readable.tickets(actor).filter(requester_id=requester_id)
    return theirs.order_by("-updated_at", "-pk")[: RECENT_SHOWN + 1]


STATUSES_TO_SEND_WITH = (TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.HOLD, TicketStatus.SOLVED)


@statements.kept(is_prepared=True)
def people_copied(ticket_id: int) -> QuerySet[User]:
    """Who is copied on a ticket that the caller has read, by name."""
    copied: QuerySet[User] = User.objects.filter(pk__in=TicketCc.objects.filter(ticket_id=ticket_id).values("user_id"))
    return copied.order_by("name", "pk")
