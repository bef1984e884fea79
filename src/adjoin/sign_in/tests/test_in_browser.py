"""Passkeys and codes in a real browser, with a key of its own; and the pages about signing in, on a phone, too."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from adjoin.sign_in import devices, policy
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


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Email address").fill(f"{name}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_out(page: Page) -> None:
    page.get_by_label(": your account").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out", exact=True).last.click()
    page.goto("/accounts/login/")


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
    sign_in(page, "cyd")
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
    sign_out(page)
    looks_right(page, "login")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_label(": your account")).to_be_visible()
    assert list(Device.objects.filter(user=cast.users["cyd"]).values_list("method", flat=True)) == ["passkey"]
    assert devices.of(cast.users["cyd"]).count() == 1
    sign_out(page)
    sign_in(page, "cyd")  # a password is not enough any more
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_label(": your account")).to_be_visible()


def test_an_app_with_codes_is_set_up_and_its_loss_survived_by_keyboard_alone(cast: Cast, open_page: Open) -> None:
    policy.change(now=NOW, second_factor="team")
    page = open_page("/accounts/login/")
    sign_in(page, "ana")
    expect(page.get_by_text("Your role needs a second factor.")).to_be_visible()
    page.get_by_role("link", name="Set up an app").press("Enter")
    looks_right(page, "app")
    secret = page.locator(".guard__secret").inner_text()
    page.keyboard.type("000000\n")  # the field has the focus
    expect(page.get_by_text("That code is not right")).to_be_visible()
    assert page.locator(".guard__secret").inner_text() == secret
    page.get_by_label("Code").fill(str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    looks_right(page, "codes")
    kept = page.locator(".guard__codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").press("Enter")
    expect(page.get_by_text("10 left")).to_be_visible()
    sign_out(page)
    sign_in(page, "ana")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)  # she has none
    looks_right(page, "second-factor")
    page.keyboard.type(f"{kept}\n")
    page.wait_for_url("**/agent/**")
    page.goto("/accounts/security/")
    expect(page.get_by_text("9 left")).to_be_visible()


def test_an_admin_reads_about_signing_in_anywhere(cast: Cast, open_page: Open) -> None:
    page = open_page("/admin/sign-in/", name="ada")
    looks_right(page, "settings")
    page.get_by_role("link", name="SAML 2.0").click()
    looks_right(page, "provider")
    page.get_by_role("link", name="Signing in").last.click()
    page.get_by_role("link", name="Directories (SCIM)").click()
    looks_right(page, "directories")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_recovery_codes_are_copied_and_downloaded(cast: Cast, open_page: Open, script: bool) -> None:
    page = open_page("/accounts/login/?next=/accounts/security/app/", java_script_enabled=script)
    sign_in(page, "ana")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    secret = page.locator(".guard__secret").inner_text()
    page.get_by_label("Code").fill(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    codes = "".join(f"{code}\n" for code in page.get_by_role("listitem").all_inner_texts() if code.isdigit())
    assert len(codes) == 90
    with page.expect_download() as found:
        page.get_by_role("link", name="Download").click()
    assert found.value.suggested_filename == "acme-recovery-codes.txt"
    assert found.value.path().read_text() == codes
    copy = page.get_by_role("button", name="Copy")
    if not script:
        expect(copy).to_be_hidden()
        return
    copy.click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == codes
    looks_right(page, "recovery-codes")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    copy.click()
    expect(page.get_by_text("They are selected: copy them yourself.")).to_be_visible()
    assert page.evaluate("() => getSelection().toString()").split() == codes.split()
