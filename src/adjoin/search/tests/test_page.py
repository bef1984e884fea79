"""The agents' search page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from adjoin.testing.cast import Cast


@pytest.fixture
def search(cast: Cast) -> Callable[..., Any]:
    """The answer to a search by somebody."""

    def search(name: str, text: str) -> Any:
        client = Client(headers={"host": "acme.localhost"})
        client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
        return client.get("/agent/search/", {"q": text})

    return search


def test_words_find_tickets_that_the_agent_may_read_and_no_others(cast: Cast, search: Any) -> None:
    cast.ticket(subject="Kettle at home")
    cast.ticket(subject="Kettle outdoors", brand_id=cast.outdoor.pk)
    page = search("ben", "kettle").content.decode()
    assert "Kettle outdoors" in page
    assert "Kettle at home" not in page


def test_a_number_leads_straight_to_a_readable_ticket(cast: Cast, search: Any) -> None:
    ticket = cast.ticket()
    for text in (str(ticket.pk), f"#{ticket.pk}"):
        answer = search("ana", text)
        assert (answer.status_code, answer.url) == (302, f"/agent/tickets/{ticket.pk}/")
    assert search("ben", str(ticket.pk)).status_code == 200  # not his to read, so only a word


def test_people_and_organizations_lead_to_their_tickets(cast: Cast, search: Any) -> None:
    page = search("ana", "kettle club").content.decode()
    assert f"/agent/tickets/?organization={cast.organizations['Kettle Club'].pk}" in page
    page = search("ana", "cyd").content.decode()
    assert f"/agent/tickets/?requester={cast.users['cyd'].pk}" in page


@pytest.mark.parametrize(
    "text", ["", "   ", "status:", 'requester:"', "\x00", "9" * 30, "-", "type:ticket", "ä" * 2000]
)
def test_any_text_is_a_search(cast: Cast, search: Any, text: str) -> None:
    cast.ticket()
    assert search("ana", text).status_code == 200
