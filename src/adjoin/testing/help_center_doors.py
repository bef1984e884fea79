"""The doors of the help centers, where everybody is an end user of one brand."""

from __future__ import annotations

from adjoin.testing.asking import TELLING_AT_HOME, Answer, EachRequest, EachTicket, Lists, ask
from adjoin.testing.desk import NOBODY, Desk
from adjoin.testing.doors import Side


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
