"""Signing in, as admins decide about it."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from adjoin.audit_log.models import Entry
from adjoin.help_center.tests.conftest import ACME
from adjoin.sign_in import oidc, policy
from adjoin.sign_in.models import Provider, ScimToken
from adjoin.sign_in.tests.saml_provider import SamlProvider
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

HERE = "/admin/sign-in/"


def browser(cast: Cast, name: str = "ada") -> Any:
    client = Client(headers={"host": ACME})
    client.force_login(cast.users[name])
    return client


def test_ways_are_opened_and_closed_for_each_side(cast: Cast) -> None:
    ada = browser(cast)
    page = ada.get(HERE).content.decode()
    assert "None yet. People sign in with what they have here." in page
    sent = ada.post(HERE, {"team_password": "on", "team_passkey": "on", "end_user_link": "on", "second_factor": "team"})
    assert sent.status_code == 302
    row = policy.current()
    assert (row.second_factor, row.team_link, row.end_user_password, row.end_user_link) == ("team", False, False, True)
    assert Entry.objects.filter(kind="sign_in_settings").exists()


def test_a_side_without_a_way_in_is_pointed_out(cast: Cast) -> None:
    ada, form = browser(cast), {"name": "Our site", "is_active": "on", "for_end_users": "on"}
    login = Client(headers={"host": ACME})
    assert "no way in" not in ada.get(HERE).content.decode()
    ada.post(HERE, {"second_factor": ""})
    page = ada.get(HERE).content.decode()
    assert "End users have no way in" in page
    assert "Nobody on the team but the owner" in page
    assert "Nobody signs in here at the moment" in login.get("/accounts/login/").content.decode()
    assert "Nobody signs in here" not in login.get("/accounts/login/?password=1").content.decode()
    ada.post(f"{HERE}providers/new/jwt/", {**form, "login_url": "https://site.example/login"})
    assert "End users have no way in" not in ada.get(HERE).content.decode()
    assert "Nobody signs in here at the moment" not in login.get("/accounts/login/").content.decode()
    ada.post(HERE, {"second_factor": "", "team_link": "on"})
    assert "Nobody on the team but the owner" not in ada.get(HERE).content.decode()


def test_only_admins_decide(cast: Cast) -> None:
    for path in (HERE, f"{HERE}providers/new/oidc/", f"{HERE}directories/"):
        assert browser(cast, "ana").get(path).status_code == 404
        assert browser(cast, "cyd").get(path).status_code == 404


def test_a_saml_provider_is_added_by_its_metadata_and_told_of_us(cast: Cast) -> None:
    ada = browser(cast)
    form: dict[str, Any] = {"name": "Example SSO", "is_active": "on", "for_end_users": "on"}
    wrong = ada.post(f"{HERE}providers/new/saml/", {**form, "metadata": "<html/>"})
    assert (wrong.status_code, "whole document" in wrong.content.decode().partition('name="metadata"')[2]) == (
        422,
        True,
    )
    made = ada.post(
        f"{HERE}providers/new/saml/", {**form, "metadata": SamlProvider().metadata, "claims": "tags = groups"}
    )
    provider = Provider.objects.get()
    assert made.url == f"{HERE}providers/{provider.pk}/"
    assert (provider.login_url, provider.claims) == ("https://idp.example/sso", {"tags": "groups"})
    assert f"/access/saml/{provider.pk}/answer/" in ada.get(made.url).content.decode()
    kept = {**form, "name": "Renamed", "claims": ""}
    assert ada.post(made.url, kept).url == HERE
    provider.refresh_from_db()
    assert (provider.name, provider.login_url, provider.claims) == ("Renamed", "https://idp.example/sso", {})
    ada.post(f"{made.url}delete/")
    assert not Provider.objects.exists()


def test_google_and_microsoft_are_asked_for_their_client_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "described", lambda issuer: {})
    ada, client = browser(cast), {"client_id": "desk", "secret": "s3cret"}
    google = ada.post(f"{HERE}providers/preset/google/", client)
    made = Provider.objects.get(name="Google")
    assert (google.url, made.issuer) == (f"{HERE}providers/{made.pk}/", "https://accounts.google.com")
    tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    assert ada.post(f"{HERE}providers/preset/microsoft/", {**client, "tenant": "common"}).status_code == 422
    ada.post(f"{HERE}providers/preset/microsoft/", {**client, "tenant": tenant.upper()})
    made = Provider.objects.get(name="Microsoft")
    assert made.issuer == f"https://login.microsoftonline.com/{tenant}/v2.0"
    assert (made.domains, made.trusts_addresses, made.makes_people) == ([], False, False)
    assert "Google" in ada.get(HERE).content.decode()


def test_trust_in_addresses_needs_domains(cast: Cast) -> None:
    form = {"name": "Site", "for_end_users": "on", "trusts_addresses": "on"}
    answer = browser(cast).post(f"{HERE}providers/new/jwt/", form)
    assert "Say whose addresses you trust it with" in html.unescape(answer.content.decode())


def test_a_shared_secret_is_shown_when_it_is_made_and_never_again(cast: Cast) -> None:
    ada = browser(cast)
    made = ada.post(f"{HERE}providers/new/jwt/", {"name": "Our site", "for_end_users": "on"})
    first = Provider.objects.get().secret
    assert len(first) == 64
    assert first not in ada.get(made.url).content.decode()
    shown = ada.post(f"{made.url}secret/").content.decode()
    second = Provider.objects.get().secret
    assert second != first
    assert second in shown
    assert second not in ada.get(made.url).content.decode()
    assert not Entry.objects.filter(changes__icontains=second).exists()


@pytest.mark.parametrize("place", ["http://site.example/out", "javascript:alert(1)", "ftp://site.example/"])
def test_a_site_of_ones_own_has_a_sign_out_page_that_nobody_reads_along(cast: Cast, place: str) -> None:
    ada, form = browser(cast), {"name": "Our site", "for_end_users": "on"}
    assert ada.post(f"{HERE}providers/new/jwt/", {**form, "logout_url": place}).status_code == 422
    ada.post(f"{HERE}providers/new/jwt/", {**form, "logout_url": "https://site.example/out"})
    assert Provider.objects.get().logout_url == "https://site.example/out"


def test_a_directory_gets_its_token_once(cast: Cast) -> None:
    ada = browser(cast)
    assert ada.post(f"{HERE}directories/", {"name": "Example", "domains": "gmail.com"}).status_code == 422
    page = ada.post(f"{HERE}directories/", {"name": "Example", "domains": "example.com"}).content.decode()
    token = ScimToken.objects.get()
    assert token.prefix in page
    assert len(ada.get(f"{HERE}directories/").content.decode().split(token.prefix)) == 2
    ada.post(f"{HERE}directories/{token.pk}/revoke/")
    assert ScimToken.objects.filter(revoked_at=None).count() == 0
    assert ScimToken.objects.get().created_at > NOW
