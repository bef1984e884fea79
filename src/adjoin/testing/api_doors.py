"""The doors of the API."""

from __future__ import annotations

from collections.abc import Iterable

from adjoin.fields.models import TicketField
from adjoin.testing import desk as desks
from adjoin.testing.asking import Answer, EachRequest, EachTicket, Lists, ask
from adjoin.testing.desk import NO_PUBLIC_SIDE, NOBODY, Desk
from adjoin.testing.doors import Said, Side, promised_to_read
from adjoin.testing.workspace_doors import WorkspaceSearch


class ApiLists(Lists):
    """Every list of tickets in the API: all of them, by number, and a person's or an organization's."""

    routes = ("/api/v2/tickets?per_page=100",)


class ApiListsByPerson(Lists):
    """The tickets of each person and organization, by what they are to it, together every ticket of somebody's."""

    routes = ("/api/v2/users/{}/tickets/requested", "/api/v2/tickets/show_many")
    people = ("ada", "ben", "rex", "cyd")

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        numbers = ",".join(str(ticket.pk) for ticket in desk.tickets.values())
        kinds = ("requested", "ccd", "followed", "assigned")
        askers = [desk.users[name] for name in ("eli", "pia", "rex", "cyd")]
        return [
            f"/api/v2/tickets/show_many?ids={numbers}",
            *(f"/api/v2/users/{user.pk}/tickets/{kind}?per_page=100" for user in askers for kind in kinds),
            *(f"/api/v2/organizations/{one.pk}/tickets?per_page=100" for one in desk.organizations.values()),
        ]


class ApiPointers(Lists):
    """What points at an organization by a field, in the API: the tickets of which somebody reads the private side."""

    routes = ("/api/v2/zen:organization/{}/relationship_fields/{}/zen:ticket",)

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        field = TicketField.objects.get(title=desks.CONCERNS)
        address = self.routes[0].format(desk.organizations["Kettle Club"].pk, field.pk)
        return [f"{address}?per_page=100"]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return promised_to_read(self.side, desk, ticket, who, public=False)


class ApiTickets(EachTicket):
    """One ticket in the API."""

    routes = ("/api/v2/tickets/{}",)
    shows_comments = False


class ApiComments(EachTicket):
    """What was said, in the API."""

    routes = ("/api/v2/tickets/{}/comments?include=users",)
    shows_subject = False


class ApiAudits(EachTicket):
    """A ticket's history in the API: for those who read its private side."""

    routes = ("/api/v2/tickets/{}/audits",)

    def is_there(self, ticket: str, page: Answer) -> bool:
        return page.shows('"events"')

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return self.promises_comment(desk, ticket, who, False)

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        reads = super().promises_comment(desk, ticket, who, False)
        return reads and not (public and ticket in NO_PUBLIC_SIDE)


class ApiMetricSets(EachTicket):
    """What was measured of a ticket in the API: for those who read its private side."""

    routes = ("/api/v2/ticket_metrics/{}",)
    shows_comments = False
    shows_subject = False

    def is_there(self, ticket: str, page: Answer) -> bool:
        return page.shows('"ticket_metric"')

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return self.promises_comment(desk, ticket, who, False)


class ApiSearch(WorkspaceSearch):
    """Search in the API."""

    routes = ("/api/v2/search", "/api/v2/search/export")

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, "/api/v2/search", query=desks.subject(ticket))

    def is_there(self, ticket: str, page: Answer) -> bool:
        return page.shows(f'"subject": "{desks.subject(ticket)}"') or page.shows(f'"subject":"{desks.subject(ticket)}"')

    def _finds_by(self, desk: Desk, who: str, said: Said) -> bool:
        return ask(desk, who, "/api/v2/search", query=desks.said(said[0], public=said[1])).shows(desks.subject(said[0]))


class ApiRequests(EachRequest):
    """One request in the API, where everybody is an end user."""

    routes = ("/api/v2/requests/{}",)
    shows_comments = False


class ApiRequestComments(EachRequest):
    """What was said on a request, in the API."""

    routes = ("/api/v2/requests/{}/comments",)
    shows_subject = False


class ApiRequestLists(Lists):
    """The lists of requests in the API, at both hosts: own, copied on, of each organization, and found by search."""

    side = Side.HELP_CENTER
    people = ("dee", "eli", "jon", "gil", "rex", NOBODY)
    routes = ("/api/v2/requests", "/api/v2/requests/ccd", "/api/v2/requests/open", "/api/v2/requests/solved")

    def pages(self, desk: Desk, who: str) -> list[Answer]:
        of_organizations = [f"/api/v2/organizations/{one.pk}/requests" for one in desk.organizations.values()]
        paths = [*self.routes, *of_organizations]
        return [ask(desk, who, f"{path}?per_page=100", brand) for brand in desk.brands for path in paths]
