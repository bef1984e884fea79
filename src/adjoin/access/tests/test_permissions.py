"""Who may do what, to every ticket and in general."""

from __future__ import annotations

import pytest

from adjoin.access import permissions
from adjoin.access.permissions import REFUSALS, Permission
from adjoin.kernel.errors import NotAllowed
from adjoin.testing import rights
from adjoin.testing.desk import Desk
from adjoin.tickets.models import Ticket


def test_everybody_may_do_exactly_what_the_table_promises(desk: Desk) -> None:
    assert list(rights.broken_promises(desk)) == []


def test_in_a_help_center_everybody_replies_as_an_end_user(desk: Desk) -> None:
    assert list(rights.broken_promises_to_customers(desk)) == []


def test_rights_that_concern_no_ticket_go_to_exactly_those_who_have_them(desk: Desk) -> None:
    assert list(rights.broken_general_promises(desk)) == []


def test_what_a_ticket_says_in_memory_gives_nobody_a_right(desk: Desk) -> None:
    forged = Ticket.objects.get(pk=desk.tickets["home"].pk)
    forged.requester_id = desk.users["dee"].pk
    forged.organization = desk.organizations["Talking Ltd"]
    for who in ("dee", "gil"):
        assert not permissions.allows(desk.actor(who), Permission.COMMENT_PUBLICLY, forged)


def test_a_ticket_that_is_not_written_yet_gives_nobody_a_right(desk: Desk) -> None:
    assert not permissions.allows(desk.actor("ada"), Permission.EDIT_TICKET, Ticket())


@pytest.mark.parametrize("permission", Permission)
def test_every_refusal_is_a_sentence(desk: Desk, permission: Permission) -> None:
    with pytest.raises(NotAllowed, match=r"^[A-Z].*\.$"):
        permissions.require(desk.actor("anonymous"), permission, desk.tickets["home"])
    assert permission in REFUSALS
