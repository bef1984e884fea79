"""The doors people and programs come through: pages, the API, files, live updates. Each reads the bytes given out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.conf import settings

from adjoin.access.permissions import Permission
from adjoin.notifications.models import News
from adjoin.project import live_readers
from adjoin.rules.models import Automation, Macro
from adjoin.saved_views import queries as saved_views
from adjoin.testing import desk as desks
from adjoin.testing import rights
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import NO_PUBLIC_SIDE, NOBODY, READERS, Desk
from adjoin.testing.doors import ALL_SAID, Door, Said, Side, promised_to_read
from adjoin.tickets.models import Attachment

# The people and tickets that decide something where each page is asked for on its own.
AT_WORK = ("ada", "ben", "lea", "pia", "cat", "rex", "cyd", NOBODY)
AT_HOME = ("cyd", "dee", "eli", "jon", "gil", "cat", "sue", NOBODY)
TELLING_AT_WORK = ("home", "brandless", "vault", "asked by rex", "about rex", "deleted")
TELLING_AT_HOME = ("home", "outdoor", "vault", "shared", "confidential", "closed", "notes only")


@dataclass(frozen=True)
class Answer:
    """What came out of a door."""

    status: int
    body: bytes

    def shows(self, canary: str) -> bool:
        return canary.encode() in self.body


def ask(desk: Desk, who: str, path: str, brand: str = "home", **query: Any) -> Answer:
    """A GET as somebody, at a brand's host, following redirects inside the desk."""
    response = desk.browsers[who].get(path, query, headers={"host": desk.brands[brand].host}, follow=True)
    streamed = getattr(response, "streaming_content", None)
    answer = Answer(response.status_code, b"".join(streamed) if streamed is not None else response.content)
    desk.given_out.append((who, f"{brand} {path} {query or ''}".strip(), answer.body))
    return answer


class Lists(Door):
    """Pages that show many tickets at once: what is in their bytes is found."""

    people: tuple[str, ...] = AT_WORK
    side = Side.WORKSPACE

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        return self.routes

    def pages(self, desk: Desk, who: str) -> list[Answer]:
        return [ask(desk, who, path) for path in self.paths(desk, who)]

    def tickets(self, desk: Desk, who: str) -> set[str]:
        pages = self.pages(desk, who)
        return {ticket for ticket in READERS if any(page.shows(desks.subject(ticket)) for page in pages)}


class EachTicket(Door):
    """Pages of one ticket, asked for by its number."""

    people: tuple[str, ...] = AT_WORK
    side = Side.WORKSPACE
    asked: tuple[str, ...] = TELLING_AT_WORK
    shows_subject = True
    shows_comments = True

    def path(self, desk: Desk, ticket: str) -> str:
        return self.routes[0].format(desk.tickets[ticket].pk)

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, self.path(desk, ticket))

    def tickets(self, desk: Desk, who: str) -> set[str] | None:
        pages = self._pages(desk, who)
        return {ticket for ticket, page in pages.items() if page.status == 200 and self.is_there(ticket, page)}

    def is_there(self, ticket: str, page: Answer) -> bool:
        return page.shows(desks.subject(ticket)) or not self.shows_subject

    def comments(self, desk: Desk, who: str) -> set[Said] | None:
        if not self.shows_comments:
            return None
        pages = self._pages(desk, who)
        return {said for said in self.said() if pages[said[0]].shows(desks.said(said[0], public=said[1]))}

    def said(self) -> list[Said]:
        return [said for said in ALL_SAID if said[0] in self.asked]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in self.asked and super().promises_ticket(desk, ticket, who)

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        return ticket in self.asked and super().promises_comment(desk, ticket, who, public)

    def _pages(self, desk: Desk, who: str) -> dict[str, Answer]:
        """Each ticket's page, asked for once."""
        known: dict[str, Answer] = desk.seen.setdefault((str(self), who), {})
        for ticket in self.asked:
            if ticket not in known:
                known[ticket] = self.page(desk, ticket, who)
        return known


class EachRequest(EachTicket):
    """Pages where everybody is an end user of one brand: each ticket is asked for at its own brand's host."""

    side = Side.HELP_CENTER
    people = AT_HOME
    asked = TELLING_AT_HOME

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, self.path(desk, ticket), desk.brand_name(ticket) or "home")


# --- The workspace -------------------------------------------------------------------------------------------------


class EveryTicket(Lists):
    """The list of all tickets."""

    routes = ("/agent/tickets/",)
    people = ("ada", "ben", "zed", "ora", "asa", "lea", "pia", "cat", "rex", "ula", "cyd", NOBODY)


class SavedViews(Lists):
    """Each list of the rail: unsolved tickets that fit it."""

    routes: tuple[str, ...] = ("/agent/views/{}/", "/agent/")
    people = ("ben", "ora", "rex", "cyd")

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        ada = desk.actor("ada")
        return [f"/agent/views/{view.pk}/" for view in saved_views.views_for(ada)] + ["/agent/"]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        """Those the views themselves hold for an admin, who has nothing between."""
        return super().promises_ticket(desk, ticket, who) and ticket in self._in_any_view(desk, who)

    def _in_any_view(self, desk: Desk, who: str) -> set[str]:
        actor = desk.actor(who)
        held = {
            pk for view in saved_views.views_for(actor) for pk in saved_views.tickets(actor, view).values_list("pk")
        }
        return {name for name, ticket in desk.tickets.items() if (ticket.pk,) in held}


class ViewExports(SavedViews):
    """Each list as CSV, and over the API: as rows, as tickets, and as CSV."""

    routes = ("/agent/views/{}/export/", "/api/v2/views/{}/execute", "/api/v2/views/{}/tickets")

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        views = saved_views.views_for(desk.actor("ada"))
        return [route.format(view.pk) for view in views for route in (*self.routes, "/api/v2/views/{}/export.csv")]


class TicketPages(EachTicket):
    """A ticket's page in the workspace, its conversation from the beginning."""

    routes = ("/agent/tickets/{}/?all=1",)


class LiveFragments(EachTicket):
    """The parts of that page which renew themselves."""

    routes = ("/agent/tickets/{}/live/",)
    people = ("ben", "rex", "pia", "cyd")
    shows_subject = False


class MergePicker(EachTicket):
    """The tickets that somebody is offered to merge another of theirs into, asked for by number."""

    routes = ("/agent/tickets/{}/merge/",)
    people = ("ada", "ben", "rex", "pia", "lea", "cyd")
    shows_comments = False

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        own = [name for name in READERS if name != ticket and self._may_merge(name, who)]
        return ask(desk, who, self.path(desk, own[0] if own else ticket), q=str(desk.tickets[ticket].pk))

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return super().promises_ticket(desk, ticket, who) and self._may_merge(ticket, who)

    @staticmethod
    def _may_merge(ticket: str, who: str) -> bool:
        return Permission.MERGE_TICKET in rights.promised(ticket, who)


class RuleTraces(EachTicket):
    """What triggers made of each change of a ticket: for those who manage rules and read it as agents."""

    routes = ("/agent/tickets/{}/rules/",)
    people = ("ada", "ben", "rex", "cyd", NOBODY)
    shows_comments = False

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        manages = who in rights.IN_GENERAL[Permission.MANAGE_RULES]
        return ticket in self.asked and manages and promised_to_read(self.side, desk, ticket, who, public=False)


class AutomationDryRuns(Lists):
    """The tickets that an automation would act on: for those who manage automations, of what they read as agents."""

    routes = ("/admin/automations/{}/dry-run/", "/api/v2/automations/{}/dry_run")
    people = ("ada", "ben", "rex", "cyd", NOBODY)

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        asked = [("NEW", "less_than", "99999"), ("status", "less_than", "closed")]
        rows = [{"field": field, "operator": operator, "value": value} for field, operator, value in asked]
        late = {"conditions": {"all": rows}, "is_active": False, "created_at": NOW, "updated_at": NOW}
        automation, _ = Automation.objects.get_or_create(title="Late", defaults=late)
        return [route.format(automation.pk) for route in self.routes]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        manages = who in rights.IN_GENERAL[Permission.MANAGE_AUTOMATIONS]
        is_left_alone = desk.tickets[ticket].is_closed
        return manages and not is_left_alone and promised_to_read(self.side, desk, ticket, who, public=False)


class MacroPreviews(EachTicket):
    """A ticket as it would be with a macro that repeats what was said there."""

    routes = ("/api/v2/tickets/{}/macros/{}/apply",)
    people = ("ada", "ben", "rex", "pia", "cyd", NOBODY)
    shows_comments = False

    def path(self, desk: Desk, ticket: str) -> str:
        says = "{{ticket.title}} {{ticket.description}} {{ticket.latest_comment}}"
        echo = {"actions": [{"field": "comment_value", "value": says}], "created_at": NOW, "updated_at": NOW}
        macro, _ = Macro.objects.get_or_create(title="Echo", defaults=echo)
        return self.routes[0].format(desk.tickets[ticket].pk, macro.pk)

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in self.asked and promised_to_read(self.side, desk, ticket, who, public=False)


class LookupSuggestions(EachTicket):
    """What a field that points at tickets suggests, asked for by a ticket's subject."""

    routes = ("/agent/tickets/lookup/",)
    people = ("ada", "rex", "pia", "cyd")
    shows_comments = False

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, self.routes[0], target="zen:ticket", q=desks.subject(ticket))

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return ticket in self.asked and promised_to_read(self.side, desk, ticket, who, public=False)


class WorkspaceSearch(EachTicket):
    """The search page, asked for a ticket's subject, and for what was said on it."""

    routes: tuple[str, ...] = ("/agent/search/",)
    people = ("ada", "rex", "pia", "cyd")

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, "/agent/search/", q=desks.subject(ticket))

    def is_there(self, ticket: str, page: Answer) -> bool:
        return page.body.count(desks.subject(ticket).encode()) > ECHOES

    def comments(self, desk: Desk, who: str) -> set[Said]:
        """Whoever finds a ticket by the words of a note has read them."""
        return {said for said in self.said() if self._finds_by(desk, who, said)}

    def _finds_by(self, desk: Desk, who: str, said: Said) -> bool:
        return ask(desk, who, "/agent/search/", q=desks.said(said[0], public=said[1])).shows(desks.subject(said[0]))


ECHOES = 2  # a search page shows what was searched for in its title and its field


class OwnNews(Lists):
    """What rules told somebody: everybody is told of everything, and finds what they read as they work."""

    routes = ("/agent/notifications/",)
    people = ("ada", "ben", "rex", "pia", "cyd", NOBODY)

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        if who in desk.users:
            rows = [
                News(user=desk.users[who], ticket=ticket, audit_id=ticket.pk, cause="trigger-1", created_at=NOW)
                for ticket in desk.tickets.values()
            ]
            News.objects.bulk_create(rows, ignore_conflicts=True)
        return self.routes


class PersonPages(Lists):
    """The pages of end users in the settings, with their newest requests."""

    routes = ("/admin/people/{}/",)
    people = ("ada", "ana", "ben", "lea", "rex", "cyd", NOBODY)
    askers = ("cyd", "eli", "tia", "kim", "fay", "pat", "sue")

    def paths(self, desk: Desk, who: str) -> Iterable[str]:
        return [self.routes[0].format(desk.users[name].pk) for name in self.askers]

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        """For those who look after end users. Who only asked for a ticket has no page there."""
        looks_after = who in rights.IN_GENERAL[Permission.MANAGE_END_USERS]
        asked_here = desks.REQUESTERS.get(ticket, "eli") in self.askers
        return looks_after and asked_here and super().promises_ticket(desk, ticket, who)


# --- The help center -----------------------------------------------------------------------------------------------


class OwnRequests(Lists):
    """The three lists of the help center, at both hosts."""

    side = Side.HELP_CENTER
    routes = ("/hc/en/requests/", "/hc/en/requests/copied/", "/hc/en/requests/organizations/")
    people = ("dee", "eli", "jon", "gil", "rex", NOBODY)

    def pages(self, desk: Desk, who: str) -> list[Answer]:
        chosen = [f"/hc/en/requests/organizations/?organization={one.pk}" for one in desk.organizations.values()]
        return [ask(desk, who, path, brand) for brand in desk.brands for path in (*self.routes, *chosen)]


class RequestPages(EachRequest):
    """A request's page in its brand's help center."""

    routes = ("/hc/en/requests/{}/",)


class WrongHelpCenter(EachTicket):
    """A request's page asked for at the other brand's host: it is not there."""

    routes = ("/hc/en/requests/{}/",)
    side = Side.HELP_CENTER
    people = ("cyd", "hal", "eli")
    asked = TELLING_AT_HOME

    def page(self, desk: Desk, ticket: str, who: str) -> Answer:
        return ask(desk, who, self.path(desk, ticket), "home" if desk.brand_name(ticket) == "outdoor" else "outdoor")

    def promises_ticket(self, desk: Desk, ticket: str, who: str) -> bool:
        return False

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        return False


# --- The API -------------------------------------------------------------------------------------------------------


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


# --- Files and news ------------------------------------------------------------------------------------------------


class FileDownloads(Door):
    """Files by the address that pages and mails give out, which is good for nobody else."""

    routes = ("/attachments/token/{}/",)
    people = ("ben", "pia", "rex", "dee", "gil", NOBODY)
    asked = ("home", "asked by rex", "vault", "talking")

    def comments(self, desk: Desk, who: str) -> set[Said]:
        said = [one for one in ALL_SAID if one[0] in self.asked]
        files = {one: Attachment.objects.get(file_name=desks.file_name(one[0], public=one[1])) for one in said}
        return {one for one, file in files.items() if self._gives(desk, who, one, file)}

    def _gives(self, desk: Desk, who: str, said: Said, file: Attachment) -> bool:
        return ask(desk, who, f"/attachments/token/{file.token}/").shows(desks.said(said[0], public=said[1]))

    def promises_comment(self, desk: Desk, ticket: str, who: str, public: bool) -> bool:
        return ticket in self.asked and super().promises_comment(desk, ticket, who, public)


class ApiFiles(FileDownloads):
    """What the API tells about a file."""

    routes = ("/api/v2/attachments/{}",)

    def _gives(self, desk: Desk, who: str, said: Said, file: Attachment) -> bool:
        return ask(desk, who, f"/api/v2/attachments/{file.pk}").shows(file.file_name)


class LiveUpdates(Door):
    """Of which tickets the stream of news may speak to somebody."""

    def tickets(self, desk: Desk, who: str) -> set[str]:
        morsel = desk.browsers[who].cookies.get(settings.SESSION_COOKIE_NAME)
        cookies = f"{settings.SESSION_COOKIE_NAME}={morsel.value}" if morsel else ""
        numbers = [ticket.pk for ticket in desk.tickets.values()]
        with mock.patch.object(live_readers, "close_old_connections"):  # the test's own connection stays open
            allowed = live_readers.readable_ids(desk.account.schema_name, cookies, numbers) or set()
        return {name for name, ticket in desk.tickets.items() if ticket.pk in allowed}


WEB: tuple[Door, ...] = (
    EveryTicket(),
    SavedViews(),
    ViewExports(),
    TicketPages(),
    LiveFragments(),
    MergePicker(),
    RuleTraces(),
    AutomationDryRuns(),
    MacroPreviews(),
    LookupSuggestions(),
    WorkspaceSearch(),
    OwnNews(),
    PersonPages(),
    OwnRequests(),
    RequestPages(),
    WrongHelpCenter(),
    ApiLists(),
    ApiListsByPerson(),
    ApiTickets(),
    ApiComments(),
    ApiAudits(),
    ApiSearch(),
    ApiRequests(),
    ApiRequestComments(),
    ApiRequestLists(),
    FileDownloads(),
    ApiFiles(),
    LiveUpdates(),
)
