"""What signing in promises: nobody learns who is known here, and a session opens one host's doors only."""

from __future__ import annotations

import re
import time
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, override_settings
from django.urls import get_resolver
from django.utils.crypto import pbkdf2
from procrastinate.testing import InMemoryConnector

from adjoin.help_center.tests.conftest import ACME, MAKER, OUTDOOR, Visit, Visitor, words_of
from adjoin.people import reset
from adjoin.people.models import User
from adjoin.testing.cast import PASSWORD, Cast

LOGIN = "/accounts/login/"
WRONG = "That address and password do not belong together."


def test_end_users_land_in_the_help_center_and_agents_in_the_workspace(cast: Cast, visit: Visit) -> None:
    for name, host, place in (("cyd", ACME, "/hc/en/"), ("ana", ACME, "/agent/"), ("ana", OUTDOOR, "/hc/en/")):
        visitor = Visitor(host)
        assert visitor.sign_in(name).url == "/"
        assert visitor.get("/").url == place


def test_the_sign_in_page_wears_the_brand(cast: Cast, visit: Visit) -> None:
    assert "Sign in to Acme Outdoor" in visit(host=OUTDOOR).words(LOGIN)


@pytest.mark.parametrize("name", ["cyd", "nobody", "suspended", "gone"])
def test_a_wrong_password_an_unknown_address_and_a_barred_person_read_the_same(
    cast: Cast, visit: Visit, name: str
) -> None:
    cast.add("suspended", is_suspended=True)
    cast.add("gone", is_active=False)
    password = "wrong" if name == "cyd" else PASSWORD
    refused = visit().sign_in(name, password)
    assert refused.status_code == 200
    page = words_of(refused)
    assert WRONG in page
    assert page == words_of(visit().sign_in("somebody-else", "wrong"))


def test_what_went_wrong_is_told_in_the_readers_language(cast: Cast, visit: Visit) -> None:
    visitor = Visitor(ACME)
    visitor.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    assert "Cette adresse et ce mot de passe ne vont pas ensemble." in words_of(visitor.sign_in("cyd", "wrong"))


def test_known_and_unknown_addresses_take_the_same_work(cast: Cast, visit: Visit) -> None:
    slow = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    rounds: dict[str, list[int]] = {}
    with override_settings(PASSWORD_HASHERS=slow):
        User.objects.filter(pk=cast.users["cyd"].pk).update(password=make_password(PASSWORD))
        for name in ("cyd", "nobody"):
            with patch("django.contrib.auth.hashers.pbkdf2", wraps=pbkdf2) as hashed:
                visit().sign_in(name, "wrong")
            rounds[name] = [call.args[2] for call in hashed.call_args_list]
    assert rounds["cyd"] == rounds["nobody"] == [PBKDF2PasswordHasher.iterations]


def test_five_wrong_passwords_for_an_address_close_it_for_a_while(cast: Cast, visit: Visit) -> None:
    for address, name in (("192.0.2.1", "cyd"), ("192.0.2.2", "nobody")):
        for _ in range(5):
            assert WRONG in words_of(visit(address=address).sign_in(name, "wrong"))
        assert "Wait five minutes" in words_of(visit(address="192.0.2.3").sign_in(name))
    assert visit().sign_in("dee").status_code == 302


def test_one_sender_trying_many_addresses_is_stopped(cast: Cast, visit: Visit) -> None:
    for number in range(10):
        assert WRONG in words_of(visit().sign_in(f"guess{number}", "wrong"))
    assert "Wait five minutes" in words_of(visit().sign_in("cyd"))


def test_a_forwarded_address_buys_no_new_tries(cast: Cast, visit: Visit) -> None:
    for number in range(10):
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        form = {"login": f"guess{number}@example.com", "password": "wrong"}
        Client(headers={"host": ACME}).post(LOGIN, form, headers=forged)
    assert "Wait five minutes" in words_of(visit().sign_in("cyd"))


def test_behind_a_proxy_of_ours_senders_are_told_apart(cast: Cast, visit: Visit, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        forwarded = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}  # only the last was added by our proxy
        form = {"login": f"guess{number}@example.com", "password": "wrong"}
        Client(headers={"host": ACME}).post(LOGIN, form, headers=forwarded)
    form = {"login": "cyd@example.com", "password": PASSWORD}
    stopped, other = (
        Client(headers={"host": ACME}).post(LOGIN, form, headers={"X-Forwarded-For": address})
        for address in ("198.51.100.7", "198.51.100.8")
    )
    assert (stopped.status_code, other.status_code) == (200, 302)


def test_tries_at_one_account_cost_nothing_at_another(cast: Cast, visit: Visit) -> None:
    for _ in range(5):
        visit().sign_in("cyd", "wrong")
    assert WRONG in words_of(visit(host=MAKER).sign_in("cyd", "wrong"))


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "///evil.example",
    "javascript:alert(1)",
    "http://maker.localhost/",
    "\\\\evil.example",
    "%2F%2Fevil.example",
]


def test_nobody_is_led_away_after_signing_in(cast: Cast, visit: Visit) -> None:
    signed_in = visit("cyd")
    for place in ELSEWHERE:
        form = {"login": "cyd@example.com", "password": PASSWORD, "next": place}
        assert signed_in.get(LOGIN, data={"next": place}).url == "/", place
        assert Client(headers={"host": ACME}).post(LOGIN, form).headers["Location"] == "/", place


def test_one_comes_back_to_where_one_was_going(cast: Cast, visit: Visit) -> None:
    assert visit().sign_in("cyd", path=f"{LOGIN}?next=/hc/en/requests/%3Fstatus%3Dopen").url == (
        "/hc/en/requests/?status=open"
    )


@pytest.mark.parametrize("host", [MAKER, OUTDOOR])
def test_a_session_carried_to_another_host_opens_nothing(cast: Cast, visit: Visit, host: str) -> None:
    cast.ticket("cyd", brand_id=cast.outdoor.pk)
    cookie = visit("cyd").client.cookies[settings.SESSION_COOKIE_NAME].value
    thief = Visitor(host)
    thief.client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    for path in ("/hc/en/requests/", "/accounts/password/change/"):
        assert thief.get(path).url.startswith(LOGIN)
    assert thief.client.get("/api/v2/users/me.json").json()["user"]["id"] is None


def test_session_cookies_stay_with_the_host_and_away_from_scripts(cast: Cast, visit: Visit) -> None:
    cookie = visit("cyd").client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["domain"], cookie["httponly"], cookie["samesite"], cookie["path"]) == ("", True, "Lax", "/")


def test_signing_in_starts_a_new_session(cast: Cast, visit: Visit) -> None:
    visitor = visit()
    visitor.client.get(LOGIN)
    visitor.sign_in("cyd")
    first = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.send("/hc/en/", to="/accounts/logout/")
    visitor.sign_in("cyd")
    assert visitor.client.cookies[settings.SESSION_COOKIE_NAME].value != first
    assert not Session.objects.filter(session_key=first).exists()


def test_signing_out_ends_the_session(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    cookie = cyd.client.cookies[settings.SESSION_COOKIE_NAME].value
    assert cyd.get("/accounts/logout/").status_code == 200  # a link cannot sign anybody out
    assert cyd.send("/hc/en/", to="/accounts/logout/").url == "/"
    cyd.client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert cyd.get("/hc/en/requests/").url.startswith(LOGIN)


def test_whoever_is_suspended_is_out_at_the_next_click(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    User.objects.filter(pk=cast.users["cyd"].pk).update(is_suspended=True)
    assert cyd.get("/hc/en/requests/").url.startswith(LOGIN)


def test_a_form_from_another_site_is_refused(cast: Cast, visit: Visit) -> None:
    here = f"/hc/en/requests/{cast.ticket('cyd').pk}/"
    cyd = visit("cyd")
    for path in ("/hc/en/requests/new/", f"{here}reply/", f"{here}solve/", LOGIN, "/accounts/logout/"):
        assert cyd.client.post(path, {"subject": "x", "body": "x"}).status_code == 403, path


def test_nobody_signs_up_by_themselves(cast: Cast, visit: Visit) -> None:
    visitor = visit()
    assert "Accounts are made for you" in visitor.words("/accounts/signup/")
    form = {"email": "new@example.com", "password1": "a-long-enough-one"}
    visitor.send("/hc/en/", form, to="/accounts/signup/")
    assert not User.objects.filter(email="new@example.com").exists()


def test_only_wanted_pages_of_allauth_have_an_address() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith("account_")}
    assert not names & {
        "account_email",
        "account_confirm_email",
        "account_request_login_code",
    }


def test_a_password_is_changed_by_who_knows_the_old_one(cast: Cast, visit: Visit) -> None:
    cyd, elsewhere = visit("cyd"), visit("cyd")
    change = "/accounts/password/change/"
    new = {"password1": "tents-are-dry-77", "password2": "tents-are-dry-77"}
    assert "not your current password" in words_of(cyd.send(change, {"oldpassword": "guess", **new}))
    assert cyd.send(change, {"oldpassword": PASSWORD, **new}).status_code == 302
    assert cyd.get("/hc/en/requests/").status_code == 200
    assert elsewhere.get("/hc/en/requests/").url.startswith(LOGIN)  # other devices are signed out
    assert visit().sign_in("cyd", "tents-are-dry-77").status_code == 302


def test_asking_for_a_new_password_reads_the_same_for_everybody(cast: Cast, visit: Visit, jobs: list[Any]) -> None:
    pages = set()
    for name in ("cyd", "nobody"):
        visitor = visit()
        sent = visitor.send("/accounts/password/reset/", {"email": f"{name}@example.com"})
        pages.add((sent.status_code, sent.url, visitor.words(sent.url)))
    assert len(pages) == 1
    assert [job["args"]["email"] for job in jobs] == ["cyd@example.com", "nobody@example.com"]


@pytest.mark.parametrize("name", ["nobody", "suspended"])
def test_no_link_is_mailed_to_who_may_not_sign_in(cast: Cast, name: str) -> None:
    cast.add("suspended", is_suspended=True)
    reset.send_reset_link(email=f"{name}@example.com", host=ACME, name="Acme")
    assert mail.outbox == []


def test_a_link_sets_a_new_password_once(cast: Cast, visit: Visit) -> None:
    link = _mailed_link()
    visitor = visit()
    new = {"password1": "tents-are-dry-77", "password2": "tents-are-dry-77"}
    form = visitor.get(link)
    assert visitor.send(form.url, new).status_code == 302
    assert visit().sign_in("cyd", "tents-are-dry-77").status_code == 302
    assert "This link works no more" in visit().words(link)


@pytest.mark.parametrize("change", [{"role": "agent"}, {"is_suspended": True}, {"email": "new@example.com"}])
def test_a_link_dies_when_the_person_changes(cast: Cast, visit: Visit, change: dict[str, Any]) -> None:
    link = _mailed_link()
    User.objects.filter(pk=cast.users["cyd"].pk).update(**change)
    assert "This link works no more" in visit().words(link)


def test_a_link_dies_within_an_hour(cast: Cast, visit: Visit) -> None:
    link = _mailed_link()
    with patch("time.time", return_value=time.time() + 3700), patch.object(settings, "PASSWORD_RESET_TIMEOUT", -1):
        assert "This link works no more" in visit().words(link)


def test_a_link_leads_to_our_own_host_whatever_the_request_said(cast: Cast) -> None:
    Client(headers={"host": f"{ACME}:4444"}).post("/accounts/password/reset/", {"email": "cyd@example.com"})
    _mailed_link()
    assert "4444" not in mail.outbox[-1].body


HEADERS = {
    "Content-Security-Policy": "script-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}


def test_every_answer_carries_its_armour(cast: Cast, visit: Visit) -> None:
    for visitor in (visit(), visit("cyd")):
        for path in (
            "/",
            "/hc/en/",
            "/hc/brand.css",
            "/hc/en/requests/",
            LOGIN,
            "/nothing",
            "/api/v2/tickets",
            "/healthz",
        ):
            answer = visitor.get(path)
            assert not [key for key, value in HEADERS.items() if value not in answer.get(key, "")], path
            assert "unsafe" not in answer["Content-Security-Policy"], path


def test_personal_pages_are_kept_by_no_cache(cast: Cast, visit: Visit) -> None:
    assert visit("cyd").get("/hc/en/requests/")["Cache-Control"] == "private, no-store"


def test_no_page_has_anything_inline(cast: Cast, visit: Visit) -> None:
    nobody, cyd = visit(), visit("cyd")
    for path in ("/hc/en/", "/hc/en/requests/new/", "/hc/en/requests/", LOGIN, "/accounts/signup/"):
        page = (cyd if "requests" in path else nobody).get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page), path


def test_nothing_we_say_is_a_boast(cast: Cast, visit: Visit) -> None:
    cyd = visit("cyd")
    for path in ("/hc/en/", "/hc/en/requests/new/", "/accounts/password/change/"):
        assert not re.search(r"(?i)\b(please|success)", cyd.words(path))


@pytest.fixture
def jobs() -> Any:
    """The jobs asked for meanwhile."""
    from procrastinate.contrib.django import app

    connector = InMemoryConnector()
    with app.replace_connector(connector):
        yield connector.jobs.values()


def _mailed_link() -> str:
    reset.send_reset_link(email="cyd@example.com", host=ACME, name="Acme")
    found = re.search(r"http://acme\.localhost[^/]*(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]
