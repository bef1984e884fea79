"""The room that says who gets into the help centers."""

from __future__ import annotations

from adjoin.administration.tests.test_rooms import browser
from adjoin.desk_settings import actions as desk_settings
from adjoin.knowledge import access
from adjoin.knowledge.actions import segments
from adjoin.knowledge.terms import UserType
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

PATH = "/admin/getting-in/"


def test_lists_are_tried_before_they_are_saved(cast: Cast) -> None:
    ada = browser(cast, "ada")
    typed = {"allowlist": "good.example", "blocklist": "reject:*", "tried": "eve@spam.example"}
    page = ada.post(PATH, {**typed, "try": "1"}).content.decode()
    assert "What eve@spam.example sends is turned away: “reject:*” says so." in page
    assert desk_settings.current().blocklist == ""
    assert ada.post(PATH, typed).status_code == 302
    assert desk_settings.current().blocklist == "reject:*"
    refused = ada.post(PATH, {**typed, "blocklist": "reject:* spam"})
    assert (refused.status_code, "spam is neither a domain nor an address" in refused.content.decode()) == (422, True)
    assert browser(cast, "ana").get(PATH).status_code == 404


def test_a_help_center_is_kept_for_a_segment(cast: Cast) -> None:
    ada, brand = browser(cast, "ada"), cast.home
    row = segments.create_segment(
        actor=cast.actor("ada"),
        name="Pilots",
        user_type=UserType.SIGNED_IN,
        added_user_ids=[cast.users["cyd"].pk],
        now=NOW,
    )
    door = {"has_help_center": "on", "requires_sign_in": "on", "segment": row.pk, "admission": "restricted"}
    said = {**door, "allowlist": "partner.example", "verifies_first": "on"}
    asked = ada.post(f"{PATH}{brand.pk}/", said).content.decode()
    assert "Dee Example" in asked.partition("no more.")[2][:300]
    assert "Nor does anybody who has not signed in." in asked
    assert access.is_open_to(cast.actor("anonymous"), brand)
    assert ada.post(f"{PATH}{brand.pk}/", {**said, "sure": "1"}).status_code == 302
    brand.refresh_from_db()
    assert (brand.admission, brand.allowlist) == ("restricted", "partner.example")
    assert [access.is_open_to(cast.actor(name), brand) for name in ("ada", "cyd", "dee")] == [True, True, False]
    refused = browser(cast, "dee").get("/hc/en/")
    told = refused.content.decode()
    assert (refused.status_code, "kept for some people" in told, "Sign out" in told) == (403, True, True)
    assert browser(cast, "cyd").get("/hc/en/").status_code == 200
    assert "Pilots" in ada.get(PATH).content.decode()
    bad = ada.post(f"{PATH}{brand.pk}/", {**door, "allowlist": "no domain"})
    assert "no is neither a domain nor an address" in bad.content.decode()
