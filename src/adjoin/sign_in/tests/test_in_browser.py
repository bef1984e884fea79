"""Passkeys in a real browser, with a key of its own; and the pages about signing in, on a phone, too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from adjoin.sign_in import devices
from adjoin.sign_in.models import Device, Provider
from adjoin.testing import axe
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import PASSWORD, Cast
from adjoin.testing.pages import Open, shoot, too_wide

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_a_key(page: Page) -> None:
    """Have the browser carry an authenticator that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def looks_right(page: Page, name: str) -> None:
    assert axe.grave(page) == []
    shoot(page, f"sign_in/{name}")
    page.set_viewport_size({"width": 390, "height": 844})
    assert too_wide(page) == []
    shoot(page, f"sign_in/{name}-phone")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_passkey_signs_in_alone(cast: Cast, open_page: Open) -> None:
    Provider.objects.create(kind="jwt", name="Our site", for_end_users=True, created_at=NOW, updated_at=NOW)
    page = open_page("/accounts/login/")
    give_a_key(page)
    page.get_by_label("Email address").fill("cyd@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label(": your account").click()
    page.get_by_role("link", name="Your security").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Sign in with it alone").check()
    looks_right(page, "passkey")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("signs you in without a password")).to_be_visible()
    looks_right(page, "security")
    page.get_by_label(": your account").click()
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    page.goto(page.url.partition("/hc/")[0] + "/accounts/login/")
    looks_right(page, "login")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_label(": your account")).to_be_visible()
    assert list(Device.objects.filter(user=cast.users["cyd"]).values_list("method", flat=True)) == ["passkey"]
    assert devices.of(cast.users["cyd"]).count() == 1


def test_an_admin_reads_about_signing_in_anywhere(cast: Cast, open_page: Open) -> None:
    page = open_page("/admin/sign-in/", name="ada")
    looks_right(page, "settings")
    page.get_by_role("link", name="SAML 2.0").click()
    looks_right(page, "provider")
    page.get_by_role("link", name="Signing in").last.click()
    page.get_by_role("link", name="Directories (SCIM)").click()
    looks_right(page, "directories")
