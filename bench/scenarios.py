"""What is asked of the desk, and the ids to ask for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench import words
from bench.clients import Ask, Client

SAMPLES = 20  # calls of 100 random tickets each, to choose from
PAGES = 30  # of 50 tickets, that a list is read through
UNSOLVED = ("new", "open", "pending", "hold")
NEWEST = {"sort_by": "updated_at", "sort_order": "desc", "per_page": 50}


class World:
    """Ids and cursors to ask for, found through the API as the agent reads it. Each method makes one request."""

    def __init__(self, agent: Client, tickets: int) -> None:
        chance = random.Random(7)
        shown = [one for _ in range(SAMPLES) for one in _some(agent, chance, tickets)]
        self.tickets = [ticket["id"] for ticket in shown]
        self.requesters = sorted({ticket["requester_id"] for ticket in shown})
        self.unsolved = [ticket["id"] for ticket in _newest(agent) if ticket["status"] in UNSOLVED]
        self.cursors = _cursors(agent)
        self.organization_id = agent.ask(Ask("/api/v2/organizations"))["organizations"][0]["id"]  # of both

    def list_by_cursor(self, chance: random.Random) -> Ask:
        return Ask(_tickets(sort="-updated_at", **{"page[size]": 50, "page[after]": chance.choice(self.cursors)}))

    def list_by_number(self, chance: random.Random) -> Ask:
        return Ask(_tickets(**NEWEST, page=chance.randint(1, PAGES)))

    def ticket(self, chance: random.Random) -> Ask:
        return Ask(f"/api/v2/tickets/{chance.choice(self.tickets)}")

    def comments(self, chance: random.Random) -> Ask:
        return Ask(f"/api/v2/tickets/{chance.choice(self.tickets)}/comments")

    def audits(self, chance: random.Random) -> Ask:
        return Ask(f"/api/v2/tickets/{chance.choice(self.tickets)}/audits")

    def common_word(self, chance: random.Random) -> Ask:
        return _search(chance.choice(words.common()))

    def rare_word(self, chance: random.Random) -> Ask:
        return _search(chance.choice(words.rare()))

    def order_number(self, chance: random.Random) -> Ask:
        return _search(f"AC{100_000 + chance.choice(self.tickets)}")

    def own_requests(self, _chance: random.Random) -> Ask:
        return Ask(f"/api/v2/requests?{urlencode(NEWEST)}")

    def requests_of_organization(self, _chance: random.Random) -> Ask:
        return Ask(f"/api/v2/organizations/{self.organization_id}/requests?{urlencode(NEWEST)}")

    def page_of_list(self, _chance: random.Random) -> Ask:
        return Ask("/agent/views/3/")  # all unsolved tickets, with the counts of every view

    def page_of_ticket(self, chance: random.Random) -> Ask:
        return Ask(f"/agent/tickets/{chance.choice(self.tickets)}/")

    def page_of_requests(self, _chance: random.Random) -> Ask:
        return Ask("/hc/en/requests/organizations/")

    def create(self, chance: random.Random) -> Ask:
        ticket = {
            "subject": _text(chance, 6),
            "comment": {"body": _text(chance, 40)},
            "requester_id": chance.choice(self.requesters),
            "tags": ["bench"],
        }
        return Ask("/api/v2/tickets", "POST", {"ticket": ticket})

    def comment(self, chance: random.Random) -> Ask:
        said = {"comment": {"body": _text(chance, 40), "public": True}}
        return Ask(f"/api/v2/tickets/{chance.choice(self.unsolved)}", "PUT", {"ticket": said})


@dataclass(frozen=True)
class Scenario:
    """One thing that is asked, and who asks it."""

    name: str
    reader: str
    make: Callable[[random.Random], Ask]


def all_of(world: World) -> list[Scenario]:
    """Everything that is measured. Reading comes first, for writing makes work that goes on."""
    return [
        Scenario("list of 50 tickets, by cursor", "agent", world.list_by_cursor),
        Scenario("list of 50 tickets, by number", "agent", world.list_by_number),
        Scenario("ticket", "agent", world.ticket),
        Scenario("comments of a ticket", "agent", world.comments),
        Scenario("audits of a ticket", "agent", world.audits),
        Scenario("search, common word", "agent", world.common_word),
        Scenario("search, rare word", "agent", world.rare_word),
        Scenario("search, order number", "agent", world.order_number),
        Scenario("own requests, in 1 organization", "one", world.own_requests),
        Scenario("own requests, in 300", "many", world.own_requests),
        Scenario("own requests, in 300 quiet ones", "quiet", world.own_requests),
        Scenario("organization's requests, in 1", "one", world.requests_of_organization),
        Scenario("organization's requests, in 300", "many", world.requests_of_organization),
        Scenario("page: unsolved tickets, 8 counts", "agent", world.page_of_list),
        Scenario("page: ticket", "agent", world.page_of_ticket),
        Scenario("page: organization's requests, in 1", "one", world.page_of_requests),
        Scenario("page: organization's requests, in 300", "many", world.page_of_requests),
        Scenario("create a ticket", "agent", world.create),
        Scenario("comment on a ticket", "agent", world.comment),
    ]


def _some(agent: Client, chance: random.Random, tickets: int) -> list[dict[str, Any]]:
    ids = ",".join(str(chance.randint(1, tickets)) for _ in range(100))
    found: list[dict[str, Any]] = agent.ask(Ask(f"/api/v2/tickets/show_many?ids={ids}"))["tickets"]
    return found


def _newest(agent: Client) -> list[dict[str, Any]]:
    pages = (agent.ask(Ask(_tickets(**NEWEST, page=number))) for number in range(1, PAGES + 1))
    return [ticket for page in pages for ticket in page["tickets"]]


def _cursors(agent: Client) -> list[str]:
    cursors: list[str] = []
    for _ in range(PAGES):
        after = {"page[after]": cursors[-1]} if cursors else {}
        page = agent.ask(Ask(_tickets(sort="-updated_at", **{"page[size]": 50, **after})))
        cursors.append(page["meta"]["after_cursor"])
    return cursors


def _tickets(**query: Any) -> str:
    return f"/api/v2/tickets?{urlencode(query)}"


def _search(text: str) -> Ask:
    return Ask(f"/api/v2/search?{urlencode({'query': f'type:ticket {text}', 'per_page': 50})}")


def _text(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices([*words.common(), *words.rare()], k=length))
