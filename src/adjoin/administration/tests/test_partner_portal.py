"""One button makes a brand a partner portal, after a look at what that does."""

from __future__ import annotations

from adjoin.administration.tests.test_rooms import browser
from adjoin.brands import admission
from adjoin.brands.models import Brand
from adjoin.knowledge import access, shelving
from adjoin.people import actions as people
from adjoin.people.models import Organization, User
from adjoin.people.sender_lists import Verdict
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


def test_a_brand_becomes_a_partner_portal_after_a_look_at_what_that_does(cast: Cast) -> None:
    ada, brand = browser(cast, "ada"), cast.outdoor
    path = f"/admin/brands/{brand.pk}/partner-portal/"
    for name in ("pia", "pol"):
        people.create_user(name=name, email=f"{name}@harbour.example", is_verified=True, now=NOW)
    cast.add("quin")
    asker = User.objects.get(email="pia@harbour.example")
    kettle = cast.organizations["Kettle Club"]
    assert "is not a domain" in ada.post(path, {"partners": "nowhere", "segment": "P"}).content.decode()
    told = {"partners": "harbour.example Harbour Hotels\nkettle.example kettle club", "segment": "P", "section": "Docs"}
    page = ada.post(path, {**told, "shares": "on"}).content.decode()
    assert "Only addresses at harbour.example, kettle.example register there." in page
    assert "Harbour Hotels is made, with the domain harbour.example" in page
    assert "Let " not in page or "Make it a partner portal" in page
    assert not Organization.objects.filter(name="Harbour Hotels").exists()
    for _ in range(2):  # again changes nothing
        assert ada.post(path, {**told, "shares": "on", "confirmed": "1"}).status_code == 302
    brand = Brand.objects.get(pk=brand.pk)
    harbour = Organization.objects.get(name="Harbour Hotels")
    kettle.refresh_from_db()
    assert (brand.admission, brand.requires_sign_in, brand.allowlist) == (
        "restricted",
        True,
        "harbour.example kettle.example",
    )
    assert (harbour.shared_tickets, kettle.shared_tickets, kettle.domain_names) == (True, True, ["kettle.example"])
    assert set(harbour.memberships.values_list("user__name", flat=True)) == {"pia", "pol"}
    assert admission.ruling(brand, "new@harbour.example").verdict is Verdict.TAKEN
    assert admission.ruling(brand, "new@other.example").verdict is Verdict.SUSPENDED
    cast.users["pia"] = asker
    assert [access.is_open_to(cast.actor(name), brand) for name in ("pia", "cyd", "quin", "ada")] == [
        *(True, True, False, True),
    ]
    assert shelving.has_section(brand, "docs")


def test_a_domain_alone_is_the_organization_that_has_it(cast: Cast) -> None:
    ada, path = browser(cast, "ada"), f"/admin/brands/{cast.outdoor.pk}/partner-portal/"
    people.create_organization(name="Harbour Hotels", domain_names=["harbour.example"], at_once=True, now=NOW)
    page = ada.post(path, {"partners": "harbour.example\nnew.example", "segment": "P"}).content.decode()
    assert "Harbour Hotels gets the domain harbour.example" in page
    assert "new.example is made, with the domain new.example" in page
    page = ada.post(path, {"partners": "harbour.example Harbour Spa", "segment": "P"}).content.decode()
    assert "Harbour Spa is made, with the domain harbour.example" in page
    assert "harbour.example is a domain of Harbour Hotels, too. Who has an address there belongs to both." in page
