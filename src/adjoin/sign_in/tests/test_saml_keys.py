"""Our own key for SAML: what is sealed with it and signed by it, its end, and providers' metadata read each night."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.contrib.sessions.models import Session
from django.utils import timezone
from lxml import etree

from adjoin.adapters import http
from adjoin.help_center.tests.conftest import Visit
from adjoin.sign_in import devices, refreshing
from adjoin.sign_in.models import Device, Provider, SamlKey
from adjoin.sign_in.saml import keys
from adjoin.sign_in.saml.xml import certificates_in
from adjoin.sign_in.tests.saml_provider import ASSERTION, SamlProvider
from adjoin.sign_in.tests.test_saml import CYD, asked, idp, made, post, provider
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast

__all__ = ["idp", "made", "provider"]
Seal = Callable[[SamlProvider, Any, str], str]


def _signed_inside(idp: SamlProvider, response: Any, **how: str) -> Callable[[str], Any]:
    response.replace(response.find(ASSERTION), idp.signed(response.find(ASSERTION)))
    return lambda certificate: idp.sealed(response, certificate, **how)


def _sealed(idp: SamlProvider, response: Any, certificate: str, **how: str) -> str:
    return idp.packed(_signed_inside(idp, response, **how)(certificate), sign="")


def _changed(idp: SamlProvider, response: Any, certificate: str) -> str:
    sealed = _signed_inside(idp, response)(certificate)
    value = list(sealed.iter("{http://www.w3.org/2001/04/xmlenc#}CipherValue"))[-1]
    raw = bytearray(base64.b64decode(value.text))
    raw[40] ^= 1
    value.text = base64.b64encode(bytes(raw)).decode()
    return idp.packed(sealed, sign="")


def _twice(idp: SamlProvider, response: Any, certificate: str) -> str:
    """A sealed one that is signed, beside a false one in plain words."""
    false = etree.fromstring(etree.tostring(response.find(ASSERTION)).replace(b"cyd@", b"dee@"))
    sealed = _signed_inside(idp, response)(certificate)
    sealed.append(false)
    return idp.packed(sealed, sign="")


SEALS: dict[str, tuple[Seal, bool]] = {
    "signed inside": (_sealed, True),
    "signed outside": (lambda idp, it, ours: idp.packed(idp.sealed(it, ours), sign="response"), True),
    "CBC, signed outside": (lambda idp, it, ours: idp.packed(idp.sealed(it, ours, block="cbc"), sign="response"), True),
    "CBC, signed inside alone": (lambda idp, it, ours: _sealed(idp, it, ours, block="cbc"), False),
    "signed by nobody": (lambda idp, it, ours: idp.packed(idp.sealed(it, ours), sign=""), False),
    "the old way of sealing keys": (lambda idp, it, ours: _sealed(idp, it, ours, key="rsa-1_5"), False),
    "for another": (lambda idp, it, ours: _sealed(idp, it, idp.certificate), False),
    "changed": (_changed, False),
    "a false one beside it": (_twice, False),
}


def test_61_what_is_sealed_for_us_is_believed_only_as_it_was_signed(
    cast: Cast, visit: Visit, idp: Any, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "BITS", 2048)
    keys.ensure(timezone.now())
    ours = SamlKey.objects.get().certificate
    told = visit().get(f"/access/saml/{provider.pk}/metadata/").content.decode()
    assert told.count("".join(ours.splitlines()[1:-1])) == 2  # for signing, and for sealing
    for name, (seal, is_believed) in SEALS.items():
        visitor = visit()
        form = idp.answer(asked(visitor, provider), "cyd@example.com", CYD, sign="")
        response = etree.fromstring(base64.b64decode(form["SAMLResponse"]))
        form["SAMLResponse"] = seal(idp, response, ours)
        assert (post(visitor, provider, form).status_code == 302) is is_believed, name
    _signs_what_it_asks(visit, provider, ours)


def _signs_what_it_asks(visit: Visit, provider: Provider, certificate: str) -> None:
    Provider.objects.update(signs_requests=True)
    query = asked(visit(), provider).partition("?")[2]
    covered, _, signature = query.partition("&Signature=")
    public: Any = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    public.verify(base64.b64decode(unquote(signature)), covered.encode(), padding.PKCS1v15(), hashes.SHA256())


def test_the_next_key_is_known_before_it_signs_and_the_last_one_opens_for_a_while_after(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "BITS", 1024)
    keys.tidy(NOW)
    first = keys.signing(NOW)
    assert first is not None
    assert keys.renew(NOW) == keys.renew(NOW)  # one at a time
    assert len(keys.published(NOW)) == 2
    assert keys.signing(NOW + timedelta(days=13)) == first
    later = NOW + timedelta(days=15)
    second = keys.signing(later)
    assert second not in (None, first)
    assert first in keys.published(later)
    keys.tidy(NOW + timedelta(days=29))
    assert list(SamlKey.objects.all()) == [second]
    keys.tidy(NOW + timedelta(days=700))
    assert SamlKey.objects.count() == 2


def test_metadata_is_read_anew_and_taken_only_from_the_same_provider(
    cast: Cast, made: SamlProvider, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "ensure", lambda now: None)
    told = SamlProvider()
    answers = [told.metadata, told.metadata.replace("idp.example/metadata", "evil.example"), "<html/>"]

    class Fake:
        def send(self, request: http.Request, **how: Any) -> http.Answer:
            return http.Answer(200, {}, answers.pop(0).encode())

    monkeypatch.setattr(http, "client", Fake)
    Provider.objects.update(metadata_url="https://idp.example/metadata")
    refreshing.all_due(NOW)
    provider.refresh_from_db()
    assert (certificates_in(provider.certificates), provider.metadata_read_at) == (
        certificates_in(told.certificate),
        NOW,
    )
    for problem in (refreshing.OTHER, "It describes no identity provider."):
        refreshing.all_due(NOW + timedelta(days=1))
        provider.refresh_from_db()
        assert (provider.metadata_problem, provider.metadata_read_at) == (problem, NOW)
    Provider.objects.update(metadata_url="http://idp.example/metadata")
    refreshing.all_due(NOW)
    provider.refresh_from_db()
    assert "https://" in provider.metadata_problem


def test_sessions_that_ended_are_removed_with_what_was_noted_of_them(cast: Cast, visit: Visit) -> None:
    visit("cyd")
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(days=1))
    noted = {"host": "acme", "method": "password", "created_at": NOW, "last_used_at": NOW}
    Device.objects.create(user=cast.users["cyd"], session_key="old", **noted)
    assert devices.forget_ended(NOW) == 1
    assert Device.objects.count() == Session.objects.count() == 1
