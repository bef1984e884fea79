"""SAML against an identity provider (pysaml2): whom it signs in, and which answers are refused (abuse tests 61, 62)."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from lxml import etree

from adjoin.help_center.tests.conftest import OUTDOOR, Visit, Visitor
from adjoin.people.models import User
from adjoin.sign_in.models import Device, Provider
from adjoin.sign_in.saml import requests
from adjoin.sign_in.tests.saml_provider import ASSERTION, SamlProvider
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
CYD = {"email": ["cyd@example.com"], "name": ["Cyd Example"]}


@pytest.fixture(scope="module")
def made() -> SamlProvider:
    return SamlProvider()


@pytest.fixture
def provider(made: SamlProvider, cast: Cast) -> Provider:
    cache.clear()
    return Provider.objects.create(
        kind="saml",
        name="Example SSO",
        **requests.described(made.metadata.encode(), NOW),
        for_end_users=True,
        domains=["example.com"],
        trusts_addresses=True,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.fixture
def idp(made: SamlProvider, provider: Provider, visit: Visit) -> SamlProvider:
    made.meet(visit().get(f"/access/saml/{provider.pk}/metadata/").content.decode())
    return made


def asked(visitor: Visitor, provider: Provider, next: str = "") -> str:
    """Where we send the browser."""
    return str(visitor.get(f"/access/with/{provider.pk}/", data={"next": next}).url)


def post(visitor: Visitor, provider: Provider, form: dict[str, str]) -> Any:
    """The provider's page posts an answer; the browser then comes for what it said."""
    answer: Any = Visitor("acme.localhost").client.post(
        f"/access/saml/{provider.pk}/answer/", form
    )  # without our cookies
    return visitor.get(answer.url) if answer.status_code == 302 else answer


def come(visitor: Visitor, idp: SamlProvider, provider: Provider, attributes: Any = CYD, **how: Any) -> Any:
    name_id = attributes["email"][0]
    return post(
        visitor, provider, idp.answer(asked(visitor, provider, how.pop("next", "")), name_id, attributes, **how)
    )


@pytest.mark.parametrize("sign", ["assertion", "response"])
def test_somebody_we_know_comes_in(visit: Visit, idp: Any, provider: Provider, sign: str) -> None:
    cyd = visit()
    assert come(cyd, idp, provider, sign=sign, next="/hc/en/requests/").url == "/hc/en/requests/"
    assert cyd.get("/hc/en/requests/").status_code == 200
    assert Device.objects.get().name_id == "cyd@example.com"


def test_attributes_say_what_an_admin_lets_them(cast: Cast, visit: Visit, idp: Any, provider: Provider) -> None:
    Provider.objects.update(makes_people=True, sets_tags=True, organization_reach="any", claims={"phone": "tel"})
    said = {"email": ["nia@example.com"], "name": ["Nia"], "tags": ["Gold"], "tel": ["123"], "role": ["admin"]}
    come(visit(), idp, provider, {**said, "organization": ["Kettle Club"]})
    nia = User.objects.get(email="nia@example.com")
    assert (nia.name, nia.role, nia.tags, nia.phone, nia.memberships.count()) == ("Nia", "end-user", ["gold"], "123", 1)


Change = Callable[[SamlProvider, Any], str]


def _unsigned(idp: SamlProvider, response: Any) -> str:
    return idp.packed(response, sign="")


def _by_another(idp: SamlProvider, response: Any) -> str:
    return SamlProvider().packed(response)


def _changed_after(idp: SamlProvider, response: Any) -> str:
    document = base64.b64decode(idp.packed(response)).replace(b"cyd@example.com", b"dee@example.com")
    return base64.b64encode(document).decode()


def _wrapped(idp: SamlProvider, response: Any, *, inside: bool, first: bool) -> str:
    """A false assertion beside the signed one, or around it, with an id of its own."""
    good = idp.signed(response.find(ASSERTION))
    false = copy.deepcopy(response.find(ASSERTION))
    false.set("ID", "_false")
    false.find(f"{SAML}Subject/{SAML}NameID").text = "dee@example.com"
    response.remove(response.find(ASSERTION))
    if inside:
        false.append(good)
        response.append(false)
    else:
        for one in (false, good) if first else (good, false):
            response.append(one)
    return idp.packed(response, sign="")


def _in_the_signature(idp: SamlProvider, response: Any) -> str:
    """The signed assertion hidden in an object of a signature that stands in a false one (XSW 7 and 8)."""
    good = idp.signed(response.find(ASSERTION))
    false = response.find(ASSERTION)
    signature = copy.deepcopy(good.find(SIGNATURE))
    false.set("ID", "_false")
    false.find(f"{SAML}Subject/{SAML}NameID").text = "dee@example.com"
    hidden = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    hidden.append(good)
    false.insert(1, signature)
    return idp.packed(response, sign="")


def _same_id(idp: SamlProvider, response: Any) -> str:
    good = idp.signed(response.find(ASSERTION))
    response.append(etree.Element("Other", ID=good.get("ID")))
    response.replace(response.find(ASSERTION), good)
    return idp.packed(response, sign="")


def _set(path: str, name: str, value: str) -> Change:
    def change(idp: SamlProvider, response: Any) -> str:
        element = response.find(path) if path else response
        if name:
            element.set(name, value)
        else:
            element.text = value
        return idp.packed(response)

    return change


def _dropped(path: str) -> Change:
    def change(idp: SamlProvider, response: Any) -> str:
        element = response.find(path)
        element.getparent().remove(element)
        return idp.packed(response)

    return change


def _with_a_document_type(idp: SamlProvider, response: Any) -> str:
    document = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + base64.b64decode(idp.packed(response))
    return base64.b64encode(document).decode()


IN = f"{ASSERTION}/{SAML}"
ABOUT = f"{IN}Subject/{SAML}SubjectConfirmation/{SAML}SubjectConfirmationData"
ATTACKS: dict[str, Change] = {
    "unsigned": _unsigned,
    "signed by another": _by_another,
    "changed after signing": _changed_after,
    "false one first": lambda idp, response: _wrapped(idp, response, inside=False, first=True),
    "false one last": lambda idp, response: _wrapped(idp, response, inside=False, first=False),
    "false one around": lambda idp, response: _wrapped(idp, response, inside=True, first=True),
    "hidden in the signature": _in_the_signature,
    "one id twice": _same_id,
    "another audience": _set(f"{IN}Conditions/{SAML}AudienceRestriction/{SAML}Audience", "", "https://other.example"),
    "no audience": _dropped(f"{IN}Conditions/{SAML}AudienceRestriction"),
    "another issuer": _set(f"{IN}Issuer", "", "https://other.example"),
    "another recipient": _set(ABOUT, "Recipient", "https://other.example/acs"),
    "answers another request": _set(ABOUT, "InResponseTo", "_another"),
    "over": _set(ABOUT, "NotOnOrAfter", "2020-01-01T00:00:00Z"),
    "conditions over": _set(f"{IN}Conditions", "NotOnOrAfter", "2020-01-01T00:00:00Z"),
    "not yet": _set(f"{IN}Conditions", "NotBefore", "2099-01-01T00:00:00Z"),
    "sent elsewhere": _set("", "Destination", "https://other.example/acs"),
    "document type": _with_a_document_type,
    "nobody asked": lambda idp, response: (
        response.find(ABOUT).attrib.pop("InResponseTo"),
        idp.packed(response),
    )[1],
    "nonsense": lambda idp, response: "nonsense",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_61_an_answer_that_is_not_ours_is_refused(visit: Visit, idp: Any, provider: Provider, attack: str) -> None:
    visitor = visit()
    form = idp.answer(asked(visitor, provider), "cyd@example.com", CYD, sign="")
    response = etree.fromstring(base64.b64decode(form["SAMLResponse"]))
    form["SAMLResponse"] = ATTACKS[attack](idp, response)
    assert post(visitor, provider, form).status_code == 403
    assert visitor.client.get("/api/v2/users/me").json()["user"]["id"] is None


def test_61_an_answer_is_good_once_and_for_who_asked(visit: Visit, idp: Any, provider: Provider) -> None:
    cyd, thief = visit(), visit()
    form = idp.answer(asked(cyd, provider), "cyd@example.com", CYD)
    assert post(thief, provider, form).status_code == 403
    assert post(cyd, provider, form).status_code == 403  # it has been shown once
    fresh = idp.answer(asked(cyd, provider), "cyd@example.com", CYD)
    assert Visitor(OUTDOOR).client.post(f"/access/saml/{provider.pk}/answer/", fresh).status_code == 403
    assert post(cyd, provider, fresh).status_code == 302


def test_61_a_comment_does_not_cut_a_name_short(visit: Visit, idp: Any, provider: Provider) -> None:
    """CVE-2017-11427: signatures see no comments, and who reads the first piece of text sees half a name."""
    Provider.objects.update(makes_people=True)
    visitor = visit()
    long = "cyd@example.com.evil.example"
    form = idp.answer(asked(visitor, provider), long, {"name": ["Eve"]})
    document = base64.b64decode(form["SAMLResponse"]).decode().replace(long, "cyd@example.com<!---->.evil.example")
    form["SAMLResponse"] = base64.b64encode(document.encode()).decode()
    assert post(visitor, provider, form).status_code == 403  # evil.example is none of its domains


def test_62_it_speaks_for_its_domains_only_and_for_no_admin(
    cast: Cast, visit: Visit, idp: Any, provider: Provider
) -> None:
    Provider.objects.update(for_team=True, role_limit="agent")
    assert come(visit(), idp, provider, {"email": ["ada@example.com"]}).status_code == 403
    ana = visit()
    come(ana, idp, provider, {"email": ["ana@example.com"]})
    assert ana.get("/").url == "/agent/"
    Provider.objects.update(domains=["other.example"])
    assert come(visit(), idp, provider, {"email": ["ben@example.com"]}).status_code == 403


def test_what_begins_at_the_provider_is_taken_where_an_admin_allows_it(
    visit: Visit, idp: Any, provider: Provider
) -> None:
    Provider.objects.update(allows_unasked=True)
    how = idp.answer(asked(visit(), provider), "cyd@example.com", CYD, sign="")
    response = etree.fromstring(base64.b64decode(how["SAMLResponse"]))
    response.find(ABOUT).attrib.pop("InResponseTo")
    form = {"SAMLResponse": idp.packed(response)}
    visitor = visit()
    answers = [visitor.client.post(f"/access/saml/{provider.pk}/answer/", form).status_code for _ in range(2)]
    assert answers == [302, 403]
    assert visitor.get("/hc/en/requests/").status_code == 200


def test_signing_out_here_signs_out_there(visit: Visit, idp: Any, provider: Provider) -> None:
    cyd = visit()
    come(cyd, idp, provider)
    page = cyd.send("/hc/en/", to="/accounts/logout/").content.decode()
    place = re.search(r'url=(https://idp\.example/slo\?SAMLRequest=[^"]+)"', page)
    assert place
    assert b"cyd@example.com" in requests.inflated(_query(place[1])["SAMLRequest"])
    assert cyd.get("/hc/en/requests/").status_code == 302


def test_the_provider_signs_somebody_out_here_when_it_says_so_itself(
    visit: Visit, idp: Any, provider: Provider
) -> None:
    cyd = visit()
    come(cyd, idp, provider)
    path = f"/access/saml/{provider.pk}/logout/"
    query = idp.logout_query(f"http://acme.localhost:8000{path}", "cyd@example.com")
    place = re.sub(r"localhost[^/]*/", "localhost/", query)
    for bad in (query.replace("Signature=", "Signature=AAAA"), query.partition("&SigAlg")[0], place + "x"):
        assert visit().client.get(f"{path}?{bad}").status_code == 403
    assert cyd.get("/hc/en/requests/").status_code == 200
    answer: Any = visit().client.get(f"{path}?{query}")
    assert answer.url.startswith("https://idp.example/slo?SAMLResponse=")
    assert cyd.get("/hc/en/requests/").status_code == 302


def _query(url: str) -> dict[str, str]:
    from html import unescape
    from urllib.parse import parse_qsl, urlsplit

    return dict(parse_qsl(urlsplit(unescape(url)).query))
