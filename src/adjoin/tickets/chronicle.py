"""What a ticket's history says of its past, for the apps that count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, QuerySet

from adjoin.kernel import statements
from adjoin.tickets.models import Attachment, Comment, Event, TicketCc
from adjoin.tickets.terms import Channel

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket

Stations = dict[tuple[int, str], list[tuple[datetime, int]]]


def statuses(ticket: Ticket) -> list[tuple[datetime, str]]:
    """Each status the ticket was given, and when. In order."""
    rows = Event.objects.filter(audit__ticket=ticket, data__field_name="status").order_by("audit_id", "pk")
    return [(at, str(word)) for at, word in rows.values_list("audit__created_at", "data__value")]


def given(ticket: Ticket, name: str) -> list[tuple[datetime, int | None]]:
    """Each `group_id` or `assignee_id` the ticket was given, and when; None where it was taken away. In order."""
    rows = Event.objects.filter(audit__ticket=ticket, data__field_name=name).order_by("audit_id", "pk")
    return [(at, int(pk) if pk else None) for at, pk in rows.values_list("audit__created_at", "data__value")]


def stations(tickets: Iterable[Ticket]) -> Stations:
    """Each group and each assignee that these tickets were given, and when, by ticket id and column. In order."""
    names = ("group_id", "assignee_id")
    rows = Event.objects.filter(audit__ticket__in=[one.pk for one in tickets], data__field_name__in=names)
    found: Stations = defaultdict(list)
    columns = ("audit__ticket_id", "data__field_name", "audit__created_at", "data__value")
    for ticket_id, name, at, pk in rows.order_by("audit_id", "pk").values_list(*columns):
        if pk:
            found[ticket_id, name].append((at, int(pk)))
    return found


def latest_comments(readable: QuerySet[Comment], tickets: Iterable[Ticket]) -> list[tuple[int, datetime]]:
    """By ticket id the moment of its latest comment, of those given."""
    of_these = readable.filter(ticket__in=[one.pk for one in tickets]).order_by()
    return list(of_these.values_list("ticket_id").annotate(last=Max("created_at")))


def public_comments(ticket: Ticket) -> list[tuple[datetime, tuple[int, str, str]]]:
    """Everything people said in public: when the desk got it, and by whom: id, role, whose placeholder. In order."""
    rows = Comment.objects.filter(ticket=ticket, is_public=True).exclude(channel=Channel.RULE)
    rows = rows.order_by("audit_id", "pk")
    found = rows.values_list("audit__created_at", "author_id", "author__role", "author__partner_name")
    return [(at, (pk, role, partner)) for at, pk, role, partner in found]


def marking_files(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """The same comments, each with `has_files`: most have none, and then nothing more need be asked."""
    return comments.annotate(has_files=Exists(Attachment.objects.filter(comment_id=OuterRef("pk"))))


@statements.kept(is_prepared=True)
def copied_ids(ticket_id: int) -> QuerySet[TicketCc, int]:
    """Ids of the people copied on it, in order."""
    return TicketCc.objects.filter(ticket_id=ticket_id).order_by("user_id").values_list("user_id", flat=True)


@statements.kept(is_prepared=True)
def last_said(ticket_id: int) -> QuerySet[Comment, datetime]:
    """The moment of its latest comment, if there is one."""
    return Comment.objects.filter(ticket_id=ticket_id).order_by("-created_at").values_list("created_at", flat=True)[:1]
