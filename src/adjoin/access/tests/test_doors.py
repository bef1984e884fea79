"""Whoever may read a ticket finds it at every door, and nobody else does."""

from __future__ import annotations

import pytest

from adjoin.testing import core_doors, doors, mail_doors, partner_doors, web_doors
from adjoin.testing.desk import Desk
from adjoin.testing.doors import Door

ALL: list[Door] = [*core_doors.CORE, *web_doors.WEB, mail_doors.Mails(), *partner_doors.PARTNERS]


@pytest.mark.parametrize("door", ALL, ids=str)
def test_tickets_and_comments_are_found_by_exactly_those_who_may_read_them(desk: Desk, door: Door) -> None:
    assert list(doors.broken_promises(door, desk)) == []
