"""The agents' lists, as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adjoin.saved_views.models import View
from adjoin.testing.cast import Cast


@pytest.fixture
def sign_in(cast: Cast) -> Callable[..., Any]:
    """A browser at Acme's own host in which somebody is signed in."""

    def sign_in(name: str) -> Client:
        client = Client(headers={"host": "acme.localhost"})
        client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
        return client

    return sign_in


def test_the_workspace_opens_at_the_first_view_with_something_to_do(cast: Cast, sign_in: Any) -> None:
    client = sign_in("ana")
    own, unassigned = View.objects.in_order()[:2]
    assert client.get("/agent/").url == f"/agent/views/{own.pk}/"
    cast.ticket()
    assert client.get("/agent/").url == f"/agent/views/{unassigned.pk}/"


def test_a_view_shows_its_tickets_its_count_and_nobody_elses(cast: Cast, sign_in: Any) -> None:
    cast.ticket(subject="Kettle at home")
    cast.ticket(subject="Kettle outdoors", brand_id=cast.outdoor.pk)
    view = View.objects.get(title="All unsolved tickets")
    page = sign_in("ben").get(f"/agent/views/{view.pk}/").content.decode()
    assert "Kettle outdoors" in page
    assert "Kettle at home" not in page
    assert 'aria-current="page"><span class="cut">All unsolved tickets</span>' in page
    assert 'aria-label="1 ticket">1</span>' in page


def test_somebody_elses_view_is_not_there(cast: Cast, sign_in: Any, now: Any) -> None:
    own = View.objects.create(title="Ana's own", owner=cast.user("ana"), created_at=now, updated_at=now)
    assert sign_in("ana").get(f"/agent/views/{own.pk}/").status_code == 200
    assert sign_in("ben").get(f"/agent/views/{own.pk}/").status_code == 404
    assert "Ana&#x27;s own" not in sign_in("ben").get("/agent/tickets/").content.decode()


def test_an_empty_view_says_what_it_is(cast: Cast, sign_in: Any) -> None:
    view = View.objects.get(title="Pending tickets")
    assert "Nothing waits here" in sign_in("ana").get(f"/agent/views/{view.pk}/").content.decode()


def test_a_view_asks_as_often_for_30_rows_as_for_3(cast: Cast, sign_in: Any) -> None:
    client = sign_in("ana")
    view = View.objects.get(title="All unsolved tickets")
    asked = []
    for rows in (3, 27):
        for number in range(rows):
            cast.ticket("cyd" if number % 2 else "eli", subject=f"Kettle {number}")
        client.get(f"/agent/views/{view.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/agent/views/{view.pk}/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
