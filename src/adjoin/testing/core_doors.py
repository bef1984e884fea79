"""The doors that all others stand on: what `readable` and `explain` say."""

from __future__ import annotations

from django.db.models import QuerySet

from adjoin.access import explain, readable
from adjoin.testing.desk import PEOPLE, READERS, SYSTEM, Desk, said
from adjoin.testing.doors import ALL_SAID, Door, Said, Side
from adjoin.tickets.models import Comment, Ticket

EVERYBODY = (*PEOPLE, SYSTEM)
TELLING = ("home", "brandless", "vault outdoor", "assigned vault", "talking", "confidential", "about rex", "deleted")


def _names(desk: Desk, rows: QuerySet[Ticket]) -> set[str]:
    found = set(rows.values_list("pk", flat=True))
    return {name for name, ticket in desk.tickets.items() if ticket.pk in found}


def _said(rows: QuerySet[Comment]) -> set[Said]:
    bodies = set(rows.values_list("body", flat=True))
    return {one for one in ALL_SAID if said(one[0], public=one[1]) in bodies}


class Readable(Door):
    """What the queries that all lists begin with give out."""

    people = EVERYBODY

    def tickets(self, desk: Desk, who: str) -> set[str]:
        return _names(desk, readable.tickets(desk.actor(who)))

    def comments(self, desk: Desk, who: str) -> set[Said]:
        return _said(readable.comments(desk.actor(who)))


class ReadableInHelpCenter(Door):
    """The same queries for the same people as end users, in the help center of each ticket's brand."""

    side = Side.HELP_CENTER

    def tickets(self, desk: Desk, who: str) -> set[str]:
        found: set[str] = set()
        for brand, customer in desk.as_customer(who).items():
            found |= {name for name in _names(desk, readable.tickets(customer)) if desk.brand_name(name) == brand}
        return found

    def comments(self, desk: Desk, who: str) -> set[Said]:
        read: set[Said] = set()
        for brand, customer in desk.as_customer(who).items():
            read |= {one for one in _said(readable.comments(customer)) if desk.brand_name(one[0]) == brand}
        return read


class OneHelpCenterAtATime(Door):
    """What Acme Home's help center gives out: nothing of Acme Outdoor's."""

    side = Side.HELP_CENTER

    def tickets(self, desk: Desk, who: str) -> set[str]:
        return _names(desk, readable.tickets(desk.as_customer(who)["home"]))

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return desk.brand_name(ticket) == "home" and super().promises_ticket(desk, ticket, who)


class ReadableById(Door):
    """One ticket asked for by its number."""

    people = EVERYBODY

    def tickets(self, desk: Desk, who: str) -> set[str]:
        actor = desk.actor(who)
        return {name for name in READERS if readable.tickets(actor).filter(pk=desk.tickets[name].pk).exists()}


class ReadableFiles(Door):
    """Files, each as readable as the comment it came with."""

    people = EVERYBODY

    def comments(self, desk: Desk, who: str) -> set[Said]:
        ids = readable.attachments(desk.actor(who)).values_list("comment_id", flat=True)
        return _said(Comment.objects.filter(pk__in=list(ids)))


class ReadableHistory(Door):
    """Audits: for those who read the private side."""

    people = EVERYBODY

    def tickets(self, desk: Desk, who: str) -> set[str]:
        return _names(desk, Ticket.objects.filter(audits__in=readable.audits(desk.actor(who))))

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return self.promises_comment(desk, ticket, who, False)


class Explained(Door):
    """What the access card says of each ticket, from the rules that hold."""

    people = EVERYBODY

    def tickets(self, desk: Desk, who: str) -> set[str]:
        actor = desk.actor(who)
        return {name for name in TELLING if explain.ticket(actor, desk.tickets[name].pk).opened_by}

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in TELLING and super().promises_ticket(desk, ticket, who)


CORE: tuple[Door, ...] = (
    Readable(),
    ReadableInHelpCenter(),
    OneHelpCenterAtATime(),
    ReadableById(),
    ReadableFiles(),
    ReadableHistory(),
    Explained(),
)
