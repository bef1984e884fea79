"""In any world at all, what the desk lets people read and do is what a plain reading of the rules says.

`make test` looks at a hundred worlds, always the same ones; `WORLDS=2000` looks at as many others as it says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjoin.access import actors, explain, grants, permissions, readable, readers
from adjoin.access.actors import Actor
from adjoin.access.explain import Explanation
from adjoin.access.permissions import Permission
from adjoin.access.tests import oracle
from adjoin.access.tests.oracle import Group, Membership, Organization, Person, Ticket, World
from adjoin.access.tests.test_mutations import changed
from adjoin.brands.models import Brand, BrandMembership
from adjoin.desk_settings.models import DeskSettings
from adjoin.people import models as people
from adjoin.people import roles
from adjoin.people.terms import TicketRestriction
from adjoin.suspended.models import SuspendedTicket
from adjoin.suspended.terms import Cause
from adjoin.testing.accounts import NOW
from adjoin.tickets import models as tickets

USUAL = 100
WORLDS = int(os.environ.get("WORLDS", USUAL))
BRANDS, GROUPS, ORGANIZATIONS = (9_001, 9_002), (9_101, 9_102, 9_103), (9_201, 9_202)
PEOPLE, TICKETS = tuple(range(9_301, 9_305)), tuple(range(9_401, 9_407))
SUSPENDED = {9_501: BRANDS[0], 9_502: BRANDS[1], 9_503: None}  # in each brand, and in none
ACTS = ("comment_publicly", "comment_privately", "edit_ticket", "mark_solved", "delete_ticket", "share_ticket")
ROLES = ("agent", "agent", "agent", "end-user", "end-user", "admin")
RESTRICTIONS = ("", "", "groups", "organization", "assigned", "requested")
TICKET_ACCESS = {value: key for key, value in reversed(roles.SCOPES.items())}

seldom = st.integers(0, 7).map(lambda number: number == 0)
often = st.booleans()


def some(of: tuple[int, ...]) -> st.SearchStrategy[set[int]]:
    return st.sets(st.sampled_from(of), max_size=2)


@st.composite
def persons(draw: Any, pk: int) -> Person:
    role, restriction = draw(st.sampled_from(ROLES)), draw(st.sampled_from(RESTRICTIONS))
    return Person(
        pk=pk,
        role=role,
        restriction=restriction,
        is_light=role != "end-user" and draw(seldom),
        has_custom_role=role == "agent" and restriction != "requested" and draw(often),
        edits=draw(often),
        guards=draw(often),
        is_suspended=draw(seldom),
        is_active=not draw(seldom),
        is_placeholder=role == "end-user" and draw(seldom),
        brands=draw(some(BRANDS)),
        groups=draw(some(GROUPS)),
        memberships=draw(st.dictionaries(st.sampled_from(ORGANIZATIONS), memberships(), max_size=2)),
    )


@st.composite
def memberships(draw: Any) -> Membership:
    sees = draw(seldom)
    return Membership(sees, sees and draw(often))


@st.composite
def ticket_rows(draw: Any, pk: int) -> Ticket:
    return Ticket(
        pk=pk,
        requester=draw(st.sampled_from(PEOPLE)),
        brand=draw(st.sampled_from((*BRANDS, *BRANDS, None))),
        group=draw(st.sampled_from((*GROUPS, None))),
        organization=draw(st.sampled_from((*ORGANIZATIONS, None))),
        assignee=draw(st.sampled_from((*PEOPLE, None))),
        has_public_comment=not draw(seldom),
        is_confidential=draw(seldom),
        is_deleted=draw(seldom),
        is_closed=draw(seldom),
        ccs=draw(st.sets(st.sampled_from(PEOPLE), max_size=1)),
        followers=draw(st.sets(st.sampled_from(PEOPLE), max_size=1)),
    )


@st.composite
def worlds(draw: Any) -> World:
    shared = {pk: draw(often) for pk in ORGANIZATIONS}
    return World(
        people={pk: draw(persons(pk)) for pk in PEOPLE},
        organizations={pk: Organization(pk, is_shared, is_shared and draw(often)) for pk, is_shared in shared.items()},
        groups={pk: Group(pk, draw(often), draw(seldom), draw(seldom)) for pk in GROUPS},
        light_access=draw(st.sampled_from(("", "groups", "organization"))),
        tickets={pk: draw(ticket_rows(pk)) for pk in TICKETS},
    )


def write(world: World) -> None:
    """The world, as rows; tickets of other tests are out of the way."""
    tickets.Ticket.objects.update(deleted_at=NOW)
    at = {"created_at": NOW, "updated_at": NOW}
    _write_people(world, at)
    everybody, rows = world.people.values(), world.tickets.values()
    tickets.Ticket.objects.bulk_create([_row(ticket) for ticket in rows])
    tickets.Audit.objects.bulk_create(
        [tickets.Audit(pk=ticket.pk, ticket_id=ticket.pk, channel="web", created_at=NOW) for ticket in rows]
    )
    said = [(ticket, is_public) for ticket in rows for is_public in (True, False)]
    tickets.Comment.objects.bulk_create(
        [
            tickets.Comment(
                ticket_id=one.pk, audit_id=one.pk, author_id=one.requester, is_public=is_public, created_at=NOW
            )
            for one, is_public in said
            if one.has_public_comment or not is_public
        ]
    )
    SuspendedTicket.objects.bulk_create(
        [SuspendedTicket(pk=pk, brand_id=brand, cause=Cause.BLOCKED, created_at=NOW) for pk, brand in SUSPENDED.items()]
    )
    tickets.TicketCc.objects.bulk_create(
        [tickets.TicketCc(ticket_id=ticket.pk, user_id=pk) for ticket in rows for pk in ticket.ccs]
    )
    tickets.TicketFollower.objects.bulk_create(
        [tickets.TicketFollower(ticket_id=ticket.pk, user_id=pk) for ticket in rows for pk in ticket.followers]
    )
    BrandMembership.objects.bulk_create(
        [BrandMembership(user_id=one.pk, brand_id=pk, **at) for one in everybody for pk in one.brands]
    )


def _write_people(world: World, at: dict[str, Any]) -> None:
    everybody = world.people.values()
    Brand.objects.bulk_create([Brand(pk=pk, name=str(pk), subdomain=f"brand{pk}", **at) for pk in BRANDS])
    people.Group.objects.bulk_create(
        [
            people.Group(
                pk=one.pk,
                name=str(one.pk),
                is_public=one.is_public,
                is_deleted=one.is_deleted,
                is_confidential=one.is_confidential,
                **at,
            )
            for one in world.groups.values()
        ]
    )
    people.Organization.objects.bulk_create(
        [
            people.Organization(
                pk=one.pk,
                name=str(one.pk),
                shared_tickets=one.shares_tickets,
                shared_comments=one.shares_comments,
                **at,
            )
            for one in world.organizations.values()
        ]
    )
    DeskSettings.objects.update_or_create(pk=1, defaults={"light_agent_access": world.light_access})
    people.CustomRole.objects.bulk_create([_role(one, at) for one in everybody if one.has_custom_role])
    people.User.objects.bulk_create([_user(one, at) for one in everybody])
    people.GroupMembership.objects.bulk_create(
        [people.GroupMembership(user_id=one.pk, group_id=pk, **at) for one in everybody for pk in one.groups]
    )
    people.Membership.objects.bulk_create(
        [
            people.Membership(
                user_id=one.pk, organization_id=pk, sees_tickets=its.sees, comments_tickets=its.comments, **at
            )
            for one in everybody
            for pk, its in one.memberships.items()
        ]
    )


def _role(person: Person, at: dict[str, Any]) -> people.CustomRole:
    says = {
        "ticket_access": TICKET_ACCESS[TicketRestriction(person.restriction)],
        "ticket_comment_access": "none" if person.is_light else "public",
        "ticket_editing": person.edits,
        "manage_suspended_tickets": person.guards,
    }
    return people.CustomRole(pk=person.pk, name=f"of {person.pk}", configuration=roles.configuration(says), **at)


def _user(person: Person, at: dict[str, Any]) -> people.User:
    return people.User(
        pk=person.pk,
        name=str(person.pk),
        email=None if person.is_placeholder else f"{person.pk}@example.org",
        role=person.role,
        ticket_restriction="" if person.has_custom_role else person.restriction,
        only_private_comments=person.is_light,
        custom_role_id=person.pk if person.has_custom_role else None,
        is_active=person.is_active,
        is_suspended=person.is_suspended,
        partner_name="Maker" if person.is_placeholder else "",
        **at,
    )


def _row(ticket: Ticket) -> tickets.Ticket:
    return tickets.Ticket(
        pk=ticket.pk,
        requester_id=ticket.requester,
        submitter_id=ticket.requester,
        brand_id=ticket.brand,
        group_id=ticket.group,
        organization_id=ticket.organization,
        assignee_id=ticket.assignee,
        is_public=ticket.has_public_comment,
        is_confidential=ticket.is_confidential,
        status="closed" if ticket.is_closed else "open",
        solved_at=NOW if ticket.is_closed else None,
        deleted_at=NOW if ticket.is_deleted else None,
        created_at=NOW,
        updated_at=NOW,
        generated_at=NOW,
        status_updated_at=NOW,
    )


def differences(world: World, person: Person, actor: Actor, act: str) -> Iterator[str]:
    """Whatever the desk does for somebody and the oracle does not, or the other way round."""
    rows = world.tickets.values()
    wanted = {one.pk for one in rows if oracle.reads(world, person, one)}
    yield from _compared("reads tickets", wanted, readable.tickets(actor).values_list("pk", flat=True))
    waiting = {pk for pk, brand in SUSPENDED.items() if oracle.sees_suspended(person, brand)}
    yield from _compared("sees suspended", waiting, readable.suspended_tickets(actor).values_list("pk", flat=True))
    private = {one.pk for one in rows if oracle.reads_as_agent(world, person, one)}
    public = {pk for pk in wanted if world.tickets[pk].has_public_comment}
    said = {(pk, False) for pk in private} | {(pk, True) for pk in public}
    yield from _compared("reads comments", said, readable.comments(actor).values_list("ticket_id", "is_public"))
    yield from _compared("reads history", private, readable.audits(actor).values_list("ticket_id", flat=True))
    wanted = {one.pk for one in rows if oracle.may(world, person, one, act)}
    yield from _compared(act, wanted, permissions.tickets(actor, Permission(act)).values_list("pk", flat=True))


def differences_in_help_center(world: World, person: Person, actor: Actor, host: int | None) -> Iterator[str]:
    """The same for somebody as an end user, in the help center of the brand `host` (None: wherever)."""
    rows = world.tickets.values()
    wanted = {one.pk for one in rows if oracle.reads_as_end_user(world, person, one, host)}
    yield from _compared(f"reads at {host}", wanted, readable.tickets(actor).values_list("pk", flat=True))
    said = {(pk, True) for pk in wanted}
    yield from _compared(f"comments at {host}", said, readable.comments(actor).values_list("ticket_id", "is_public"))
    may = {one.pk for one in rows if oracle.may_as_end_user(world, person, one, "comment_publicly", host)}
    allowed = permissions.tickets(actor, Permission.COMMENT_PUBLICLY)
    yield from _compared(f"replies at {host}", may, allowed.values_list("pk", flat=True))


def _compared(what: str, wanted: set[Any], done: Any) -> Iterator[str]:
    if wanted != set(done):
        yield f"{what}: {sorted(set(done) ^ wanted)}"


def unexplained(world: World, person: Person, told: Explanation, ticket: Ticket) -> Iterator[str]:
    """Whatever the explanation of one ticket says that is not so."""
    if told.is_readable is not oracle.reads(world, person, ticket):
        yield f"{ticket.pk}: explained wrongly"
    if bool(told.opened_by) is not told.is_readable:
        yield f"{ticket.pk}: opened by {told.opened_by}"
    invited = any(grant.holds for grant in told.grants)
    if bool(told.closed_by) is not (invited and not told.is_readable):
        yield f"{ticket.pk}: closed by {told.closed_by}"


def wrongly_named(actor: Actor, told: Explanation, ticket: Ticket) -> Iterator[str]:
    """A rule that the explanation names alone, and without which nothing would change."""
    rules: list[Any] = grants.GRANTS if told.opened_by else grants.WALLS
    named = told.opened_by or told.closed_by
    if len(named) != 1:
        return
    rule = next(one for one in rules if one.name == named[0].rule)
    with changed(rules, rule):
        if readable.tickets(actor).filter(pk=ticket.pk).exists() is told.is_readable:
            yield f"{ticket.pk}: {rule.name} decides nothing"


def wrongly_counted_among_readers(world: World, told: dict[int, Explanation], ticket: Ticket) -> Iterator[str]:
    """Whoever stands among the readers of a ticket and does not read it, or the other way round."""
    if ticket.is_deleted:
        return
    found = readers.of(tickets.Ticket.objects.get(pk=ticket.pk))
    wanted = {one.pk for one in world.people.values() if oracle.reads(world, one, ticket)}
    named = {reader.user_id for reader in found.people}
    yield from _compared(f"readers of {ticket.pk}", wanted, named & set(world.people))
    for reader in found.people:
        if reader.user_id in world.people:
            opened_by = {one.rule for one in told[reader.user_id].opened_by}
            yield from _compared("opened by", opened_by, {verdict.rule for verdict in reader.opened_by})


@given(
    world=worlds(),
    act=st.sampled_from(ACTS),
    host=st.sampled_from((None, *BRANDS)),
    looked_at=st.sampled_from(TICKETS),
)
@settings(
    max_examples=WORLDS,
    derandomize=WORLDS == USUAL,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_desk_does_what_a_plain_reading_of_the_rules_says(
    acme: Any, world: World, act: str, host: int | None, looked_at: int
) -> None:
    with transaction.atomic():
        write(world)
        ticket, told = world.tickets[looked_at], {}
        for person in world.people.values():
            actor = actors.load(person.pk)
            assert list(differences(world, person, actor, act)) == [], person
            assert list(differences_in_help_center(world, person, actor.as_end_user(host), host)) == [], person
            told[person.pk] = explain.ticket(actor, looked_at)
            assert list(unexplained(world, person, told[person.pk], ticket)) == [], person
            assert list(wrongly_named(actor, told[person.pk], ticket)) == [], person
        assert list(wrongly_counted_among_readers(world, told, ticket)) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("host", [None, BRANDS[0]])
def test_somebody_who_is_not_there_reads_nothing(acme: Any, host: int | None) -> None:
    for actor in (actors.load(None), actors.load(987_654_321), Actor.anonymous()):
        assert not readable.tickets(actor.as_end_user(host)).exists()
        assert not readable.comments(actor).exists()
        assert not readable.attachments(actor).exists()
