"""Back to one's own site: why a token was refused, and signing out there (abuse test 61)."""

from __future__ import annotations

import html
import re
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from adjoin.help_center.tests.conftest import ACME, OUTDOOR, Visit, Visitor
from adjoin.sign_in.models import Provider
from adjoin.sign_in.tests.test_signed_tokens import post, provider, signed
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

__all__ = ["provider"]
OUT = "https://site.example/out"
SAME_WORDS = "You could not be signed in this way. Sign in another way, or ask the people of this help desk."


@pytest.fixture
def site(provider: Provider) -> Provider:
    Provider.objects.update(logout_url=OUT)
    return provider


def told(place: str) -> dict[str, str]:
    """What our own site reads."""
    assert place.startswith(f"{OUT}?"), place
    return dict(parse_qsl(urlsplit(place).query, keep_blank_values=True))


def out(token: str, host: str = ACME) -> str:
    """Where the page leads that one sees after signing in with `token` and out again."""
    visitor = Visitor(host)
    visitor.client = post(token, host)[1]
    page = visitor.send("/hc/en/", to="/accounts/logout/")
    assert visitor.get("/api/v2/users/me").json()["user"]["id"] is None
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"iat": 1}, "older than three minutes"),
        ({"exp": 1}, "older than three minutes"),
        ({"iat": "soon"}, "seconds since 1970"),
        ({"jti": ""}, "The claim jti has to be"),
    ],
    ids=["old", "over", "no number", "empty jti"],
)
def test_what_is_wrong_with_a_token_is_told_to_the_site_that_made_it(
    cast: Cast, visit: Visit, site: Provider, more: dict[str, Any], words: str
) -> None:
    found = told(post(signed(**more))[0].url)
    assert found["kind"] == "error"
    assert words in found["message"]


@pytest.mark.parametrize("name", ["iat", "jti", "name", "email"])
def test_a_claim_that_lacks_is_named(cast: Cast, visit: Visit, site: Provider, name: str) -> None:
    lacking: dict[str, Any] = {name: None}
    assert told(post(signed(**lacking))[0].url)["message"] == f"The token has no claim {name}."


def test_a_token_used_before_says_so_and_whose_it_was(cast: Cast, visit: Visit, site: Provider) -> None:
    token = signed()
    post(token)
    found = told(post(token)[0].url)
    assert "used already" in found["message"]
    assert found["email"] == "cyd@example.com"


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@elsewhere.example", "bob@example.com"])
def test_61_who_is_turned_away_reads_the_same_words(cast: Cast, visit: Visit, site: Provider, email: str) -> None:
    Provider.objects.update(makes_people=False)
    found = told(post(signed(email=email))[0].url)
    assert found == {"kind": "error", "message": SAME_WORDS, "email": email}


def test_61_nothing_of_a_forged_token_goes_on(cast: Cast, visit: Visit, site: Provider) -> None:
    forged = signed("t" * 64, email="evil@example.com", return_to="https://evil.example/")
    answer, client = post(forged, return_to="https://evil.example/")
    assert told(answer.url) == {
        "kind": "error",
        "message": "The token is not signed with the secret of this help desk.",
    }
    assert client.get("/api/v2/users/me").json()["user"]["id"] is None


def test_61_a_forged_token_goes_to_no_site_where_there_are_two(cast: Cast, visit: Visit, site: Provider) -> None:
    Provider.objects.create(
        kind="jwt", name="B", secret="b" * 64, logout_url="https://b.example/", created_at=NOW, updated_at=NOW
    )
    answer, _ = post(signed("t" * 64))
    assert answer.status_code == 403
    assert "is not signed with the secret" in answer.content.decode()
    assert told(post(signed(iat=1))[0].url)["kind"] == "error"  # whose token it is, is clear


def test_why_is_told_in_the_readers_language(cast: Cast, visit: Visit, site: Provider) -> None:
    client = Client(headers={"host": ACME, "accept-language": "fr"})
    answer: Any = client.post("/access/jwt", {"jwt": signed(name=None)})
    found = told(answer.url)
    assert found["message"] == "Le jeton n\N{RIGHT SINGLE QUOTATION MARK}a pas de champ name."


def test_signing_out_here_leads_to_ones_own_site(cast: Cast, visit: Visit, site: Provider) -> None:
    assert told(out(signed(external_id="c/1&x"), OUTDOOR)) == {
        "email": "cyd@example.com",
        "external_id": "c/1&x",
        "brand_id": str(cast.outdoor.pk),
    }


def test_a_parameter_of_the_address_itself_stays(cast: Cast, visit: Visit, site: Provider) -> None:
    Provider.objects.update(logout_url=f"{OUT}?shop=1&email=#top")
    place = out(signed())
    assert place.startswith(f"{OUT}?shop=1&email=&external_id=&brand_id=")
    assert place.endswith("#top")


def test_who_came_another_way_signs_out_here_alone(cast: Cast, visit: Visit, site: Provider) -> None:
    answer = visit("cyd").send("/hc/en/", to="/accounts/logout/")
    assert (answer.status_code, answer.url) == (302, "/")


@pytest.mark.parametrize("token_id", [883362531196.326, 5, str(time.time())], ids=["float", "int", "text"])
def test_numbers_will_do_as_jti(cast: Cast, visit: Visit, provider: Provider, token_id: object) -> None:
    token = signed(jti=token_id)
    assert [post(token)[0].status_code for _ in range(2)] == [302, 403]
