"""OpenID Connect against a provider that answers over HTTP: whom it signs in, and whom not (abuse tests 61, 62)."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from adjoin.help_center.tests.conftest import ACME, MAKER, OUTDOOR, Visit, Visitor, words_of
from adjoin.people.models import Organization, User
from adjoin.people.terms import Role
from adjoin.sign_in import refusals
from adjoin.sign_in.models import Attempt, Device, Provider, ProviderIdentity
from adjoin.sign_in.tests.oidc_provider import OidcProvider
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
REFUSED = "You could not be signed in this way."
CYD = {"sub": "cyd-1", "email": "cyd@example.com", "email_verified": True, "name": "Cyd Example"}


@pytest.fixture(scope="module")
def running() -> Iterator[OidcProvider]:
    provider = OidcProvider()
    yield provider
    provider.close()


@pytest.fixture
def idp(running: OidcProvider, cast: Cast) -> OidcProvider:
    cache.clear()
    running.claims, running.spoil, running.header = dict(CYD), {}, {"kid": "one"}
    running.signs_with = (running.key, "RS256")
    return running


@pytest.fixture
def provider(idp: OidcProvider) -> Provider:
    return Provider.objects.create(
        kind="oidc",
        name="Example ID",
        issuer=idp.issuer,
        client_id=idp.client_id,
        secret=idp.client_secret,
        for_end_users=True,
        created_at=NOW,
        updated_at=NOW,
    )


def change(provider: Provider, **fields: Any) -> None:
    Provider.objects.filter(pk=provider.pk).update(**fields)


def way_back(visitor: Visitor, idp: OidcProvider, provider: Provider, next: str = "") -> str:
    """The path with which the provider sends the browser back."""
    asked = visitor.get(f"/access/with/{provider.pk}/", data={"next": next}).url
    return idp.authorize(asked).partition("localhost")[2].partition("/")[2]


def come(visitor: Visitor, idp: OidcProvider, provider: Provider, **more: str) -> Any:
    return visitor.get("/" + way_back(visitor, idp, provider, **more))


def is_in(visitor: Visitor) -> bool:
    return bool(visitor.client.get("/api/v2/users/me").json()["user"]["id"])


def test_somebody_we_know_comes_in_and_goes_where_they_were_going(visit: Visit, idp: Any, provider: Provider) -> None:
    cyd = visit()
    assert f"/access/with/{provider.pk}/" in cyd.get("/accounts/login/").content.decode()
    assert come(cyd, idp, provider, next="/hc/en/requests/").url == "/hc/en/requests/"
    assert cyd.get("/hc/en/requests/").status_code == 200
    assert Device.objects.get().method == "oidc"
    idp.claims["email"] = "moved@example.com"  # known by who they are from now on, not by their address
    again = visit()
    assert come(again, idp, provider).status_code == 302
    assert User.objects.get(email="moved@example.com").name == "Cyd Example"


def test_the_secret_is_sealed(provider: Provider) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM sign_in_provider")
        assert cursor.fetchone()[0].startswith("sealed1:")


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": None},
        {"nonce": "another"},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": ["our-desk", "another"], "azp": "another"},
        {"exp": 1},
        {"sub": None},
        {"email_verified": False},
        {"email_verified": None},
    ],
    ids=str,
)
def test_61_a_token_that_is_not_ours_is_refused(
    visit: Visit, idp: Any, provider: Provider, spoil: dict[str, Any]
) -> None:
    idp.spoil = spoil
    visitor = visit()
    answer = come(visitor, idp, provider)
    assert answer.status_code == 403
    assert REFUSED in words_of(answer)
    assert not is_in(visitor)


def test_61_only_the_providers_own_key_signs(visit: Visit, idp: Any, provider: Provider) -> None:
    public = "the public key, which everybody may read, as if it were secret"
    for signs_with in ((None, "none"), (public, "HS256"), (OTHER_KEY, "RS256")):
        idp.signs_with = signs_with
        assert come(visit(), idp, provider).status_code == 403, signs_with[1]
    idp.signs_with, idp.header = (idp.key, "RS256"), {"kid": "unknown"}
    assert come(visit(), idp, provider).status_code == 403


def test_61_an_answer_is_good_once_here_and_for_who_asked(visit: Visit, idp: Any, provider: Provider) -> None:
    victim, attacker = visit(), visit()
    path = "/" + way_back(attacker, idp, provider)
    assert victim.get(path).status_code == 403  # somebody else's answer: signing in as the attacker
    assert Visitor(OUTDOOR).get(path).status_code == 403
    assert attacker.get(path).status_code == 302
    assert visit().get(path).status_code == 403
    mixed = "/" + way_back(victim, idp, provider).replace("iss=", "iss=https%3A%2F%2Fevil.example&was=")
    assert victim.get(mixed).status_code == 403
    assert Attempt.objects.filter(used_at=None).count() == 0


def test_61_the_answer_of_one_provider_is_none_of_anothers(visit: Visit, idp: Any, provider: Provider) -> None:
    other = Provider.objects.get(pk=provider.pk)
    other.pk, other.name = None, "Other"
    other.save(force_insert=True)
    visitor = visit()
    path = "/" + way_back(visitor, idp, provider)
    assert visitor.get(path.replace(f"/{provider.pk}/", f"/{other.pk}/")).status_code == 403


def test_62_an_address_never_opens_an_admins_entry(cast: Cast, visit: Visit, idp: Any, provider: Provider) -> None:
    change(provider, for_team=True, domains=["example.com"], trusts_addresses=True, role_limit="agent")
    idp.claims |= {"sub": "x", "email": "ada@example.com"}
    assert come(visit(), idp, provider).status_code == 403
    assert not ProviderIdentity.objects.exists()


def test_62_an_agent_is_linked_only_by_who_speaks_for_their_domain(
    cast: Cast, visit: Visit, idp: Any, provider: Provider
) -> None:
    idp.claims |= {"sub": "ana-1", "email": "ana@example.com"}
    for fields in ({}, {"for_team": True}, {"domains": ["*"]}, {"domains": ["other.example"]}):
        change(provider, **fields)
        assert come(visit(), idp, provider).status_code == 403, fields
    change(provider, domains=["example.com"])
    ana = visit()
    assert come(ana, idp, provider).status_code == 302
    assert ana.get("/").url == "/agent/"


def test_62_nobody_is_given_more_than_the_provider_may_give(
    cast: Cast, visit: Visit, idp: Any, provider: Provider
) -> None:
    idp.claims |= {"role": "admin", "organization": "Kettle Club", "organizations": ["Kettle Club", "Made Up"]}
    idp.claims |= {"tags": ["vip"], "sub": "eli-1", "email": "eli@example.com"}
    come(visit(), idp, provider)
    eli = cast.user("eli")
    assert (eli.role, eli.tags, eli.memberships.count()) == (Role.END_USER, [], 0)
    change(provider, sets_tags=True, organization_reach="any", role_limit="agent", for_team=True)
    come(visit(), idp, provider)
    eli = cast.user("eli")
    assert (eli.role, eli.tags, eli.memberships.count()) == (Role.END_USER, ["vip"], 1)
    assert not Organization.objects.filter(name="Made Up").exists()


def test_62_with_chosen_organizations_no_other_opens(cast: Cast, visit: Visit, idp: Any, provider: Provider) -> None:
    cast.join("dee", "Partners")
    change(provider, organization_reach="chosen", organization_ids=[cast.organizations["Partners"].pk])
    idp.claims |= {"sub": "eli-1", "email": "eli@example.com", "organizations": ["Kettle Club", "partners"]}
    come(visit(), idp, provider)
    assert [one.organization.name for one in cast.user("eli").memberships.all()] == ["Partners"]


def test_new_people_are_made_only_where_that_is_wanted(cast: Cast, visit: Visit, idp: Any, provider: Provider) -> None:
    idp.claims |= {"sub": "new", "email": "new@partner.example", "name": "Nia New", "role": "agent"}
    assert come(visit(), idp, provider).status_code == 403
    change(provider, makes_people=True, for_team=True, role_limit="agent")
    assert come(visit(), idp, provider).status_code == 302
    made = User.objects.get(email="new@partner.example")
    assert (made.name, made.role, made.is_verified, made.has_usable_password()) == ("Nia New", "end-user", True, False)


def test_an_admin_connects_a_provider_themselves(cast: Cast, visit: Visit, idp: Any, provider: Provider) -> None:
    change(provider, for_team=True)
    idp.claims |= {"sub": "ada-1", "email": "ada@private.example", "email_verified": False}
    ada = visit("ada")
    page = ada.send("/accounts/security/", to=f"/access/with/{provider.pk}/connect/").content.decode()
    asked = html.unescape(page.split('href="http://idp')[1].split('"')[0])
    back = idp.authorize("http://idp" + asked).partition("localhost")[2].partition("/")[2]
    assert visit("ana").get("/" + back).status_code == 403
    assert ada.get("/" + back).url == "/accounts/security/"
    assert "Example ID" in ada.words("/accounts/security/")
    again = visit()
    assert come(again, idp, provider).status_code == 302
    assert again.get("/").url == "/agent/"


def test_who_may_not_sign_in_comes_in_no_way(cast: Cast, visit: Visit, idp: Any, provider: Provider) -> None:
    assert come(visit(), idp, provider).status_code == 302
    User.objects.filter(pk=cast.users["cyd"].pk).update(is_suspended=True)
    assert come(visit(), idp, provider).status_code == 403
    change(provider, is_active=False)
    assert Client(headers={"host": ACME}).get(f"/access/with/{provider.pk}/").status_code == 403


def test_providers_belong_to_one_account(visit: Visit, provider: Provider) -> None:
    assert visit(host=MAKER).get(f"/access/with/{provider.pk}/").status_code == 403


def test_a_provider_at_a_private_address_is_not_asked(visit: Visit, provider: Provider) -> None:
    change(provider, issuer="https://10.0.0.7")
    assert visit().get(f"/access/with/{provider.pk}/").status_code == 503


def test_whom_it_named_is_kept_for_admins_when_they_are_turned_away(visit: Visit, idp: Any, provider: Provider) -> None:
    idp.claims |= {"sub": "new", "email": "nia@elsewhere.example"}
    assert come(visit(), idp, provider).status_code == 403
    idp.spoil = {"nonce": "another"}
    assert come(visit(), idp, provider).status_code == 403
    assert [row.email for row in refusals.recent(provider)] == ["", "nia@elsewhere.example"]
