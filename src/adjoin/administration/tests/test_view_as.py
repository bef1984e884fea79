"""An admin sees the desk as somebody else: read-only, for half an hour, under a banner, in the log by both names."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from adjoin.accounts import current
from adjoin.administration.view_as import viewing
from adjoin.audit_log.models import Entry
from adjoin.people import actions as people
from adjoin.project import live_readers
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

HOME, OUTDOOR = "acme.localhost", "acme-outdoor.localhost"


@pytest.fixture
def ada(cast: Cast) -> Client:
    """Ada's browser."""
    client = Client()
    client.force_login(cast.user("ada"))
    return client


def _get(client: Client, path: str, host: str = HOME) -> Any:
    return client.get(path, headers={"host": host})


def _post(client: Client, path: str, data: Any = None, host: str = HOME) -> Any:
    return client.post(path, data or {}, headers={"host": host})


def _begin(cast: Cast, client: Client, name: str, **data: Any) -> Any:
    return _post(client, f"/admin/view-as/{cast.users[name].pk}/", data)


def test_an_admin_sees_what_an_agent_sees_under_a_banner_that_names_both(cast: Cast, ada: Client) -> None:
    cast.ticket(subject="Kettle at home")
    cast.ticket(subject="Kettle outdoors", brand_id=cast.outdoor.pk)
    assert _begin(cast, ada, "ben").url == "/agent/"
    page = _get(ada, "/agent/tickets/").content.decode()
    assert "Kettle outdoors" in page
    assert "Kettle at home" not in page
    assert re.search(r"Ada Example</strong> sees this as <strong>Ben Example", page)
    assert _get(ada, "/admin/audit-log/").status_code == 404
    assert _get(ada, "/api/v2/users/me").json()["user"]["id"] == cast.users["ben"].pk
    _post(ada, "/admin/view-as/end/")
    assert "Kettle at home" in _get(ada, "/agent/tickets/").content.decode()


def test_nothing_can_be_changed_by_page_or_by_api(cast: Cast, ada: Client) -> None:
    ticket = cast.ticket(brand_id=cast.outdoor.pk)
    before = cast.user("ben")
    _begin(cast, ada, "ben")
    refused = _post(ada, f"/agent/tickets/{ticket.pk}/reply/", {"body": "From nobody"})
    assert refused.status_code == 403
    assert "You see the desk as Ben Example" in refused.content.decode()
    assert "Ada Example</strong> sees this" in refused.content.decode()
    for send in (ada.put, ada.delete, ada.post, ada.patch):
        answer = send(f"/api/v2/tickets/{ticket.pk}", {}, content_type="application/json", headers={"host": HOME})
        assert (answer.status_code, answer.json()["error"]["title"]) == (403, "Forbidden")
    assert _post(ada, "/agent/tokens/", {"name": "x", "reach": "read"}).status_code == 403
    assert ticket.comments.count() == 1
    after = cast.user("ben")
    assert (after.last_login, after.updated_at) == (before.last_login, before.updated_at)


def test_both_names_are_in_the_log_for_the_beginning_and_the_end(cast: Cast, ada: Client) -> None:
    _begin(cast, ada, "ben")
    _post(ada, "/admin/view-as/end/")
    run_jobs()
    begun, ended = Entry.objects.filter(kind="view_as").order_by("pk")
    assert (begun.action, begun.actor_name, begun.title) == ("create", "Ada Example", "Ben Example")
    assert (ended.action, ended.actor_name, ended.viewed_name) == ("destroy", "Ada Example", "Ben Example")
    assert (begun.actor_id, ended.subject_id) == (cast.users["ada"].pk, cast.users["ben"].pk)


def test_the_end_is_in_the_log_also_when_nobody_comes_back(cast: Cast, ada: Client) -> None:
    _begin(cast, ada, "ben")
    run_jobs()  # at the moment for which they were put off
    ended = Entry.objects.get(kind="view_as", action="destroy")
    assert (ended.actor_name, ended.viewed_name) == ("Ada Example", "Ben Example")


def test_nobody_sees_the_desk_as_an_admin_and_only_admins_as_somebody(cast: Cast, ada: Client) -> None:
    cast.add("olga", "admin", is_owner=True)
    cast.add("sus", is_suspended=True)
    assert _begin(cast, ada, "olga").status_code == _begin(cast, ada, "ada").status_code == 403
    assert _begin(cast, ada, "sus").status_code == 404
    people.update_user(user=cast.users["dee"], now=timezone.now(), role="admin")
    assert _begin(cast, ada, "dee").status_code == 403
    for name in ("ana", "cyd"):
        browser = Client()
        browser.force_login(cast.user(name))
        assert _begin(cast, browser, "ben").status_code == 404
        assert _get(browser, "/admin/view-as/").status_code == 404


@pytest.mark.parametrize("why", ["half an hour is over", "no admin any more", "the person became an admin"])
def test_it_ends_by_itself_and_what_is_still_open_does_nothing(cast: Cast, ada: Client, why: str) -> None:
    _begin(cast, ada, "ben")
    later = timezone.now() + (viewing.LASTS if why == "half an hour is over" else timedelta())
    if why == "no admin any more":
        people.update_user(user=cast.users["ada"], now=later, role="agent")
    if why == "the person became an admin":
        people.update_user(user=cast.users["ben"], now=later, role="admin")
    with mock.patch("django.utils.timezone.now", return_value=later):
        assert _post(ada, "/agent/tokens/", {"name": "x", "reach": "read"}).status_code == 403
        run_jobs()
    page = _get(ada, "/agent/tickets/").content.decode()
    assert "sees this as" not in page
    assert Entry.objects.filter(kind="view_as", action="destroy", viewed_name="Ben Example").count() == 1


def test_an_admin_sees_the_help_center_of_another_brand_as_a_customer(cast: Cast, ada: Client) -> None:
    cast.ticket("cyd", subject="Tent that leaks", brand_id=cast.outdoor.pk)
    onward = _begin(cast, ada, "cyd", brand_id=cast.outdoor.pk).content.decode()
    (path,) = set(re.findall(r"/admin/view-as/enter/[0-9a-f]+/", onward))
    there = Client()  # the other host has cookies of its own
    assert _get(there, path, HOME).status_code == 403  # another brand's
    onward = _begin(cast, ada, "cyd", brand_id=cast.outdoor.pk).content.decode()
    (path,) = set(re.findall(r"/admin/view-as/enter/[0-9a-f]+/", onward))
    assert _get(there, path, OUTDOOR).url == "/hc/en/"
    page = _get(there, "/hc/en/requests/", OUTDOOR).content.decode()
    assert "Tent that leaks" in page
    assert "sees this as <strong>Cyd Example" in page
    assert _post(there, "/hc/en/requests/new/", {"subject": "x"}, OUTDOOR).status_code == 403
    assert _get(Client(), path, OUTDOOR).status_code == 403  # the link works once
    assert _get(there, "/hc/en/requests/", HOME).status_code != 200  # and the session nowhere else


def test_signing_out_ends_what_is_seen_in_other_help_centers(cast: Cast, ada: Client) -> None:
    onward = _begin(cast, ada, "cyd", brand_id=cast.outdoor.pk).content.decode()
    there = Client()
    _get(there, re.findall(r"/admin/view-as/enter/[0-9a-f]+/", onward)[0], OUTDOOR)
    assert _get(there, "/hc/en/requests/", OUTDOOR).status_code == 200
    ada.logout()
    assert _get(there, "/hc/en/requests/", OUTDOOR).status_code == 403


def test_live_updates_are_those_of_the_person_seen(cast: Cast, ada: Client) -> None:
    home, outdoor = cast.ticket().pk, cast.ticket(brand_id=cast.outdoor.pk).pk

    def heard() -> set[int] | None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={ada.cookies[settings.SESSION_COOKIE_NAME].value}"
        with mock.patch.object(live_readers, "close_old_connections"):
            return live_readers.readable_ids(current.schema(), cookie, [home, outdoor], host=HOME)

    assert heard() == {home, outdoor}
    _begin(cast, ada, "ben")
    assert heard() == {outdoor}
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + viewing.LASTS):
        assert heard() is None


def test_the_page_finds_people_but_no_admins(cast: Cast, ada: Client) -> None:
    assert "Ben Example" in _get(ada, "/admin/view-as/").content.decode()
    found = _get(ada, "/admin/view-as/?q=cyd@").content.decode()
    assert "View as Cyd" in found
    assert "Acme Outdoor" in found
    assert "Nobody fits" in _get(ada, "/admin/view-as/?q=ada@").content.decode()


def test_an_end_users_page_leads_there(cast: Cast, ada: Client) -> None:
    page = _get(ada, f"/admin/people/{cast.users['cyd'].pk}/").content.decode()
    (path,) = re.findall(r'href="(/admin/view-as/\?q=[^"]+)"', page)
    assert "View as Cyd Example" in _get(ada, path).content.decode()
