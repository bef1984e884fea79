"""A right that is withdrawn is gone at the next click, and what explains it says which rule it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.access import actors, explain, readable
from adjoin.access.actors import Kind
from adjoin.brands.models import BrandMembership
from adjoin.people.models import Group, GroupMembership, Membership, User
from adjoin.testing.desk import Desk
from adjoin.tickets.models import Ticket, TicketCc, TicketFollower

Step = Callable[[Desk], object]


def _ticket(desk: Desk, name: str, **fields: object) -> None:
    Ticket.objects.filter(pk=desk.tickets[name].pk).update(**fields)


WITHDRAWN: list[tuple[str, str, str, Step]] = [
    ("leaves the brand", "ana", "home", lambda d: BrandMembership.objects.filter(user=d.users["ana"]).delete()),
    ("ticket moves to another brand", "vic", "home", lambda d: _ticket(d, "home", brand=d.brands["outdoor"])),
    ("ticket loses its brand", "ana", "home", lambda d: _ticket(d, "home", brand=None)),
    (
        "leaves the private group",
        "vic",
        "vault",
        lambda d: GroupMembership.objects.filter(user=d.users["vic"]).delete(),
    ),
    ("ticket moves to a private group", "ana", "home", lambda d: _ticket(d, "home", group=d.groups["vault"])),
    ("group becomes private", "ana", "returns", lambda d: Group.objects.filter(name="Returns").update(is_public=False)),
    ("group is deleted", "vic", "vault", lambda d: Group.objects.filter(name="The Vault").update(is_deleted=True)),
    ("is assigned to somebody else", "asa", "assigned", lambda d: _ticket(d, "assigned", assignee=None)),
    ("follows no more", "pia", "home", lambda d: TicketFollower.objects.filter(user=d.users["pia"]).delete()),
    ("is copied no more", "eli", "home", lambda d: TicketCc.objects.filter(user=d.users["eli"]).delete()),
    (
        "organization shares no more",
        "fay",
        "shared",
        lambda d: type(d.organizations["Shared Ltd"]).objects.update(shared_tickets=False, shared_comments=False),
    ),
    ("leaves the organization", "fay", "shared", lambda d: Membership.objects.filter(user=d.users["fay"]).delete()),
    ("membership sees no more", "hal", "home", lambda d: Membership.objects.update(sees_tickets=False)),
    ("may see their own only", "ivy", "home", lambda d: User.objects.update(ticket_restriction="")),
    ("ticket becomes confidential", "gil", "talking", lambda d: _ticket(d, "talking", is_confidential=True)),
    ("ticket leaves the organization", "gil", "talking", lambda d: _ticket(d, "talking", organization=None)),
    ("is suspended", "cyd", "home", lambda d: User.objects.update(is_suspended=True)),
    ("is no longer active", "ada", "home", lambda d: User.objects.update(is_active=False)),
    ("is an end user now", "ana", "home", lambda d: User.objects.update(role="end-user", custom_role=None)),
    ("ticket is deleted", "ada", "home", lambda d: _ticket(d, "home", deleted_at=d.tickets["home"].created_at)),
]


@pytest.mark.parametrize(("who", "ticket", "step"), [one[1:] for one in WITHDRAWN], ids=[one[0] for one in WITHDRAWN])
def test_a_withdrawn_right_is_gone_at_once(desk: Desk, who: str, ticket: str, step: Step) -> None:
    pk = desk.tickets[ticket].pk
    assert readable.tickets(desk.actor(who)).filter(pk=pk).exists()
    assert explain.ticket(desk.actor(who), pk).opened_by
    step(desk)
    assert not readable.tickets(desk.actor(who)).filter(pk=pk).exists()
    assert not readable.comments(desk.actor(who)).filter(ticket_id=pk).exists()
    assert not explain.ticket(desk.actor(who), pk).opened_by


@pytest.mark.parametrize(
    ("who", "ticket", "walls"),
    [
        ("ben", "home", {"brand"}),
        ("ana", "vault", {"private_group"}),
        ("vic", "vault outdoor", {"brand"}),
        ("gil", "confidential", {"confidential"}),
        ("eli", "notes only", {"public_side"}),
        ("rex", "about rex", {"public_side", "brand"}),
        ("ada", "deleted", {"deleted"}),
        ("dee", "home", set()),  # no grant lets her in, so no wall keeps her out
    ],
)
def test_the_walls_that_keep_somebody_out_are_named(desk: Desk, who: str, ticket: str, walls: set[str]) -> None:
    told = explain.ticket(desk.actor(who), desk.tickets[ticket].pk)
    assert {wall.rule for wall in told.closed_by} == walls


def test_who_comes_in_over_walls_is_told_which(desk: Desk) -> None:
    told = explain.ticket(desk.actor("pia"), desk.tickets["vault"].pk)
    assert [grant.rule for grant in told.opened_by] == ["participant"]
    assert {wall.rule for wall in told.passed_over} == {"brand", "private_group"}


def test_a_ticket_that_does_not_exist_is_opened_by_nothing(desk: Desk) -> None:
    told = explain.ticket(desk.actor("ada"), 987_654_321)
    assert (told.is_readable, told.opened_by) == (False, ())


def test_only_the_newest_tickets_somebody_takes_part_in_count(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "PARTICIPATIONS_MAX", 1)
    newest = max(desk.tickets["home"].pk, desk.tickets["vault"].pk, desk.tickets["deleted"].pk)
    assert desk.actor("pia").followed_ticket_ids == {newest}


def test_loading_an_actor_asks_once(desk: Desk) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert desk.actor("ana").kind is Kind.AGENT
    assert len([one for one in asked if not one["sql"].startswith("SET search_path")]) == 1
