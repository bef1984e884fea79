"""A token acts as its owner, within its scopes, until its end, and makes no wider one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from adjoin.audit_log.models import Entry
from adjoin.desk_settings import actions as settings
from adjoin.people import actions as people
from adjoin.people import scopes
from adjoin.people.models import ApiToken
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast

TOKENS = "/api/adjoin/v1/users/{}/api_tokens"


def _bearer(secret: str) -> Any:
    """The API with that token: `call("get", path, body)`."""

    def call(method: str, path: str, body: Any = None) -> Any:
        send = getattr(Client(HTTP_HOST=HOST), method)
        return send(path, body or {}, content_type="application/json", headers={"Authorization": f"Bearer {secret}"})

    return call


def _token(cast: Cast, name: str, **more: Any) -> Any:
    return _bearer(people.create_api_token(user=cast.users[name], name="t", now=timezone.now(), **more)[1])


def test_an_admin_makes_a_token_that_acts_as_its_owner_and_shows_the_secret_once(api: Caller, cast: Cast) -> None:
    path, ana = TOKENS.format(cast.users["ana"].pk), cast.users["ana"]
    answer = api.as_("ada").post(path, {"api_token": {"name": "Sync", "scopes": ["tickets:read"], "lifetime_days": 30}})
    made = answer.json()["api_token"]
    secret = made.pop("token")
    assert answer.status_code == 201
    assert len(secret) == 40
    assert ApiToken.objects.get(pk=made["id"]).digest != secret
    assert _bearer(secret)("get", "/api/v2/tickets").status_code == 200
    assert (made["user_id"], made["created_by_id"]) == (ana.pk, cast.users["ada"].pk)
    mine = api.as_("ana").get(path).json()["api_tokens"]
    shown = next(token for token in mine if token["id"] == made["id"])
    assert shown["last_used_at"] is not None
    assert secret not in str(mine)
    assert api.as_("ana").delete(f"{path}/{made['id']}").status_code == 204
    assert _bearer(secret)("get", "/api/v2/tickets").status_code == 401
    assert [row.actor_name for row in Entry.objects.filter(kind="api_token", subject_id=made["id"]).order_by("pk")] == [
        "Ada Example",
        "Ana Example",
    ]


@pytest.mark.parametrize("who", ["ana", "cyd"])
def test_people_make_tokens_for_themselves_and_for_nobody_else(api: Caller, cast: Cast, who: str) -> None:
    settings.change(now=timezone.now(), end_users_make_tokens=True)
    caller, body = api.as_(who), {"api_token": {"name": "Mine"}}
    assert caller.post(TOKENS.format("me"), body).json()["api_token"]["user_id"] == cast.users[who].pk
    for other in ("ada", "dee"):
        assert caller.post(TOKENS.format(cast.users[other].pk), body).status_code in (403, 404)
        assert caller.get(TOKENS.format(cast.users[other].pk)).status_code in (403, 404)
    assert caller.get("/api/adjoin/v1/api_tokens").status_code == 403
    assert api.post(TOKENS.format("me"), body).status_code == 401


def test_a_token_makes_no_wider_one_and_none_that_lasts_longer(cast: Cast) -> None:
    mine = TOKENS.format("me")
    narrow = _token(cast, "ada", scopes=["tickets:read", "write"], lifetime=timedelta(days=9))
    for wider in ([], ["read"], ["users:read"], ["tickets:read", "read"]):
        assert narrow("post", mine, {"api_token": {"name": "x", "scopes": wider}}).status_code == 403
    longer = {"name": "x", "scopes": ["tickets:read"], "lifetime_days": 30}
    assert narrow("post", mine, {"api_token": longer}).status_code == 403
    made = narrow("post", mine, {"api_token": {"name": "x", "scopes": ["tickets:read", "users:write"]}})
    assert made.status_code == 201
    assert made.json()["api_token"]["expires_at"][:10] == (timezone.now() + timedelta(days=9)).date().isoformat()
    assert _token(cast, "ada", scopes=["read"])("post", mine, {"api_token": {"name": "x"}}).status_code == 403


def test_only_a_whole_token_of_an_admin_makes_tokens_for_others_and_none_for_the_owner(cast: Cast) -> None:
    owner = cast.add("olga", "admin", is_owner=True)
    body = {"api_token": {"name": "x", "scopes": ["read"]}}
    ana = TOKENS.format(cast.users["ana"].pk)
    assert _token(cast, "ada", scopes=["read", "write"])("post", ana, body).status_code == 403
    assert _token(cast, "ada")("post", ana, body).status_code == 201
    assert _token(cast, "ada")("post", TOKENS.format(owner.pk), body).status_code == 403


@pytest.mark.parametrize(
    ("has", "method", "path", "may"),
    [
        ("tickets:read", "get", "/api/v2/tickets", True),
        ("tickets:read", "get", "/api/v2/users", False),
        ("users:read", "get", "/api/v2/users/1/tickets/requested", False),
        ("tickets:read", "get", "/api/v2/tickets/1/audits", False),
        ("tickets:write", "get", "/api/v2/tickets", False),
        ("tickets:read", "post", "/api/v2/tickets", False),
        ("read", "get", "/api/v2/tickets/1/audits", True),
        ("read", "get", "/api/adjoin/v1/users/me/api_tokens", True),
        ("users:write", "post", "/api/adjoin/v1/users/me/api_tokens", False),
        ("tickets:read", "get", "/attachments/token/x/", True),
        ("write", "get", "/api/v2/search", False),
    ],
)
def test_scopes_cover_what_zendesks_do(has: str, method: str, path: str, may: bool) -> None:
    assert (scopes.missing([has], method.upper(), path) == "") is may


def test_a_missing_scope_is_named_as_zendesk_names_it(cast: Cast) -> None:
    answer = _token(cast, "ana", scopes=["users:read"])("get", "/api/v2/tickets")
    told = {"error": "Forbidden", "description": "You are missing the following required scopes: read"}
    assert (answer.status_code, answer.json()) == (403, told)


@pytest.mark.parametrize(
    "wrong", [{"scopes": ["admin"]}, {"scopes": 7}, {"lifetime_days": 0}, {"expires_at": "2020-01-01"}]
)
def test_what_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    answer = _token(cast, "ana")("post", TOKENS.format("me"), {"api_token": {"name": "x", **wrong}})
    assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")
