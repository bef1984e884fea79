"""API tokens as pages."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

from adjoin.desk_settings import actions as settings
from adjoin.people import actions as people
from adjoin.people.models import ApiToken
from adjoin.testing.cast import Cast


def _browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user(name))
    return client


def test_an_agent_makes_a_token_sees_its_secret_once_and_revokes_it(cast: Cast) -> None:
    ana = _browser(cast, "ana")
    chosen = {"name": "Sync", "reach": "chosen", "scopes": ["tickets:read"], "lasts": "365"}
    page = ana.post("/agent/tokens/", chosen).content.decode()
    (secret,) = re.findall(r">([0-9a-f]{40})<", page)
    token = ApiToken.objects.get(user=cast.users["ana"])
    assert (token.scopes, token.created_by_id) == (["tickets:read"], cast.users["ana"].pk)
    assert token.expires_at is not None
    assert (token.expires_at - timezone.now()).days in (364, 365)
    again = ana.get("/agent/tokens/").content.decode()
    assert "Sync" in again
    assert secret not in again
    assert _browser(cast, "ben").post(f"/agent/tokens/{token.pk}/revoke/").status_code == 404
    ana.post(f"/agent/tokens/{token.pk}/revoke/")
    assert "Sync is revoked" in ana.get("/agent/tokens/").content.decode()
    assert ApiToken.objects.get(pk=token.pk).revoked_at is not None


def test_a_customer_makes_tokens_in_the_help_center_where_the_account_lets_them(cast: Cast) -> None:
    cyd, here, chosen = _browser(cast, "cyd"), "/hc/en/api-tokens/", {"name": "Till", "reach": "read", "lasts": "30"}
    assert cyd.post(here, chosen).status_code == 403  # until the account says so
    settings.change(now=timezone.now(), end_users_make_tokens=True)
    page = cyd.post(here, chosen).content.decode()
    (secret,) = re.findall(r">([0-9a-f]{40})<", page)
    asked = Client(headers={"host": "acme.localhost", "authorization": f"Bearer {secret}"})
    assert asked.get("/api/v2/requests").status_code == 200
    assert asked.get("/api/v2/tickets").status_code == 403  # it reads what its owner reads, and no more
    settings.change(now=timezone.now(), end_users_make_tokens=False)
    assert "New token" not in cyd.get(here).content.decode()
    for refused in (
        cyd.post(here, chosen),
        cyd.post("/api/adjoin/v1/users/me/api_tokens", {"api_token": {"name": "Till"}}, "application/json"),
    ):
        assert refused.status_code == 403
    token = ApiToken.objects.get(user=cast.users["cyd"])
    assert _browser(cast, "dee").post(f"{here}{token.pk}/revoke/").status_code == 404
    cyd.post(f"{here}{token.pk}/revoke/")
    assert asked.get("/api/v2/requests").status_code == 401
    assert _browser(cast, "ana").get(here).status_code == 404  # agents have a page of their own


def test_a_token_for_nothing_is_not_made(cast: Cast) -> None:
    answer = _browser(cast, "ana").post("/agent/tokens/", {"name": "Sync", "reach": "chosen", "lasts": ""})
    assert answer.status_code == 422
    assert "Tick at least one thing" in answer.content.decode()


def test_admins_see_and_revoke_everybodys_tokens(cast: Cast) -> None:
    token, _ = people.create_api_token(user=cast.users["ben"], name="Night export", now=timezone.now())
    ada = _browser(cast, "ada")
    assert "Night export" in ada.get("/admin/tokens/?q=ben").content.decode()
    assert "Night export" not in ada.get("/admin/tokens/?q=ana").content.decode()
    assert _browser(cast, "ana").get("/admin/tokens/").status_code == 404
    assert _browser(cast, "ana").post(f"/admin/tokens/{token.pk}/revoke/").status_code == 404
    ada.post(f"/admin/tokens/{token.pk}/revoke/")
    assert not ApiToken.objects.filter(pk=token.pk, revoked_at=None).exists()
