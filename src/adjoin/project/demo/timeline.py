"""A year of tickets as a list of moments: who says what when. Made from a fixed seed; touches no database."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from adjoin.project.demo.companies import CITIES, Company

YEAR = timedelta(days=365)
CLOSED_AFTER = timedelta(days=120)  # solved and quiet for so long
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Turn:
    """One update of a ticket."""

    at: datetime
    who: str  # "customer", "agent" or "system"
    text: str = ""
    note: str = ""  # private, from an agent
    status: str = ""  # "" leaves it


@dataclass
class Plan:
    """A ticket to be made: its beginning and everything that follows. People are places in lists."""

    at: datetime
    brand: str  # "home", "outdoor", or "" where there is one brand only
    subject: str
    opening: str
    customer: int
    agent: int
    group: str
    priority: str
    type: str
    tags: list[str]
    channel: str
    turns: list[Turn] = field(default_factory=list)
    is_made_by_partner: bool = False
    is_confidential: bool = False


def scenarios(company: Company) -> list[dict[str, Any]]:
    """What customers of the company write about, as `texts/<subdomain>.toml` has it."""
    text = files("adjoin.project.demo").joinpath("texts", f"{company.subdomain}.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["scenario"]
    return found


class Author:
    """Writes plans. `customers` are first names, `agents` are those who answer, per brand and group."""

    def __init__(
        self,
        company: Company,
        *,
        customers: Sequence[str],
        business_customers: Sequence[int],
        agents: Sequence[str],
        may_answer: dict[tuple[str, str], list[int]],
        now: datetime,
    ) -> None:
        self.company = company
        self.customers = customers
        self.business_customers = business_customers
        self.agents = agents
        self.may_answer = may_answer
        self.now = now
        self.random = Random(company.seed)  # noqa: S311 (a demo that always looks the same)
        self.scenarios = scenarios(company)

    def plans(self) -> Iterator[Plan]:
        """Every ticket of the year, oldest first."""
        for at in sorted(self._moment() for _ in range(self.company.tickets)):
            yield self._plan(at)

    def _moment(self) -> datetime:
        """Some office hour of the year, more of them lately."""
        is_recent = self.random.random() < 0.3
        days = self.random.uniform(0, 4) if is_recent else YEAR.days * (1 - self.random.random() ** 0.55)
        moment = self.now - timedelta(days=days)
        if moment.weekday() >= 5 and self.random.random() < 0.7:
            moment -= timedelta(days=2)
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        moment += timedelta(minutes=7 * 60 + self.random.randint(0, 13 * 60), seconds=self.random.randint(0, 59))
        return min(moment, self.now - timedelta(minutes=self.random.randint(20, 200)))

    def _plan(self, at: datetime) -> Plan:
        scenario = self.random.choices(self.scenarios, [one["weight"] for one in self.scenarios])[0]
        brand, group = scenario.get("brand", ""), scenario.get("group", "Support")
        customer = self._customer(scenario)
        agent = self.random.choice(self.may_answer[brand, group])
        product = self.random.choice(self.company.products[self.random.choice(scenario["products"])])
        words = self._words(at, customer, agent, product)
        place = self.random.randrange(len(scenario["subject"]))
        opening = place % len(scenario["opening"])
        plan = Plan(
            at=at,
            brand=brand,
            subject=scenario["subject"][place].format_map(words),
            opening=scenario["opening"][opening].format_map(words),
            customer=customer,
            agent=agent,
            group=group,
            priority=self.random.choice(scenario["priority"]),
            type=scenario["type"],
            tags=scenario["tags"],
            channel=self.random.choice(["web_form", "web_form", "email"]),
            is_made_by_partner=scenario.get("is_made_by_partner", False),
            is_confidential=self.random.random() < 0.03,
        )
        plan.turns = list(self._turns(self._worded(scenario, opening, words), at))
        return plan

    def _customer(self, scenario: dict[str, Any]) -> int:
        if scenario.get("business_only") or self.random.random() < 0.35:
            return self.random.choice(self.business_customers)
        return self.random.randrange(len(self.customers))

    def _words(self, at: datetime, customer: int, agent: int, product: str) -> dict[str, str]:
        return {
            "name": self.customers[customer],
            "agent": self.agents[agent],
            "colleague": self.random.choice([name for name in self.agents if name != self.agents[agent]]),
            "product": product,
            "order": f"{self.random.randint(20, 99)}-{self.random.randint(10000, 99999)}",
            "city": self.random.choice(CITIES),
            "day": _WEEKDAYS[(at - timedelta(days=self.random.randint(1, 4))).weekday()],
        }

    def _worded(self, scenario: dict[str, Any], opening: int, words: dict[str, str]) -> Iterator[tuple[str, str, str]]:
        """Who says what and which status that leaves. Lists of the same length one after the other go together."""
        place, count = opening, len(scenario["opening"])
        for who, status, wordings in scenario["turns"]:
            if len(wordings) != count:
                place, count = self.random.randrange(len(wordings)), len(wordings)
            yield who, status, wordings[place].format_map(words)

    def _turns(self, said: Iterable[tuple[str, str, str]], at: datetime) -> Iterator[Turn]:
        """The conversation as far as it has come by now; one long solved is closed."""
        latest = self.now - timedelta(minutes=15)
        status = note = ""
        for who, its_status, words in said:
            if who == "note":
                note = words if self.random.random() < 0.6 else ""
                continue
            if status == "solved" and self.random.random() < 0.7:
                break  # not everybody says thank you
            at += self._pause(who)
            if at > latest:
                return
            status = its_status or "open"
            yield Turn(at, who, words, note if who == "agent" else "", its_status)
            note = "" if who == "agent" else note
        if status == "open" and (at := at + timedelta(minutes=self.random.randint(10, 300))) < latest:
            yield Turn(at, "agent", status="solved")
        if at + CLOSED_AFTER < self.now:
            yield Turn(at + CLOSED_AFTER, "system", status="closed")

    def _pause(self, who: str) -> timedelta:
        """How long people take: hours for an agent, up to some days for a customer."""
        hours = {"agent": (0.7, 22.0), "customer": (0.5, 60.0)}[who]
        return timedelta(hours=self.random.uniform(*hours), seconds=self.random.randint(0, 59))
