"""Who gets into the API, and what it says to those who do not."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adjoin.people import actions as people
from adjoin.sign_in import devices
from adjoin.testing.api import HOST, Caller, authorization
from adjoin.testing.cast import PASSWORD, Cast

NOBODY = {"error": "Couldn't authenticate you"}
FOR_AGENTS = [
    "/tickets",
    "/users",
    "/organizations",
    "/groups",
    "/group_memberships",
    "/brands",
    "/search?query=kettle",
]


def _basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"}


def _me(headers: dict[str, str]) -> Any:
    return Client(HTTP_HOST=HOST).get("/api/v2/users/me.json", headers=headers).json()["user"]


def _tickets(headers: dict[str, str]) -> Any:
    return Client(HTTP_HOST=HOST).get("/api/v2/tickets.json", headers=headers)


def test_a_token_acts_as_its_owner_in_both_forms(cast: Cast) -> None:
    _, secret = people.create_api_token(user=cast.users["ana"], name="t", now=timezone.now())
    assert _me(_basic("ana@example.com/token", secret))["id"] == cast.users["ana"].pk
    assert _me({"Authorization": f"Bearer {secret}"})["id"] == cast.users["ana"].pk
    assert _me(_basic("ana@example.com", PASSWORD))["role"] == "agent"


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("ana@example.com/token", "wrong"),
        ("ana@example.com", "wrong"),
        ("nobody@example.com", "x"),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_wrong_credentials_are_refused_in_the_same_words(cast: Cast, name: str, secret: str) -> None:
    answer = _tickets(_basic(name, secret))
    assert (answer.status_code, answer.json()) == (401, NOBODY)


def test_somebody_elses_token_does_not_fit_ones_address(cast: Cast) -> None:
    _, secret = people.create_api_token(user=cast.users["ana"], name="t", now=timezone.now())
    assert _tickets(_basic("ada@example.com/token", secret)).status_code == 401


def test_expired_revoked_and_unknown_bearers_are_told_so(cast: Cast) -> None:
    now = timezone.now()
    _, expired = people.create_api_token(
        user=cast.users["ana"], name="t", now=now - timedelta(days=2), lifetime=timedelta(days=1)
    )
    token, revoked = people.create_api_token(user=cast.users["ana"], name="t", now=now)
    people.revoke_api_token(token=token, now=now)
    for secret in (expired, revoked, "0" * 40):
        answer = _tickets({"Authorization": f"Bearer {secret}"})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_a_token_that_only_reads_writes_nothing(cast: Cast) -> None:
    _, secret = people.create_api_token(user=cast.users["ada"], name="t", now=timezone.now(), scopes=["read"])
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"ticket": {"subject": "x", "comment": {"body": "x"}}}
    answer = Client(HTTP_HOST=HOST).post("/api/v2/tickets", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")
    assert _tickets(headers).status_code == 200


def test_nobody_is_an_anonymous_user_and_so_is_who_sends_a_wrong_password(api: Caller) -> None:
    nobody = api.get("/users/me").json()["user"]
    assert (nobody["id"], nobody["name"], nobody["role"]) == (None, "Anonymous user", "end-user")
    assert _me(_basic("ana@example.com", "wrong"))["id"] is None


@pytest.mark.parametrize("path", [*FOR_AGENTS, "/requests", "/organization_memberships", "/attachments/1"])
def test_nobody_reads_nothing(api: Caller, path: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()) == (401, NOBODY)


@pytest.mark.parametrize("path", FOR_AGENTS)
def test_customers_do_not_get_into_what_is_for_agents(api: Caller, path: str) -> None:
    answer = api.as_("cyd").get(path)
    assert (answer.status_code, answer.json()["error"]["title"]) == (403, "Forbidden")


def test_a_session_reads_at_once_and_writes_with_its_token(cast: Cast) -> None:
    browser = Client(HTTP_HOST=HOST, enforce_csrf_checks=True)
    browser.force_login(cast.users["ana"])
    token = browser.get("/api/v2/users/me").json()["user"]["authenticity_token"]
    body = {"ticket": {"subject": "Tent", "comment": {"body": "It leaks."}}}
    refused = browser.post("/api/v2/tickets", body, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["title"]) == (403, "Forbidden")
    taken = browser.post("/api/v2/tickets", body, content_type="application/json", headers={"X-CSRF-Token": token})
    assert taken.status_code == 201


def test_a_browser_keeps_and_ends_its_own_session(cast: Cast, api: Caller) -> None:
    browser, me = Client(HTTP_HOST=HOST, enforce_csrf_checks=True), "/api/v2/users/me"
    browser.force_login(cast.users["ana"])
    at = timezone.now()
    devices.begin(browser.session, user=cast.users["ana"], method="", host=HOST, agent="", address="", now=at)
    session = browser.get(f"{me}/session").json()["session"]
    assert session["user_id"] == cast.users["ana"].pk
    token = {"X-CSRF-Token": browser.get(f"{me}/session/renew").json()["authenticity_token"]}
    assert api.as_("ana").get("/users/me/session").status_code == 404
    assert (browser.delete(f"{me}/logout").status_code, browser.get(f"{me}/session").status_code) == (403, 200)
    assert browser.delete(f"{me}/logout", headers=token).status_code == 204
    assert browser.get(f"{me}/session").status_code == 401


def test_who_was_suspended_is_out_at_once(cast: Cast) -> None:
    headers = {"Authorization": authorization(cast, "ana")}
    assert _tickets(headers).status_code == 200
    people.update_user(user=cast.users["ana"], now=timezone.now(), is_suspended=True)
    assert _tickets(headers).status_code == 401


def test_unknown_addresses_and_methods_are_told_in_json(api: Caller) -> None:
    nowhere = api.as_("ana").get("/teapots")
    assert (nowhere.status_code, nowhere.json()) == (404, {"error": "InvalidEndpoint", "description": "Not found"})
    assert api.as_("ana").delete("/search").status_code == 405
    assert "error" in api.as_("ana").delete("/search").json()
    assert api.as_("ana").get("/tickets/one").status_code == 404


def test_a_host_that_is_no_desk_is_told_in_json(cast: Cast) -> None:
    answer = Client(HTTP_HOST="nowhere.localhost").get("/api/v2/tickets")
    assert (answer.status_code, answer.json()["error"]["title"]) == (404, "No help desk found")


def test_another_accounts_token_opens_nothing(cast: Cast, maker: Any) -> None:
    headers = {"Authorization": authorization(cast, "ada")}
    assert Client(HTTP_HOST="maker.localhost").get("/api/v2/tickets", headers=headers).status_code == 401


def test_json_and_a_slash_may_end_an_address(api: Caller) -> None:
    for path in ("/users/me", "/users/me.json", "/users/me/", "/api/v2/users/me.json"):
        assert api.as_("ana").get(path).json()["user"]["name"] == "Ana Example"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_call_that_cannot_be_tried_only_says_so_and_does_nothing(cast: Cast, api: Caller, method: str) -> None:
    ticket = cast.ticket()
    path = {"post": "/tickets", "put": f"/tickets/{ticket.pk}", "delete": f"/tickets/{ticket.pk}"}[method]
    body = () if method == "delete" else ({"ticket": {"subject": "Tried", "comment": {"body": "Only tried."}}},)
    refused = getattr(api.as_("ada"), method)(f"{path}?dry_run=true", *body)
    assert (refused.status_code, "knows no dry_run" in refused.content.decode()) == (400, True)
    found = api.as_("ada").get("/tickets").json()["tickets"]
    assert [one["subject"] for one in found] == [ticket.subject]
    assert getattr(api.as_("ada"), method)(f"{path}?dry_run=false", *body).status_code < 300
