"""A SAML identity provider: pysaml2 reads our metadata and requests and writes the answers, signxml signs them.

pysaml2 would call a program to sign; this way the tests need none."""

from __future__ import annotations

import base64
import datetime as dt
import os
import warnings
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.signer import XMLSigner

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pysaml2 still asks cryptography for a cipher where it was before
    from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
    from saml2.assertion import Policy
    from saml2.config import IdPConfig
    from saml2.s_utils import deflate_and_base64_encode
    from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NameID
    from saml2.server import Server

BASE = "https://idp.example"
ENTITY = f"{BASE}/metadata"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
SEALED = """<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">
  <e:EncryptedData xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptionMethod Algorithm="{method}"/>
  <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><e:EncryptedKey><e:EncryptionMethod Algorithm="{key_method}"/>
  <e:CipherData><e:CipherValue>{key}</e:CipherValue></e:CipherData></e:EncryptedKey></KeyInfo>
  <e:CipherData><e:CipherValue>{value}</e:CipherValue></e:CipherData></e:EncryptedData></saml:EncryptedAssertion>"""


class SamlProvider:
    """One identity provider with a key of its own."""

    def __init__(self, days: int = 30) -> None:
        """Its certificate is good for so many `days`; below zero: it ended before now."""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = _certificate(self.key, days)
        self.server: Any = None

    @property
    def metadata(self) -> str:
        """What its admin gives us."""
        block = "".join(self.certificate.splitlines()[1:-1])
        return f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">
          <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
          <KeyDescriptor use="signing">
          <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
          <X509Certificate>{block}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
          <SingleLogoutService Binding="{BINDING_HTTP_REDIRECT}" Location="{BASE}/slo"/>
          <SingleSignOnService Binding="{BINDING_HTTP_REDIRECT}" Location="{BASE}/sso"/>
          </IDPSSODescriptor></EntityDescriptor>"""

    def meet(self, metadata: str) -> None:
        """Learn of a desk from its metadata."""
        endpoints = {
            "single_sign_on_service": [(f"{BASE}/sso", BINDING_HTTP_REDIRECT)],
            "single_logout_service": [(f"{BASE}/slo", BINDING_HTTP_REDIRECT)],
        }
        about = {
            "entityid": ENTITY,
            "xmlsec_binary": "/bin/false",
            "metadata": {"inline": [metadata]},
            "service": {"idp": {"endpoints": endpoints, "policy": {"default": {"lifetime": {"minutes": 5}}}}},
        }
        self.server = Server(config=IdPConfig().load(about))

    def answer(self, url: str, name_id: str, attributes: dict[str, Any], *, sign: str = "assertion") -> dict[str, str]:
        """What its page posts to us, for a browser that we sent to `url`."""
        given = parse_qs(urlsplit(url).query)
        asked = self.server.parse_authn_request(given["SAMLRequest"][0], BINDING_HTTP_REDIRECT)
        how = self.server.response_args(asked.message, [BINDING_HTTP_POST])
        how.pop("binding", None)
        response = self.write(name_id, attributes, how)
        return {"SAMLResponse": self.packed(response, sign), "RelayState": given["RelayState"][0]}

    def write(self, name_id: str, attributes: dict[str, Any], how: dict[str, Any]) -> Any:
        """An answer without a signature, as lxml has it."""
        how = {name: how[name] for name in ("in_response_to", "destination", "sp_entity_id")}
        response = self.server.create_authn_response(
            attributes,
            **how,
            name_id=NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=name_id),
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"},
            sign_response=False,
            sign_assertion=False,
            release_policy=Policy({"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}}),
        )
        return etree.fromstring(str(response).encode())

    def packed(self, response: Any, sign: str = "assertion") -> str:
        """The answer, with its assertion, itself or nothing signed, as it is posted."""
        if sign == "assertion":
            old = response.find(ASSERTION)
            response.replace(old, self.signed(old))
        elif sign == "response":
            response = self.signed(response)
        return base64.b64encode(etree.tostring(response)).decode()

    def signed(self, element: Any) -> Any:
        signer = XMLSigner(
            method=SignatureConstructionMethod.enveloped, c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"
        )
        alone = etree.fromstring(etree.tostring(element))
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return signer.sign(alone, key=pem, cert=self.certificate, reference_uri=f"#{element.get('ID')}")

    def sealed(self, response: Any, certificate: str, *, block: str = "gcm", key: str = "rsa-oaep-mgf1p") -> Any:
        """The answer with its assertion sealed for whoever has the key of `certificate`."""
        plain, secret = etree.tostring(response.find(ASSERTION)), os.urandom(32)
        if block == "gcm":
            nonce, data = os.urandom(12), f"{XENC11}aes256-gcm"
            value = nonce + AESGCM(secret).encrypt(nonce, plain, None)
        else:
            start, data, missing = os.urandom(16), f"{XENC}aes256-cbc", 16 - len(plain) % 16
            closer = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
            value = start + closer.update(plain + bytes(missing - 1) + bytes([missing])) + closer.finalize()
        public: Any = x509.load_pem_x509_certificate(certificate.encode()).public_key()
        oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
        sealing = oaep if "oaep" in key else padding.PKCS1v15()
        words = SEALED.format(
            method=data,
            key_method=f"{XENC}{key}",
            key=base64.b64encode(public.encrypt(secret, sealing)).decode(),
            value=base64.b64encode(value).decode(),
        )
        response.replace(response.find(ASSERTION), etree.fromstring(words))
        return response

    def logout_query(self, place: str, name_id: str, session_index: str = "") -> str:
        """The query with which it has somebody signed out at `place`, signed."""
        sessions = [session_index] if session_index else None
        _, message = self.server.create_logout_request(
            place, ENTITY, name_id=NameID(text=name_id), session_indexes=sessions, sign=False
        )
        packed = deflate_and_base64_encode(str(message))
        chosen = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        query = urlencode({"SAMLRequest": packed.decode() if isinstance(packed, bytes) else packed, "SigAlg": chosen})
        signature = self.key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{query}&{urlencode({'Signature': base64.b64encode(signature).decode()})}"


def _certificate(key: rsa.RSAPrivateKey, days: int) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=100))
        .not_valid_after(now + dt.timedelta(days=days))
    )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
