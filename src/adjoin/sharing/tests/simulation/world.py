"""The three desks: Acme shares with Maker, Maker with Carrier, Acme with Carrier and Carrier with Acme."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django_tenants.utils import tenant_context

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.accounts.actions import create_account
from adjoin.accounts.models import Account
from adjoin.fields.actions import create_status
from adjoin.fields.models import TicketField, TicketFieldOption
from adjoin.people import actions as people
from adjoin.people.terms import Role
from adjoin.rules.models import Trigger
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.tests.simulation import undoing
from adjoin.sharing.tests.simulation.memory import Pair
from adjoin.testing.accounts import NOW
from adjoin.testing.partners import Network, agree

WHO_SHARES_WITH_WHOM = (("acme", "maker"), ("maker", "carrier"), ("acme", "carrier"), ("carrier", "acme"))

COLOURS = ("red", "blue")  # choices of a field: each is a tag of the tickets that have it


@dataclass(frozen=True)
class Desk:
    """One company: an agent who works and a customer who asks."""

    name: str
    account: Account
    agent: Actor
    customer_id: int
    field_id: int  # of "Colour", a field of the ticket
    status_ids: tuple[int, ...]  # of its own: one that Carrier does not have, and one that nobody else has

    @contextmanager
    def open(self) -> Iterator[None]:
        """Be there for a while."""
        with tenant_context(self.account):
            yield


@dataclass(frozen=True)
class World:
    """All three, and the uuids of what they agreed on and its id with who shares: by `(sharer, receiver)`."""

    desks: dict[str, Desk]
    agreements: dict[Pair, str]
    outbound: dict[Pair, int]

    def set_terms(self, chance: random.Random) -> None:
        """Other terms for each agreement, the same on both sides."""
        for uuid in self.agreements.values():
            terms = asdict(undoing.random_terms(chance))
            for desk in self.desks.values():
                with desk.open():
                    SharingAgreement.objects.filter(uuid=uuid).update(**terms)


def build(network: Network) -> World:
    """The world before anything happens. The third account goes with the test's transaction."""
    create_account(subdomain="carrier", name="Carrier", now=NOW)
    accounts = {account.subdomain: account for account in Account.objects.exclude(schema_name="public")}
    desks = {name: _desk(account) for name, account in accounts.items()}
    agreements: dict[Pair, str] = {}
    outbound: dict[Pair, int] = {}
    for sharer, receiver in WHO_SHARES_WITH_WHOM:
        with desks[sharer].open():
            made = agree(network, accounts[receiver])
            agreements[sharer, receiver], outbound[sharer, receiver] = made.uuid, made.pk
    return World(desks, agreements, outbound)


def _desk(account: Account) -> Desk:
    with tenant_context(account):
        Trigger.objects.all().delete()  # rules have tests of their own, and cost each step its time
        agent = people.create_user(name=f"Agent of {account.name}", email=None, role=Role.ADMIN, now=NOW)
        customer = people.create_user(name=f"Customer of {account.name}", email=None, now=NOW)
        colour = TicketField.objects.create(
            type="tagger", title="Colour", title_in_portal="Colour", created_at=NOW, updated_at=NOW
        )
        TicketFieldOption.objects.bulk_create(
            TicketFieldOption(field=colour, name=name.title(), value=name) for name in COLOURS
        )
        names = [f"In the lab of {account.name}", *(["Waiting for parts"] if account.subdomain != "carrier" else [])]
        statuses = [create_status(status_category="pending", agent_label=name, now=NOW).pk for name in names]
        return Desk(account.subdomain, account, actors.load(agent.pk), customer.pk, colour.pk, tuple(statuses))
