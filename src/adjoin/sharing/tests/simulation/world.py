"""The three desks: Acme shares with Maker, Maker with Carrier, Acme with Carrier and Carrier with Acme."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django_tenants.utils import tenant_context

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.accounts.actions import create_account
from adjoin.accounts.models import Account
from adjoin.fields.models import TicketField
from adjoin.people import actions as people
from adjoin.people.terms import Role
from adjoin.rules.models import Trigger
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import CommentsTerm
from adjoin.testing.accounts import NOW
from adjoin.testing.partners import Network, agree

WHO_SHARES_WITH_WHOM = (("acme", "maker"), ("maker", "carrier"), ("acme", "carrier"), ("carrier", "acme"))


@dataclass(frozen=True)
class Desk:
    """One company: an agent who works and a customer who asks."""

    name: str
    account: Account
    agent: Actor
    customer_id: int
    field_id: int  # of "Colour", a field of the ticket
    outbound: dict[str, int]  # by partner, the id of the agreement under which this desk shares

    @contextmanager
    def open(self) -> Iterator[None]:
        """Be there for a while."""
        with tenant_context(self.account):
            yield


@dataclass(frozen=True)
class World:
    """All three, and the uuids of what they agreed on: by `(sharer, receiver)`."""

    desks: dict[str, Desk]
    agreements: dict[tuple[str, str], str]

    def set_terms(self, chance: random.Random) -> None:
        """Other terms for each agreement, the same on both sides."""
        for uuid in self.agreements.values():
            comments = chance.choice(list(CommentsTerm))
            terms = {
                "comments": comments,
                "syncs_status": comments != CommentsTerm.PRIVATE and chance.random() < 0.8,
                "syncs_tags": chance.random() < 0.7,
                "syncs_custom_fields": chance.random() < 0.6,
                "shares_attachments": chance.random() < 0.8,
            }
            for desk in self.desks.values():
                with desk.open():
                    SharingAgreement.objects.filter(uuid=uuid).update(**terms)


def build(network: Network) -> World:
    """The world before anything happens. The third account goes with the test's transaction."""
    create_account(subdomain="carrier", name="Carrier", now=NOW)
    accounts = {account.subdomain: account for account in Account.objects.exclude(schema_name="public")}
    desks = {name: _desk(account) for name, account in accounts.items()}
    agreements: dict[tuple[str, str], str] = {}
    for sharer, receiver in WHO_SHARES_WITH_WHOM:
        with desks[sharer].open():
            made = agree(network, accounts[receiver])
            desks[sharer].outbound[receiver] = made.pk
            agreements[sharer, receiver] = made.uuid
    return World(desks, agreements)


def _desk(account: Account) -> Desk:
    with tenant_context(account):
        Trigger.objects.all().delete()  # rules have tests of their own, and cost each step its time
        agent = people.create_user(name=f"Agent of {account.name}", email=None, role=Role.ADMIN, now=NOW)
        customer = people.create_user(name=f"Customer of {account.name}", email=None, now=NOW)
        colour = TicketField.objects.create(
            type="text", title="Colour", title_in_portal="Colour", created_at=NOW, updated_at=NOW
        )
        return Desk(account.subdomain, account, actors.load(agent.pk), customer.pk, colour.pk, {})
