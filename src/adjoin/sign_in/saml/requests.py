"""What we ask an identity provider, and what we say of ourselves. Source: SAML 2.0 bindings 3.4 (HTTP redirect)."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from lxml import etree

from adjoin.sign_in.models import Provider, SamlKey
from adjoin.sign_in.saml import keys
from adjoin.sign_in.saml.responses import SKEW, moment, text
from adjoin.sign_in.saml.xml import DS, MD, MOST_BYTES, NAMES, SAML, SAMLP, NotBelieved, certificates_in, parsed

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
_OUR_SIGNATURE = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SEALING = ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p")
_HASHES = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512(),
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": hashes.SHA256(),
}


@dataclass(frozen=True)
class Ours:
    """Our addresses for one provider at one host."""

    entity_id: str
    consumer: str
    logout: str


@dataclass(frozen=True)
class LogoutRequest:
    """Whom an identity provider wants signed out; no sessions named: all of theirs."""

    id: str
    name_id: str
    session_indexes: list[str]


def login_url(provider: Provider, ours: Ours, *, request_id: str, state: str, now: datetime) -> str:
    """Where the browser goes to sign in, signed if the provider is to know us by that. `request_id` comes back in the
    answer."""
    root = _message("AuthnRequest", ours, request_id, provider.login_url, now)
    root.set("AssertionConsumerServiceURL", ours.consumer)
    root.set("ProtocolBinding", POST)
    etree.SubElement(root, f"{{{SAMLP}}}NameIDPolicy", AllowCreate="true")
    return _address(provider.login_url, "SAMLRequest", root, state, _signer(provider, now))


def logout_url(
    provider: Provider, ours: Ours, *, request_id: str, name_id: str, session_index: str, now: datetime
) -> str:
    """Where the browser goes to be signed out there, too."""
    root = _message("LogoutRequest", ours, request_id, provider.logout_url, now)
    etree.SubElement(root, f"{{{SAML}}}NameID").text = name_id
    if session_index:
        etree.SubElement(root, f"{{{SAMLP}}}SessionIndex").text = session_index
    return _address(provider.logout_url, "SAMLRequest", root, "", _signer(provider, now))


def logout_answer_url(
    provider: Provider, ours: Ours, *, answer_id: str, request_id: str, state: str, now: datetime
) -> str:
    """Where the browser goes when the provider had it signed out here."""
    root = _message("LogoutResponse", ours, answer_id, provider.logout_url, now)
    root.set("InResponseTo", request_id)
    status = etree.SubElement(root, f"{{{SAMLP}}}Status")
    etree.SubElement(status, f"{{{SAMLP}}}StatusCode", Value="urn:oasis:names:tc:SAML:2.0:status:Success")
    return _address(provider.logout_url, "SAMLResponse", root, state, _signer(provider, now))


def asked_to_log_out(provider: Provider, query: str, ours: Ours, now: datetime) -> LogoutRequest:
    """What a provider asks for in the query of an address, as it was signed. Raises `NotBelieved`."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    _check_query(provider, query, given)
    try:
        root = parsed(inflated(given["SAMLRequest"]))
    except (KeyError, ValueError, zlib.error) as error:
        raise NotBelieved("no request") from error
    until, issued = moment(root.get("NotOnOrAfter")), moment(root.get("IssueInstant"))
    is_fresh = issued is not None and abs(now - issued) < 5 * SKEW and (until is None or now < until + SKEW)
    is_ours = root.tag == f"{{{SAMLP}}}LogoutRequest" and root.get("Destination", ours.logout) == ours.logout
    name_id = root.find("saml:NameID", NAMES)
    if not is_fresh or not is_ours or name_id is None or root.findtext("saml:Issuer", "", NAMES) != provider.issuer:
        raise NotBelieved("no request for us")
    return LogoutRequest(
        root.get("ID", ""), text(name_id), [text(one) for one in root.findall("samlp:SessionIndex", NAMES)]
    )


def about_us(provider: Provider, ours: Ours, known_by: Sequence[SamlKey]) -> bytes:
    """Our metadata, for the provider to read or its admin to paste, with the certificates of our keys."""
    root = etree.Element(f"{{{MD}}}EntityDescriptor", nsmap={"md": MD, "ds": DS}, entityID=ours.entity_id)
    about = etree.SubElement(root, f"{{{MD}}}SPSSODescriptor", protocolSupportEnumeration=SAMLP)
    about.set("AuthnRequestsSigned", str(provider.signs_requests).lower())
    about.set("WantAssertionsSigned", "true")
    for use in ("signing", "encryption"):
        for key in known_by:
            _name_key(about, use, key.certificate)
    etree.SubElement(about, f"{{{MD}}}SingleLogoutService", Binding=REDIRECT, Location=ours.logout)
    etree.SubElement(about, f"{{{MD}}}NameIDFormat").text = EMAIL
    consumer = etree.SubElement(about, f"{{{MD}}}AssertionConsumerService", Binding=POST, Location=ours.consumer)
    consumer.set("index", "0")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _name_key(about: Any, use: str, certificate: str) -> None:
    named = etree.SubElement(about, f"{{{MD}}}KeyDescriptor", use=use)
    data = etree.SubElement(etree.SubElement(named, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    etree.SubElement(data, f"{{{DS}}}X509Certificate").text = "".join(certificate.split("-----")[2].split())
    for method in _SEALING if use == "encryption" else ():
        etree.SubElement(named, f"{{{MD}}}EncryptionMethod", Algorithm=method)


def described(metadata: bytes, now: datetime) -> dict[str, Any]:
    """What a provider's metadata says: `issuer`, `login_url`, `logout_url`, `certificates`, and `signs_requests` where
    it wants our requests signed. Raises `NotBelieved`, also where it is good no more."""
    root = parsed(metadata)
    found = root if root.tag == f"{{{MD}}}EntityDescriptor" else root.find(".//md:EntityDescriptor", NAMES)
    about = found.find("md:IDPSSODescriptor", NAMES) if found is not None else None
    if found is None or about is None:
        raise NotBelieved("no identity provider")
    if any(until <= now for one in (root, found, about) if (until := moment(one.get("validUntil")))):
        raise NotBelieved("metadata is over")
    signing = [key for key in about.findall("md:KeyDescriptor", NAMES) if key.get("use", "signing") == "signing"]
    blocks = ["".join(text(one).split()) for key in signing for one in key.iterfind(".//ds:X509Certificate", NAMES)]
    lines = [f"-----BEGIN CERTIFICATE-----\n{block}\n-----END CERTIFICATE-----" for block in blocks]
    told: dict[str, Any] = {
        "issuer": found.get("entityID", ""),
        "login_url": _place(about, "SingleSignOnService"),
        "logout_url": _place(about, "SingleLogoutService"),
        "certificates": "\n".join(lines),
        **({"signs_requests": True} if about.get("WantAuthnRequestsSigned") in ("true", "1") else {}),
    }
    if not told["issuer"] or not told["login_url"] or not certificates_in(told["certificates"]):
        raise NotBelieved("metadata lacks an address or a certificate")
    return told


def inflated(encoded: str) -> bytes:
    """A message as the redirect binding packs it. Raises `ValueError`, `zlib.error`."""
    packed = zlib.decompressobj(-15)
    found = packed.decompress(base64.b64decode(encoded, validate=True), MOST_BYTES)
    if packed.unconsumed_tail:
        raise ValueError("too long")
    return found


def _message(kind: str, ours: Ours, message_id: str, place: str, now: datetime) -> Any:
    root = etree.Element(f"{{{SAMLP}}}{kind}", nsmap={"samlp": SAMLP, "saml": SAML})
    for name, value in (("ID", message_id), ("Version", "2.0"), ("Destination", place)):
        root.set(name, value)
    root.set("IssueInstant", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    etree.SubElement(root, f"{{{SAML}}}Issuer").text = ours.entity_id
    return root


def _signer(provider: Provider, now: datetime) -> rsa.RSAPrivateKey | None:
    """Our key, where the provider is to know us by it."""
    key = keys.signing(now) if provider.signs_requests else None
    found = serialization.load_pem_private_key(key.secret.encode(), None) if key is not None else None
    return found if isinstance(found, rsa.RSAPrivateKey) else None


def _address(place: str, name: str, root: Any, state: str, signer: rsa.RSAPrivateKey | None) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(etree.tostring(root)) + packer.flush()
    asked = {name: base64.b64encode(packed).decode(), **({"RelayState": state} if state else {})}
    query = urlencode(asked if signer is None else {**asked, "SigAlg": _OUR_SIGNATURE})
    if signer is not None:  # bindings 3.4.4.1: over the query as it is sent
        signature = signer.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
        query = f"{query}&{urlencode({'Signature': base64.b64encode(signature).decode()})}"
    return f"{place}{'&' if '?' in place else '?'}{query}"


def _check_query(provider: Provider, query: str, given: dict[str, str]) -> None:
    """The signature over the query as it was sent (bindings 3.4.4.1). Raises `NotBelieved`."""
    parts = dict(part.partition("=")[::2] for part in query.split("&"))
    covered = "&".join(f"{name}={parts[name]}" for name in ("SAMLRequest", "RelayState", "SigAlg") if name in parts)
    chosen = _HASHES.get(given.get("SigAlg", ""))
    try:
        signature = base64.b64decode(unquote_plus(parts.get("Signature", "")).replace(" ", "+"), validate=True)
    except ValueError as error:
        raise NotBelieved("no signature") from error
    if chosen is None or not signature:
        raise NotBelieved("no signature that we take")
    for certificate in certificates_in(provider.certificates):
        key = certificate.public_key()
        try:
            if isinstance(key, rsa.RSAPublicKey) and "#rsa" in given["SigAlg"]:
                return key.verify(signature, covered.encode(), padding.PKCS1v15(), chosen)
            if isinstance(key, ec.EllipticCurvePublicKey) and "#ecdsa" in given["SigAlg"]:
                return key.verify(signature, covered.encode(), ec.ECDSA(chosen))
        except InvalidSignature:
            continue
    raise NotBelieved("signed by nobody we know")


def _place(about: Any, name: str) -> str:
    """The address of a service that takes redirects."""
    found = [one.get("Location", "") for one in about.findall(f"md:{name}", NAMES) if one.get("Binding") == REDIRECT]
    return found[0] if found and found[0].startswith(("https://", "http://")) else ""
