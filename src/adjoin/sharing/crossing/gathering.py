"""Collecting what `outgoing` looks at, through the partner's own door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery, prefetch_related_objects

from adjoin.access import readable
from adjoin.access.grants import GRANTS, WALLS
from adjoin.fields import queries
from adjoin.fields.statuses import book
from adjoin.fields.terms import TicketFieldType
from adjoin.kernel import statements
from adjoin.people.models import User
from adjoin.sharing import addresses
from adjoin.sharing.crossing import choices, holding, partners, statuses
from adjoin.sharing.crossing.holding import Held
from adjoin.sharing.crossing.outgoing import Facts, File, Person, Said
from adjoin.sharing.models import PartnerPerson, SharedComment, SharedTicket, SharingAgreement
from adjoin.tickets import chronicle

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.fields.models import TicketField
    from adjoin.tickets.models import Comment, Ticket


def facts(shared: SharedTicket, ticket: Ticket, *, is_whole: bool) -> Facts:
    """What the partner may know of a ticket: all comments, or only those that have not crossed yet."""
    partner = partners.actor(shared.agreement)
    if is_whole:
        rows = list(_in_order(readable.comments(partner).filter(ticket_id=ticket.pk)))
    else:
        rows = _with_files(_not_crossed(partner, ticket.pk, shared.pk))
    held = holding.of(shared) if rows else Held()
    requester = _requester(ticket) if is_whole else None
    return _facts(shared.agreement, shared.uuid, ticket, rows, held, shared, requester)


def standing(shared: SharedTicket, ticket: Ticket) -> Facts:
    """The same without anything that was said on it."""
    return _facts(shared.agreement, shared.uuid, ticket, (), Held(), shared)


def preview(agreement: SharingAgreement, ticket: Ticket) -> Facts:
    """A ticket with everything said on it, whether it may cross or not; `outgoing` decides.

    For those who read all of it, before it is shared and afterwards."""
    shared = SharedTicket.objects.filter(ticket_id=ticket.pk).order_by("pk")
    under_it = next((one for one in shared if one.agreement_id == agreement.pk), None)
    uuid = shared[0].uuid if shared else addresses.uuid_for(agreement.naming_url, "tickets", ticket.pk)
    return _facts(
        agreement,
        under_it.uuid if under_it else uuid,
        ticket,
        list(_in_order(ticket.comments.all())),
        holding.held(agreement.pk, ticket.pk),
        under_it,
        _requester(ticket),
    )


def one_comment(shared: SharedTicket, ticket: Ticket, comment_id: int) -> Facts:
    """The ticket with that comment only, if the partner may know of it."""
    comments = readable.comments(partners.actor(shared.agreement)).filter(ticket_id=ticket.pk, pk=comment_id)
    held = holding.of(shared)
    return _facts(shared.agreement, shared.uuid, ticket, list(_in_order(comments)), held, shared)


def person(agreement: SharingAgreement, user: User) -> Person:
    """One of our people, or another partner's placeholder, as this partner sees them."""
    return _people(agreement, [user])[user.pk]


def acting(agreement: SharingAgreement, user_id: int | None) -> Person | None:
    """Who does something, as this partner sees them; None for the desk itself."""
    found = User.objects.filter(pk=user_id).first() if user_id else None
    return person(agreement, found) if found else None


def user(user_id: int) -> User:
    """Somebody here, by their id. One query."""
    (found,) = _user(user_id)
    return found


@statements.kept(is_prepared=True)
def _user(user_id: int) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=user_id)
    return found


@statements.kept(GRANTS, WALLS, is_prepared=True)
def _not_crossed(partner: Actor, ticket_id: int, shared_id: int) -> QuerySet[Comment]:
    """With the uuid under which another partner knows them already, and whether they have files."""
    crossed = SharedComment.objects.filter(shared_ticket_id=shared_id)
    fresh = readable.comments(partner).filter(ticket_id=ticket_id).exclude(pk__in=crossed.values("comment_id"))
    crossed_before = SharedComment.objects.filter(comment_id=OuterRef("pk")).values("uuid")[:1]
    marked = chronicle.marking_files(fresh).annotate(known_uuid=Subquery(crossed_before))
    return marked.select_related("author").order_by("created_at", "pk")


def _in_order(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return comments.select_related("author").prefetch_related("attachments").order_by("created_at", "pk")


def _with_files(comments: list[Comment]) -> list[Comment]:
    if any(vars(one)["has_files"] for one in comments):
        prefetch_related_objects(comments, "attachments")
    return comments


def _requester(ticket: Ticket) -> User:
    """Whoever asked: already there where the ticket was read with its people."""
    return ticket.requester if "requester" in ticket._state.fields_cache else user(ticket.requester_id)


def _facts(
    agreement: SharingAgreement,
    uuid: str,
    ticket: Ticket,
    rows: Sequence[Comment],
    held: Held,
    shared: SharedTicket | None,
    requester: User | None = None,
) -> Facts:
    authors = {comment.author_id: comment.author for comment in rows}
    people = _people(agreement, [*authors.values(), *([requester] if requester else [])])
    uuids = _comment_uuids(agreement, rows) if rows else {}
    theirs, queued = (shared.theirs.get("tags"), shared.queued.get("tags")) if shared else (None, None)
    choice = choices.of(agreement, ticket.tags, theirs or (), queued or ())
    return Facts(
        uuid=uuid,
        number=ticket.pk,
        subject=ticket.subject,
        status=ticket.status,
        requested_at=ticket.created_at,
        requester=people[requester.pk] if requester else None,
        tags=tuple(ticket.tags),
        comments=[_said(comment, uuids[comment.pk], people[comment.author_id], held) for comment in rows],
        custom_fields=shared.custom_fields if shared else {},
        fields=field_values(ticket) if agreement.syncs_custom_fields else {},
        standing=statuses.of_ticket(book(), ticket) if agreement.syncs_status else None,
        choices=frozenset(choice.titles),
        told_choices=frozenset(choice.told(ticket.tags, theirs or ())),
    )


def field_values(ticket: Ticket) -> dict[str, Any]:
    """What the account's own fields hold on a ticket, by title; None for the empty ones."""
    return {field.title: ticket.custom_fields.get(field.key) for field in crossing_fields()}


def crossing_fields() -> list[TicketField]:
    """The fields that can cross: a lookup points at rows that only this desk has. Two queries."""
    return [field for field in queries.own_fields() if field.type != TicketFieldType.LOOKUP]


def _said(comment: Comment, uuid: str, author: Person, held: Held) -> Said:
    has_files = vars(comment).get("has_files", True)
    files = sorted(comment.attachments.all(), key=lambda file: file.pk) if has_files else []
    return Said(
        id=comment.pk,
        uuid=uuid,
        author=author,
        body=comment.body,
        html_body=comment.html_body,
        authored_at=comment.created_at,
        is_public=comment.is_public,
        files=tuple(
            File(file.pk, file.file_name, file.content_type, file.size_bytes, is_held=file.pk in held.files)
            for file in files
        ),
        is_local=comment.is_local,
        is_held=comment.pk in held.comments,
        author_id=comment.author_id,
    )


def _comment_uuids(agreement: SharingAgreement, comments: Sequence[Comment]) -> dict[int, str]:
    """The name of each comment on the wire: the one it came with, else one of ours."""
    known = {comment.pk: vars(comment)["known_uuid"] for comment in comments if "known_uuid" in vars(comment)}
    if len(known) < len(comments):
        crossed = SharedComment.objects.filter(comment_id__in=[comment.pk for comment in comments])
        known = dict(crossed.values_list("comment_id", "uuid"))
    return {
        comment.pk: known.get(comment.pk) or addresses.uuid_for(agreement.naming_url, "comments", comment.pk)
        for comment in comments
    }


def _theirs(user_ids: list[int]) -> dict[int, str]:
    """Under which uuid a partner knows each of its people."""
    return dict(PartnerPerson.objects.filter(user_id__in=user_ids).values_list("user_id", "uuid"))


def _people(agreement: SharingAgreement, users: Iterable[User]) -> dict[int, Person]:
    by_id = {user.pk: user for user in users}
    placeholders = [user.pk for user in by_id.values() if user.is_placeholder]
    known = _theirs(placeholders) if placeholders else {}
    return {
        pk: Person(
            uuid=known.get(pk) or addresses.uuid_for(agreement.naming_url, "users", pk),
            name=user.name,
            is_agent=user.is_agent or user.is_partner_agent,
        )
        for pk, user in by_id.items()
    }
