"""Who can read a ticket: the rules of `grants`, asked the other way round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adjoin.access import actors, explain, narrowing, readable, where_set
from adjoin.people.models import Membership, User
from adjoin.people.terms import Role

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.access.explain import Explanation, Verdict
    from adjoin.tickets.models import Ticket

CompanyReader = Callable[["Ticket"], Iterable["Company"]]
_companies: list[CompanyReader] = []


@dataclass(frozen=True)
class Company:
    """Another company that has the ticket too, and by what."""

    name: str
    rule: str
    sentence: str


@dataclass(frozen=True)
class Reader:
    """Somebody who can read it, and each rule that lets them in."""

    user_id: int
    name: str
    is_agent: bool
    opened_by: tuple[Verdict, ...]
    passed_over: tuple[Verdict, ...]  # walls that would have kept them out, had they not come in another way


@dataclass(frozen=True)
class KeptOut:
    """Somebody whom a grant would let in, and the walls that do not."""

    user_id: int
    name: str
    closed_by: tuple[Verdict, ...]


@dataclass(frozen=True)
class Readers:
    """Everybody who can read one ticket; agents first, each by name."""

    people: tuple[Reader, ...]
    kept_out: tuple[KeptOut, ...]  # agents only: an end user has no claim to a ticket that is not theirs
    companies: tuple[Company, ...]

    @property
    def sentence(self) -> str:
        """ "7 people in 2 companies can read this."."""
        number = len(self.people)
        people = ngettext("%(count)s person", "%(count)s people", number) % {"count": f"{number:,}"}
        if not self.companies:
            return _("%(people)s can read this.") % {"people": people}
        told = _("%(people)s in %(count)s companies can read this.")
        return told % {"people": people, "count": 1 + len(self.companies)}

    def by_rule(self) -> dict[str, list[Reader]]:
        """The people by the first rule that lets them in."""
        found: dict[str, list[Reader]] = defaultdict(list)
        for reader in self.people:
            found[reader.opened_by[0].rule].append(reader)
        return dict(found)


def name_companies_with(reader: CompanyReader) -> None:
    """Have `reader(ticket)` name the companies outside this desk that have a ticket too."""
    if reader not in _companies:
        _companies.append(reader)


def of(ticket: Ticket) -> Readers:
    """Everybody who can read `ticket`. A few queries, however many people there are.

    Tells of people and walls: show names only to people in charge."""
    facts = readable.facts(ticket.pk)
    known = actors.load_many(_candidates(ticket))
    told: dict[Actor, Explanation] = {}
    people, kept_out = [], []
    for actor in sorted(known.values(), key=lambda one: (not one.is_agent, one.name.lower(), one.user_id)):
        case = narrowing.to_ticket(actor, ticket)
        if case not in told:
            told[case] = explain.ticket(case, ticket.pk)
        found, user_id = told[case], actor.user_id or 0
        named = partial(_for, actor, facts)
        if found.is_readable:
            reader = Reader(user_id, actor.name, actor.is_agent, named(found.opened_by), named(found.passed_over))
            people.append(reader)
        elif actor.is_agent and found.closed_by:
            kept_out.append(KeptOut(user_id, actor.name, named(found.closed_by)))
    companies = tuple(company for reader in _companies for company in reader(ticket))
    return Readers(tuple(people), tuple(kept_out), companies)


def _for(actor: Actor, facts: where_set.Facts, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """The verdicts of a case, with the pages where they are set for this one person."""
    return tuple(replace(one, set_at=where_set.of(one.rule, actor, facts)) for one in verdicts)


def _candidates(ticket: Ticket) -> list[int]:
    """The ids of everybody whom any grant could let in: agents, and who has to do with the ticket."""
    members = Membership.objects.filter(organization_id=ticket.organization_id or 0).values("user_id")
    copied = ticket.copied.values("user_id")
    rows = User.objects.active().filter(
        Q(pk=ticket.requester_id) | Q(role__in=(Role.AGENT, Role.ADMIN)) | Q(pk__in=members) | Q(pk__in=copied)
    )
    return list(rows.values_list("pk", flat=True))
