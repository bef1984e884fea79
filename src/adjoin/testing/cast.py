"""The people that tests are about, and the desk they work at.

Acme has two brands, Home (the default) and Outdoor. What is special to a test is built in it, with actions."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import pytest

from adjoin.access import actors
from adjoin.access.actors import Actor
from adjoin.accounts.models import Account
from adjoin.brands import actions as brand_actions
from adjoin.brands.models import Brand
from adjoin.people import actions as people_actions
from adjoin.people.models import Group, Organization, User
from adjoin.people.terms import Role
from adjoin.testing.accounts import NOW
from adjoin.tickets import actions
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel

WEB = Via(Channel.WEB)
PASSWORD = "kettle-and-tent-42"


@dataclass
class Cast:
    """Who is there; `user("ana")` and `actor("ana")` find somebody by their first name."""

    home: Brand
    outdoor: Brand
    support: Group
    returns: Group
    users: dict[str, User] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)

    def user(self, name: str) -> User:
        """The person as the database has them now."""
        found: User = User.objects.get(pk=self.users[name].pk)
        return found

    def actor(self, name: str) -> Actor:
        """Who they are to the access rules, loaded afresh; `anonymous` is nobody."""
        return Actor.anonymous() if name == "anonymous" else actors.load(self.users[name].pk)

    def add(self, name: str, role: str = Role.END_USER, **more: Any) -> User:
        """One more person; their address is `name@example.com`, their password `PASSWORD`."""
        more.setdefault("password", PASSWORD)
        user = people_actions.create_user(
            name=f"{name.capitalize()} Example",
            email=f"{name}@example.com",
            role=role,
            now=NOW,
            is_verified=True,
            **more,
        )
        self.users[name] = user
        return user

    def join(self, name: str, organization: str, **more: Any) -> None:
        """Make somebody a member of an organization, which is made when it is not there."""
        if organization not in self.organizations:
            self.organizations[organization] = people_actions.create_organization(name=organization, now=NOW)
        people_actions.join_organization(
            user=self.users[name], organization=self.organizations[organization], now=NOW, **more
        )

    def ticket(self, requester: str = "cyd", *, by: str | None = None, at: datetime = NOW, **fields: Any) -> Ticket:
        """A ticket about a broken kettle, filed by an admin unless told otherwise."""
        comment = fields.pop("comment", None) or NewComment(
            body="My kettle is broken.", author_id=self.users[requester].pk
        )
        fields.setdefault("subject", "Broken kettle")
        fields.setdefault("brand_id", self.home.pk)
        return actions.create(
            actor=self.actor(by) if by else Actor.system(),
            now=at,
            via=WEB,
            comment=comment,
            requester_id=self.users[requester].pk,
            submitter_id=self.users[requester].pk,
            **fields,
        ).ticket

    def update(self, name: str, ticket: Ticket, *, at: datetime = NOW, **fields: Any) -> Ticket:
        """An update by somebody; `say="…"` adds a public comment, `note="…"` a private one."""
        comment = None
        if "say" in fields:
            comment = NewComment(body=fields.pop("say"))
        elif "note" in fields:
            comment = NewComment(body=fields.pop("note"), is_public=False)
        return actions.update(
            actor=self.actor(name), ticket_id=ticket.pk, now=at, via=WEB, comment=comment, **fields
        ).ticket


def build() -> None:
    """Acme at work: ana and ben answer for Home, cyd asks, dee is her colleague, eli somebody else."""
    home = Brand.objects.get(is_default=True)
    outdoor = brand_actions.create_brand(name="Acme Outdoor", subdomain="acme-outdoor", now=NOW)
    people_actions.create_group(name="Returns", now=NOW)
    cast = _find()
    cast.add("ada", Role.ADMIN)
    for name, brands in (("ana", [home, outdoor]), ("ben", [outdoor])):
        agent = cast.add(name, Role.AGENT)
        brand_actions.set_brands_of(user=agent, brands=brands, now=NOW)
    for name in ("cyd", "dee", "eli"):
        cast.add(name)
    cast.join("cyd", "Kettle Club")
    cast.join("dee", "Kettle Club")


@lru_cache(maxsize=2)
def _found(schema: str) -> bytes:
    """The people as they are at the beginning of every test, pickled: copied that way in a fifth of the time.

    Each ready-made Acme has its own: the same people, whose passwords were salted differently."""
    return pickle.dumps(_find())


def _find() -> Cast:
    brands = {brand.subdomain: brand for brand in Brand.objects.all()}
    groups = {group.name: group for group in Group.objects.all()}
    users = {user.name.split()[0].lower(): user for user in User.objects.order_by("pk")}
    organizations = {organization.name: organization for organization in Organization.objects.all()}
    return Cast(brands["acme"], brands["acme-outdoor"], groups["Support"], groups["Returns"], users, organizations)


@pytest.fixture
def cast(acme: Account) -> Cast:
    """Acme at work, as `build` has left it."""
    found: Cast = pickle.loads(_found(acme.schema_name))
    return found
