"""Signed tokens from one's own site: what they say of people, and what is refused (abuse test 61)."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from django.test import Client

from adjoin.help_center.tests.conftest import ACME, OUTDOOR, Visit
from adjoin.people.models import User
from adjoin.sign_in.models import Provider
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

SECRET = "s" * 64


@pytest.fixture
def provider(cast: Cast) -> Provider:
    return Provider.objects.create(
        kind="jwt",
        name="Our site",
        secret=SECRET,
        for_end_users=True,
        makes_people=True,
        created_at=NOW,
        updated_at=NOW,
        login_url="https://site.example/login",
    )


def claims(**more: Any) -> dict[str, Any]:
    own = {"iat": int(time.time()), "jti": f"{time.perf_counter_ns()}", "email": "cyd@example.com", "name": "Cyd"}
    return {name: value for name, value in {**own, **more}.items() if value is not None}


def post(token: str, host: str = ACME, **more: str) -> Any:
    client = Client(headers={"host": host}, enforce_csrf_checks=True)
    answer = client.post("/access/jwt", {"jwt": token, **more})
    return answer, client


def signed(secret: str = SECRET, algorithm: str = "HS256", **more: Any) -> str:
    return jwt.encode(claims(**more), secret, algorithm)


def test_somebody_comes_in_and_is_made_when_new(cast: Cast, visit: Visit, provider: Provider) -> None:
    answer, client = post(signed(external_id="c-1"), return_to="/hc/en/requests/")
    assert answer.url == "/hc/en/requests/"
    assert client.get("/hc/en/requests/").status_code == 200
    post(signed(external_id="c-1", email="moved@example.com"))
    assert cast.user("cyd").email == "moved@example.com"
    post(signed(email="nia@example.com", name="Nia"))
    assert User.objects.get(email="nia@example.com").role == "end-user"


def test_61_a_token_is_good_once(cast: Cast, visit: Visit, provider: Provider) -> None:
    token = signed()
    assert [post(token)[0].status_code for _ in range(2)] == [302, 403]
    assert post(token, OUTDOOR)[0].status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        {"ago": 400},
        {"ago": -900},
        {"iat": None},
        {"jti": None},
        {"jti": ""},
        {"email": None},
        {"name": None},
        {"exp": 1},
        {"iat": "soon"},
    ],
    ids=["old", "early", "no iat", "no jti", "empty jti", "no email", "no name", "over", "no number"],
)
def test_61_a_token_that_is_old_or_lacks_something_is_refused(
    cast: Cast, visit: Visit, provider: Provider, more: dict[str, Any]
) -> None:
    if ago := more.get("ago"):
        more = {"iat": int(time.time()) - ago}  # from now: the list above is as old as the whole run
    assert post(signed(**more))[0].status_code == 403


def test_61_a_token_is_signed_with_the_shared_secret(cast: Cast, visit: Visit, provider: Provider) -> None:
    unsigned = jwt.encode(claims(), "", "none")
    for token in (unsigned, signed("t" * 64), signed(algorithm="HS512"), "", "a.b.c", signed()[:-3] + "abc"):
        answer, client = post(token)
        assert answer.status_code == 403, token[:20]
        assert client.get("/api/v2/users/me").json()["user"]["id"] is None


def test_62_ones_own_site_makes_no_admins_and_takes_over_none(cast: Cast, visit: Visit, provider: Provider) -> None:
    Provider.objects.update(for_team=True, domains=["example.com"], role_limit="agent")
    assert post(signed(email="ada@example.com"))[0].status_code == 403
    assert post(signed(email="ada@example.com", external_id="a"))[0].status_code == 403
    post(signed(email="nia@example.com", role="admin"))
    assert User.objects.get(email="nia@example.com").role == "agent"


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("http://acme.localhost:8000/hc/en/requests/", "/hc/en/requests/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("http://acme.localhost@evil.example/", "/"),
        ("http://maker.localhost/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_one_is_led_to_our_own_hosts_only(
    cast: Cast, visit: Visit, provider: Provider, asked: str, led_to: str
) -> None:
    assert post(signed(), return_to=asked)[0].url == led_to


def test_the_button_leads_to_ones_own_site_and_back(visit: Visit, provider: Provider) -> None:
    place = visit().get(f"/access/with/{provider.pk}/?next=/hc/en/requests/").url
    assert place.startswith("https://site.example/login?return_to=http%3A%2F%2Facme.localhost")
    assert "&locale=en-US&locale_id=1&" in place
    spoken = visit().get(f"/access/with/{provider.pk}/", headers={"accept-language": "fr"}).url
    assert "&locale=fr&locale_id=16&" in spoken  # one's own site asks in the reader's language
