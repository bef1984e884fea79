"""With a second factor a password alone opens nothing, and who has to have one does nothing else before."""

from __future__ import annotations

import base64
import re
import time
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.utils import timezone

from adjoin.audit_log.models import Entry
from adjoin.help_center.tests.conftest import ACME, Visit, Visitor, words_of
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.sign_in import policy
from adjoin.sign_in.models import Device
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import PASSWORD, Cast
from adjoin.testing.jobs import run_jobs

SECURITY = "/accounts/security/"
STEP = "/accounts/second-factor/"
SECRET = "JBSWY3DPEHPK3PXP"


def code(*, periods: int = 0) -> str:
    """What the app shows now, or that many half minutes later."""
    return str(totp.format_hotp_value(totp.hotp_value(SECRET, int(time.time()) // 30 + periods)))


@pytest.fixture
def ana_has_an_app(cast: Cast) -> Authenticator:
    found: Authenticator = totp.TOTP.activate(cast.users["ana"], SECRET).instance
    return found


def api(path: str, **headers: str) -> Any:
    return Client(headers={"host": ACME, **headers}).get(path)


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_an_app_is_set_up_with_its_first_code_and_gives_recovery_codes(cast: Cast, visit: Visit) -> None:
    ana = visit("ana")
    page = ana.get("/accounts/security/app/").content.decode()
    assert "data:image/svg+xml" in page
    with patch.object(totp, "validate_totp_code", return_value=True):
        done = ana.send("/accounts/security/app/", {"code": "123456"})
    assert done.url == "/accounts/security/codes/"
    assert len(set(re.findall(r"<li>(\d{8})</li>", ana.get(done.url).content.decode()))) == 10
    assert "They were shown once" in ana.words(done.url)
    assert "10 left" in ana.words(SECURITY)


def test_what_a_phone_and_we_both_know_is_sealed(cast: Cast, ana_has_an_app: Authenticator) -> None:
    RecoveryCodes.activate(cast.users["ana"])
    for kept in Authenticator.objects.values_list("data", flat=True):
        assert all(value.startswith("sealed1:") for value in kept.values() if isinstance(value, str))


def test_a_password_alone_opens_nothing_where_there_is_a_second_factor(
    cast: Cast, visit: Visit, ana_has_an_app: Authenticator
) -> None:
    ana = visit()
    assert ana.sign_in("ana").url == STEP
    assert ana.get("/agent/").url.startswith("/accounts/login/")
    assert ana.client.get("/api/v2/users/me").json()["user"]["id"] is None
    assert ana.send(STEP, {"code": code()}).url == "/"
    assert ana.get("/").url == "/agent/"


def test_a_code_is_good_once_and_guesses_are_few(cast: Cast, visit: Visit, ana_has_an_app: Authenticator) -> None:
    used = code()
    first, second = visit(), visit()
    first.sign_in("ana")
    assert first.send(STEP, {"code": used}).status_code == 302
    second.sign_in("ana")
    assert "not right, or has been used" in words_of(second.send(STEP, {"code": used}))
    for _ in range(4):
        second.send(STEP, {"code": "000000"})
    assert "Wait five minutes" in words_of(second.send(STEP, {"code": code(periods=1)}))


def test_a_recovery_code_is_good_once(cast: Cast, visit: Visit, ana_has_an_app: Authenticator) -> None:
    recovery = RecoveryCodes.activate(cast.users["ana"]).get_unused_codes()[0]
    for is_good in (True, False):
        ana = visit()
        ana.sign_in("ana")
        assert (ana.send(STEP, {"code": recovery}).status_code == 302) is is_good


def test_a_new_password_by_mail_does_not_go_around_it(cast: Cast, visit: Visit, ana_has_an_app: Authenticator) -> None:
    people.update_user(user=cast.users["ana"], now=NOW, name="Ana Example")
    ana = visit()
    cast.users["ana"].set_password("another-tent-43")
    cast.users["ana"].save()
    assert ana.sign_in("ana", "another-tent-43").url == STEP


def test_who_has_to_have_one_sets_it_up_at_the_next_sign_in_and_does_nothing_else(cast: Cast, visit: Visit) -> None:
    before = visit("ana")
    policy.change(now=NOW, second_factor="team")
    assert before.get("/agent/").status_code in (200, 302)  # from the next sign-in on
    ana = visit("ana")
    for path in ("/", "/agent/", "/agent/search/", "/hc/en/", "/hc/en/requests/", "/agent/tokens/"):
        assert ana.get(path).url == SECURITY, path
    assert ana.client.get("/api/v2/users/me").json()["user"]["id"] is None
    assert ana.client.get("/api/v2/tickets").status_code == 401
    assert "Your role needs a second factor" in ana.words(SECURITY)
    with patch.object(totp, "validate_totp_code", return_value=True):
        assert ana.send("/accounts/security/app/", {"code": "123456"}).status_code == 302
    assert ana.get("/").url == "/agent/"
    assert visit("cyd").get("/hc/en/requests/").status_code == 200


def test_only_admins_where_only_admins_have_to(cast: Cast, visit: Visit) -> None:
    policy.change(now=NOW, second_factor="admins")
    assert visit("ana").get("/").url == "/agent/"
    assert visit("ada").get("/").url == SECURITY


def test_the_last_one_stays_where_one_is_needed(cast: Cast, visit: Visit, ana_has_an_app: Authenticator) -> None:
    policy.change(now=NOW, second_factor="team")
    ana = visit()
    ana.sign_in("ana")
    ana.send(STEP, {"code": code()})
    assert "Add another one" in ana.words("/accounts/security/app/remove/")
    ana.send(SECURITY, to="/accounts/security/app/remove/")
    assert policy.has_second_factor(cast.users["ana"])


def test_programs_need_a_token_where_there_is_a_second_factor(cast: Cast, ana_has_an_app: Authenticator) -> None:
    _, secret = people.create_api_token(user=cast.users["ana"], name="t", now=timezone.now())
    path, address = "/api/v2/tickets", "ana@example.com"
    assert api(path, authorization=basic(address, PASSWORD)).status_code == 401
    assert api(path, authorization=basic(f"{address}/token", secret)).status_code == 200
    assert api(path, authorization=basic("ben@example.com", PASSWORD)).status_code == 200
    policy.change(now=NOW, second_factor="team")
    assert api(path, authorization=basic("ben@example.com", PASSWORD)).status_code == 401
    assert api(path, authorization=f"Bearer {secret}").status_code == 200


def test_security_changes_ask_again_after_some_minutes(cast: Cast, visit: Visit) -> None:
    ana = visit("ana")
    assert ana.get("/accounts/security/app/").status_code == 200
    with patch("time.time", return_value=time.time() + 400):
        assert ana.get("/accounts/security/app/").url.startswith("/accounts/confirm/")


def test_one_sees_where_one_is_signed_in_and_ends_it(cast: Cast, visit: Visit) -> None:
    here, there = visit("ana"), visit("ana")
    page = here.words(SECURITY)
    assert page.count("Password") >= 2
    assert "This browser" in page
    other = Device.objects.order_by("pk").last()
    assert other is not None
    here.send(SECURITY, to=f"/accounts/security/devices/{other.pk}/end/")
    assert there.get("/agent/").url.startswith("/accounts/login/")
    assert here.get("/").url == "/agent/"


def test_nobody_ends_somebody_elses(cast: Cast, visit: Visit) -> None:
    visit("ben")
    ana = visit("ana")
    theirs = Device.objects.get(user=cast.users["ben"])
    assert ana.send(SECURITY, to=f"/accounts/security/devices/{theirs.pk}/end/").status_code == 404


def test_signing_out_everywhere_ends_all_others_and_tells_live_pages(cast: Cast, visit: Visit) -> None:
    here, there, stranger = visit("ana"), visit("ana"), visit("ben")
    forgotten = Client(headers={"host": ACME})
    forgotten.force_login(cast.users["ana"])  # a session that nobody noted
    with patch("adjoin.tickets.live._send") as told:
        here.send(SECURITY, to="/accounts/security/devices/end/")
    told.assert_called_once_with(None)
    assert here.get("/").url == "/agent/"
    assert there.get("/").url == "/hc/en/"
    assert forgotten.get("/agent/").url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    assert stranger.get("/").url == "/agent/"


def test_nothing_is_left_of_how_an_erased_person_signed_in(cast: Cast, visit: Visit) -> None:
    cyd = cast.users["cyd"]
    visit("cyd")
    totp.TOTP.activate(cyd, SECRET)
    people.delete_user(user=cyd, now=NOW)
    people.erase_user(user=cyd, now=NOW)
    assert not Device.objects.filter(user=cyd).exists()
    assert not Authenticator.objects.filter(user=cyd).exists()


def test_60_a_header_that_names_somebody_is_nothing(cast: Cast) -> None:
    for header in ("Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Auth-Request-Email", "X-Forwarded-Email"):
        told = api("/api/v2/users/me", **{header: "ada@example.com"}).json()
        assert told["user"]["id"] is None, header


def test_a_session_that_has_yet_to_set_one_up_hears_no_news(cast: Cast, visit: Visit) -> None:
    from adjoin.project import live_readers

    policy.change(now=NOW, second_factor="team")
    visitor: Visitor = visit("ana")
    cookie = f"adjoin_session={visitor.client.cookies['adjoin_session'].value}"
    assert live_readers._signed_in(cookie, ACME) is None
    policy.change(now=NOW, second_factor="")
    later = visit("ana").client.cookies["adjoin_session"].value
    assert live_readers._signed_in(f"adjoin_session={later}", ACME) == cast.users["ana"].pk


def test_an_admin_resets_what_somebody_has_lost_and_the_person_is_told(
    cast: Cast, visit: Visit, ana_has_an_app: Authenticator
) -> None:
    totp.TOTP.activate(cast.users["ada"], SECRET)
    RecoveryCodes.activate(cast.users["ana"])
    admin = cast.add("sol", Role.ADMIN)
    User.objects.filter(pk=cast.users["ada"].pk).update(is_owner=True)
    sol, session = Client(headers={"host": ACME}), Client(headers={"host": ACME})
    sol.force_login(admin)
    session.force_login(cast.users["ana"])
    path = f"/admin/team/{cast.users['ana'].pk}/"
    assert "Reset the second factor" in sol.get(path).content.decode()
    sol.post(f"{path}second-factor/", {"reason": " "})
    assert policy.has_second_factor(cast.users["ana"])
    sol.post(f"{path}second-factor/", {"reason": "Phone stolen, called back"})
    assert not Authenticator.objects.filter(user=cast.users["ana"]).exists()
    assert session.get("/agent/").status_code == 302
    assert Entry.objects.filter(changes__icontains="Phone stolen").exists()
    run_jobs()
    (letter,) = mail.outbox
    assert (letter.to, "Sol Example has taken away" in str(letter.body)) == (["ana@example.com"], True)
    said = {"second_factor_reset": {"reason": "Lost"}}
    owners, anas = (f"/api/adjoin/v1/users/{cast.users[name].pk}/second_factor_reset" for name in ("ada", "ana"))
    assert sol.post(owners, said, content_type="application/json").status_code == 403  # an owner is an owner's alone
    assert sol.post(anas, said, content_type="application/json").status_code == 422  # there is none any more
    assert policy.has_second_factor(cast.users["ada"])
    ben = visit("ben")
    (here,) = ben.client.get("/api/v2/sessions").json()["sessions"]
    everybody = f"/api/v2/users/{here['user_id']}/sessions"
    assert sol.get(f"{everybody}/{here['id']}").json()["session"] == here
    assert ben.client.get(f"/api/v2/users/{admin.pk}/sessions").status_code == 403
    assert sol.delete(f"/api/v2/users/{cast.users['ada'].pk}/sessions").status_code == 403
    assert sol.delete(everybody).status_code == 204
    assert ben.client.get("/agent/").status_code == 302
