"""No word of a private note, of another brand's ticket or of a stranger's ever leaves the desk.

Every subject, comment and file name of the desk is one word that stands nowhere else. Here people walk every address
the project has and we read every byte they get, and look for words that are not for them."""

from __future__ import annotations

import re

import pytest

from adjoin.testing import addresses, asking, beside
from adjoin.testing import desk as desks
from adjoin.testing.desk import READERS, Desk
from adjoin.testing.doors import Side, promised_to_find, promised_to_read

BY_FIELD = "/api/v2/search?query=fieldvalue:"
WALKERS = ("rex", "gil", "anonymous")  # an agent who also asks for tickets, a customer, nobody


def words_for(desk: Desk, who: str) -> set[str]:
    """Every canary somebody may be told, in the workspace or in a help center."""
    allowed = beside.words_for(who)
    for ticket in READERS:
        for side in (Side.CORE, Side.HELP_CENTER):
            if promised_to_find(side, desk, ticket, who):
                allowed.add(desks.subject(ticket))
            if promised_to_read(side, desk, ticket, who, public=False):
                allowed.add(desks.field_value(ticket))
            for public in (True, False):
                if promised_to_read(side, desk, ticket, who, public=public):
                    allowed |= {desks.said(ticket, public=public), desks.file_name(ticket, public=public)}
    return allowed


def leaks(desk: Desk) -> list[str]:
    """Every word given to somebody it was not for, unless they typed it themselves."""
    canary = re.compile(rb"zq[a-z]+?(?:publicfile\.txt|privatefile\.txt|field|subject|public|private)")
    allowed = {who: words_for(desk, who) for who in {given[0] for given in desk.given_out}}
    return [
        f"{who} is told {word} at {way}"
        for who, way, body in desk.given_out
        for word in {found.decode() for found in canary.findall(body)} - allowed[who]
        if word not in way
    ]


def test_every_address_is_known_to_those_who_look_for_leaks(desk: Desk) -> None:
    for route in addresses.routes():
        assert list(addresses.every(desk, route))


def test_what_is_not_walked_is_still_there(desk: Desk) -> None:
    for beginning in addresses.NOT_WALKED:
        assert any(route.startswith(beginning) for route in addresses.all_routes())


@pytest.mark.parametrize("who", WALKERS)
def test_nobody_is_told_a_word_that_is_not_for_them_at_any_address(desk: Desk, who: str) -> None:
    desk.given_out.clear()
    for route in addresses.routes():
        for path in addresses.paths(desk, route):
            asking.ask(desk, who, path)
    assert leaks(desk) == []


@pytest.mark.parametrize("who", ["ben", "rex", "gil"])
def test_asking_for_words_tells_nobody_where_they_stand(desk: Desk, who: str) -> None:
    desk.given_out.clear()
    for ticket in ("vault outdoor", "about rex", "confidential"):
        for word in (desks.subject(ticket), desks.said(ticket, public=False), desks.field_value(ticket)):
            for path in ("/agent/search/?q=", "/api/v2/search?query=", "/hc/en/requests/?query=", BY_FIELD):
                asking.ask(desk, who, f"{path}{word}")
            asking.ask(desk, who, f"/api/v2/requests/search?query={word}")
    assert leaks(desk) == []


def test_a_ticket_that_is_not_for_them_looks_like_one_that_is_not_there(desk: Desk) -> None:
    for who, pattern in (("ben", "/agent/tickets/{}/"), ("ben", "/api/v2/tickets/{}"), ("dee", "/hc/en/requests/{}/")):
        hidden = asking.ask(desk, who, pattern.format(desk.tickets["home"].pk))
        missing = asking.ask(desk, who, pattern.format(987654321))
        blind = [re.sub(rb"\b\d{1,9}\b|csrf\w*\W+value\W+\w+|nonce\W+\w+", b"", one.body) for one in (hidden, missing)]
        assert (hidden.status, blind[0]) == (missing.status, blind[1])
