"""A link by mail: once, soon, for whom it was made, and nobody learns who is known here (abuse tests 63 and 64)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from adjoin.help_center.tests.conftest import ACME, MAKER, Visit, Visitor, words_of
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.sign_in import links, policy
from adjoin.sign_in.models import SignInLink
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

LOGIN, ASK = "/accounts/login/", "/accounts/link/"
DEAD = "This link works no more"


def ask(visitor: Visitor, name: str = "cyd", **more: str) -> Any:
    return visitor.send(ASK, {"email": f"{name}@example.com", **more})


def test_a_link_signs_in_once_when_its_button_is_pressed(cast: Cast, visit: Visit, mailed: Any) -> None:
    cyd = visit()
    ask(cyd, next="/hc/en/requests/")
    path = mailed()
    page = cyd.words(path)
    assert "Sign in as Cyd Example?" in page
    assert "another browser" not in page
    assert cyd.get("/hc/en/requests/").status_code == 302  # looking signs nobody in: mail scanners look
    assert cyd.send(path).url == "/hc/en/requests/"
    assert cyd.get("/hc/en/requests/").status_code == 200
    for again in (visit().get(path), Visitor(ACME).send(LOGIN, to=path)):
        assert again.status_code == 410
        assert DEAD in words_of(again)


def test_in_another_browser_it_says_so_and_whom_it_signs_in(cast: Cast, visit: Visit, mailed: Any) -> None:
    ask(visit())
    page = visit().words(mailed())
    assert "asked for in another browser" in page
    assert "cyd@example.com" in page


@pytest.mark.parametrize(
    "change", [{"role": "agent"}, {"is_suspended": True}, {"email": "new@example.com"}, {"password": "x"}]
)
def test_a_link_dies_when_the_person_changes(cast: Cast, change: dict[str, Any]) -> None:
    cyd = cast.users["cyd"]
    secret = links.make(user=cyd, browser_digest="", next="", now=NOW)
    User.objects.filter(pk=cyd.pk).update(**change)
    with pytest.raises(links.DeadLink):
        links.use(secret, NOW)


def test_a_link_dies_after_a_quarter_of_an_hour_and_by_the_next_one(cast: Cast) -> None:
    cyd = cast.users["cyd"]
    first = links.make(user=cyd, browser_digest="", next="", now=NOW)
    second = links.make(user=cyd, browser_digest="", next="", now=NOW)
    for secret, now in ((first, NOW), (second, NOW + timedelta(minutes=15))):
        with pytest.raises(links.DeadLink):
            links.look(secret, now)
    assert links.use(second, NOW + timedelta(minutes=14)).user == cyd


def test_only_the_digest_of_a_link_is_kept(cast: Cast) -> None:
    secret = links.make(user=cast.users["cyd"], browser_digest="", next="", now=NOW)
    assert secret not in str(SignInLink.objects.values())


def test_known_and_unknown_addresses_are_answered_alike(cast: Cast, visit: Visit, mailed: Any) -> None:
    cast.add("gone", is_active=False)
    pages = {(ask(v := visit(), name).url, v.words(f"{ASK}sent/")) for name in ("cyd", "nobody", "gone", "ana")}
    assert len(pages) == 1
    mailed()
    assert [one.to for one in mail.outbox] == [["cyd@example.com"]]  # the team has no links until somebody opens them


def test_links_are_throttled_by_address_alike_for_everybody(cast: Cast, visit: Visit, mailed: Any) -> None:
    for name in ("cyd", "nobody"):
        answers = [ask(visit(address=f"192.0.2.{number}"), name).status_code for number in range(6)]
        assert answers == [302] * 5 + [429]


def test_a_link_leads_nowhere_else(cast: Cast, visit: Visit, mailed: Any) -> None:
    for place in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        ask(visit(address=f"192.0.2.{len(place)}"), next=place)
        assert visit().send(mailed()).url == "/"


def test_a_link_of_one_account_opens_no_other(cast: Cast, visit: Visit, mailed: Any) -> None:
    ask(visit())
    assert visit(host=MAKER).get(mailed()).status_code == 410


def test_a_way_that_is_closed_opens_for_nobody(cast: Cast, visit: Visit, mailed: Any) -> None:
    secret = links.make(user=cast.users["cyd"], browser_digest="", next="", now=timezone.now())
    policy.change(now=NOW, end_user_link=False, end_user_password=False)
    assert visit().send(LOGIN, to=f"/accounts/link/{secret}/").url == LOGIN
    assert visit().sign_in("cyd").url == LOGIN
    assert visit("ana").get("/").url == "/agent/"


def test_the_owner_always_comes_in_by_password(cast: Cast, visit: Visit) -> None:
    User.objects.filter(pk=cast.users["ada"].pk).update(is_owner=True)
    policy.change(now=NOW, team_password=False, end_user_password=False)
    assert 'name="password"' not in visit().get(LOGIN).content.decode()
    ada = visit()
    assert ada.sign_in("ada", path=f"{LOGIN}?password=1").url == "/"
    assert ada.get("/").url == "/agent/"
    assert visit().sign_in("ana", path=f"{LOGIN}?password=1").url == LOGIN


def test_a_suspended_person_comes_in_no_way(cast: Cast, visit: Visit) -> None:
    people.update_user(user=cast.users["cyd"], now=NOW, is_suspended=True)
    secret = links.make(user=cast.user("cyd"), browser_digest="", next="", now=timezone.now())
    answer = visit().send(LOGIN, to=f"/accounts/link/{secret}/")
    assert answer.url == LOGIN
    assert Client(headers={"host": ACME}).get("/hc/en/requests/").status_code == 302
