"""The doors of the workspace and of the settings."""

from __future__ import annotations

from collections.abc import Iterable

from adjoin.access.permissions import Permission
from adjoin.notifications.models import News
from adjoin.rules.models import Automation, Macro
from adjoin.saved_views import queries as saved_views
from adjoin.testing import desk as desks
from adjoin.testing import rights
from adjoin.testing.accounts import NOW
from adjoin.testing.asking import Answer, EachTicket, Lists, ask
from adjoin.testing.desk import NOBODY, READERS, Desk
from adjoin.testing.doors import Said, promised_to_read


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
