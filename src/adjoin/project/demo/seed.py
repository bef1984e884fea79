"""Making the two example companies, a year old, through the same actions that people use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django_tenants.utils import tenant_context

from adjoin.access import actors, readable
from adjoin.access.actors import Actor
from adjoin.accounts.actions import create_account
from adjoin.accounts.models import Account
from adjoin.brands import actions as brand_actions
from adjoin.brands.models import Brand
from adjoin.help_center import actions as help_center
from adjoin.notifications.defaults import CLOSING
from adjoin.people import actions as people
from adjoin.people.models import Group, Organization, User
from adjoin.people.terms import Role
from adjoin.project.demo import library, promises
from adjoin.project.demo.companies import COMPANIES, FIRST_NAMES, LAST_NAMES, PASSWORD, Company, Person
from adjoin.project.demo.timeline import CLOSED_AFTER, YEAR, Author, Plan, Turn
from adjoin.rules import actions as rules
from adjoin.rules import writes
from adjoin.rules.kinds import AUTOMATION
from adjoin.rules.models import Automation, Trigger
from adjoin.tickets import actions as tickets
from adjoin.tickets.changes import NewComment, Via
from adjoin.tickets.terms import Channel

FOUNDED = YEAR + timedelta(days=40)  # so long ago


@dataclass
class Desk:
    """One company's account while its past is being made; people, brands and groups are found by name or place."""

    company: Company
    now: datetime
    brands: dict[str, Brand] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    agents: list[User] = field(default_factory=list)
    customers: list[User] = field(default_factory=list)

    @property
    def founded_at(self) -> datetime:
        return self.now - FOUNDED


def clear() -> None:
    """Remove what an interrupted demo has left in the database: the example companies' accounts and their jobs."""
    schemas = list(
        Account.objects.filter(subdomain__in=[company.subdomain for company in COMPANIES]).values_list(
            "schema_name", flat=True
        )
    )
    with connection.cursor() as cursor:
        for schema in schemas:
            cursor.execute(f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(schema)} CASCADE")
            cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'account' = %s", [schema])
    Account.objects.filter(schema_name__in=schemas).delete()


def found(company: Company, now: datetime) -> int:
    """Open the company's account with its people, and file a year of requests, oldest first. Returns how many.

    Nobody has answered any of them yet, and its triggers are off: nobody gets a mail about last winter."""
    account = create_account(subdomain=company.subdomain, name=company.name, now=now - FOUNDED)
    with tenant_context(account), transaction.atomic():
        desk = Desk(company, now)
        _open_brands(desk)
        _found_groups(desk)
        _found_organizations(desk)
        _hire_and_welcome(desk)
        _switch_triggers(desk, is_on=False)
        _keep_solved_requests(desk)
        _write_articles(desk)
        plans = _plans(desk)
        for plan in plans:
            _file(desk, plan)
        return len(plans)


def answer(company: Company, now: datetime, *, first: int, end: int) -> None:
    """Everything that happened after the requests number `first` (from 0) up to before `end` had been filed."""
    with tenant_context(Account.objects.get(subdomain=company.subdomain)), transaction.atomic():
        desk = _desk(company, now)
        plans = _plans(desk)[first:end]
        ids = readable.tickets(Actor.system()).order_by("pk").values_list("pk", flat=True)[first:end]
        known = {user.pk: actors.load(user.pk) for user in desk.agents + desk.customers}
        for ticket_id, plan in zip(ids, plans, strict=True):
            for number, turn in enumerate(plan.turns):
                _go_on(desk, plan, turn, ticket_id, known, is_first=number == 0)


def open_for_business(company: Company, now: datetime) -> None:
    """The year is over: triggers act from now on, and what is promised counts."""
    with tenant_context(Account.objects.get(subdomain=company.subdomain)):
        _switch_triggers(_desk(company, now), is_on=True)
        promises.make(now)


def _desk(company: Company, now: datetime) -> Desk:
    """What `found` has made, read again."""
    people_in_order = list(User.objects.order_by("pk"))
    return Desk(
        company,
        now,
        brands={brand.name: brand for brand in Brand.objects.order_by("pk")},
        groups={group.name: group for group in Group.objects.order_by("pk")},
        agents=[user for user in people_in_order if user.is_agent],
        customers=[user for user in people_in_order if not user.is_agent],
    )


def _switch_triggers(desk: Desk, *, is_on: bool) -> None:
    for trigger in Trigger.objects.in_order():
        rules.switch_trigger(actor=Actor.system(), trigger=trigger, is_active=is_on, now=desk.founded_at)


def _keep_solved_requests(desk: Desk) -> None:
    """Both companies close what is solved as late as their past has it."""
    days = CLOSED_AFTER.days
    hours = {"field": "SOLVED", "operator": "greater_than", "value": str(days * 24)}
    is_solved = {"field": "status", "operator": "is", "value": "solved"}
    writes.update(
        AUTOMATION,
        actor=Actor.system(),
        rule_id=Automation.objects.get(title=CLOSING).pk,
        now=desk.founded_at,
        title=f"Close ticket {days} days after status is set to solved",
        conditions={"all": [is_solved, hours]},
    )


def _write_articles(desk: Desk) -> None:
    """Only Acme has a help center worth reading; its first agent wrote it, in the first months."""
    if desk.company.subdomain == "acme":
        author = actors.load(desk.agents[0].pk)
        theirs = list(desk.organizations.values())
        home = brand_actions.default_brand()
        library.write(actor=author, brand=home, organizations=theirs, now=desk.founded_at + timedelta(days=20))


def _open_brands(desk: Desk) -> None:
    default = brand_actions.change_brand(
        brand=brand_actions.default_brand(), now=desk.founded_at, **desk.company.default_brand
    )
    desk.brands[default.name] = default
    for subdomain, looks in desk.company.more_brands.items():
        brand = brand_actions.create_brand(subdomain=subdomain, now=desk.founded_at, **looks)
        desk.brands[brand.name] = brand


def _found_groups(desk: Desk) -> None:
    desk.groups["Support"] = Group.objects.get(is_default=True)
    for name, (description, is_public) in desk.company.groups.items():
        desk.groups[name] = people.create_group(
            name=name, description=description, is_public=is_public, now=desk.founded_at
        )


def _found_organizations(desk: Desk) -> None:
    for firm in desk.company.firms:
        desk.organizations[firm.name] = people.create_organization(
            name=firm.name,
            shared_tickets=firm.shared_tickets,
            shared_comments=firm.shared_comments,
            domain_names=[firm.domain] if firm.domain else [],
            notes=firm.notes,
            now=desk.founded_at,
        )


def _hire_and_welcome(desk: Desk) -> None:
    for person in desk.company.people:
        user = _user(desk, person)
        (desk.customers if person.role == Role.END_USER else desk.agents).append(user)
    for person in _strangers(desk.company):
        desk.customers.append(_user(desk, person))
    # Made slowly, as it should be, but once: everybody in the demo has the same password.
    User.objects.filter(email__in=[person.email for person in desk.company.who_sign_in]).update(
        password=make_password(PASSWORD)
    )


def _user(desk: Desk, person: Person) -> User:
    user = people.create_user(
        name=person.name,
        email=person.email,
        role=person.role,
        is_owner=person.is_owner,
        is_verified=True,
        only_private_comments=person.is_light,
        now=desk.founded_at,
    )
    if person.brands:
        brand_actions.set_brands_of(
            user=user, brands=[desk.brands[name] for name in person.brands], now=desk.founded_at
        )
    for name in person.groups:
        people.add_to_group(user=user, group=desk.groups[name], now=desk.founded_at)
    for name in person.organizations:
        if not user.memberships.filter(organization__name=name).exists():  # their address may have put them there
            people.join_organization(user=user, organization=desk.organizations[name], now=desk.founded_at)
    return user


def _strangers(company: Company) -> list[Person]:
    """Customers without an organization, each with a name of their own."""
    random = Random(company.seed)  # noqa: S311 (a demo that always looks the same)
    pairs = random.sample([(first, last) for first in FIRST_NAMES for last in LAST_NAMES], company.strangers)
    return [Person(f"{first} {last}", f"{first}.{last}@mail.example".lower()) for first, last in pairs]


def _plans(desk: Desk) -> list[Plan]:
    return list(_author(desk).plans())


def _author(desk: Desk) -> Author:
    default, *others = desk.brands
    brands = {"home": default, "outdoor": others[0]} if others else {"": default}
    in_groups = {name: set(group.memberships.values_list("user_id", flat=True)) for name, group in desk.groups.items()}
    return Author(
        desk.company,
        customers=[user.name.split()[0] for user in desk.customers],
        business_customers=[place for place, user in enumerate(desk.customers) if user.memberships.exists()],
        agents=[user.name.split()[0] for user in desk.agents],
        may_answer={
            (word, group): [
                place
                for place, user in enumerate(desk.agents)
                if user.pk in members
                and not user.only_private_comments
                and brand_actions.works_for(user=user, brand=desk.brands[brand])
            ]
            for word, brand in brands.items()
            for group, members in in_groups.items()
        },
        now=desk.now,
    )


def _file(desk: Desk, plan: Plan) -> None:
    names = list(desk.brands)
    help_center.file_request(
        actor=actors.load(desk.customers[plan.customer].pk),
        brand=desk.brands[names[1] if plan.brand == "outdoor" else names[0]],
        subject=plan.subject,
        body=plan.opening,
        via=Via(Channel(plan.channel)),
        now=plan.at,
    )


def _go_on(desk: Desk, plan: Plan, turn: Turn, ticket_id: int, known: dict[int, Actor], *, is_first: bool) -> None:
    """One more update; the first one, which is an agent's, also says where the ticket belongs."""
    fields: dict[str, Any] = {"status": turn.status} if turn.status else {}
    if turn.who == "customer":
        actor = known[desk.customers[plan.customer].pk].as_end_user()
    else:
        actor = Actor.system() if turn.who == "system" else known[desk.agents[plan.agent].pk]
    if is_first:
        fields |= {
            "group_id": desk.groups[plan.group].pk,
            "assignee_id": actor.user_id,
            "priority": plan.priority,
            "type": plan.type,
            "tags": plan.tags,
            "is_confidential": plan.is_confidential,
        }
    tickets.update(
        actor=actor,
        ticket_id=ticket_id,
        now=turn.at,
        via=Via(Channel.WEB),
        comment=NewComment(body=turn.text) if turn.text else None,
        more_comments=[NewComment(body=turn.note, is_public=False)] if turn.note else [],
        **fields,
    )
