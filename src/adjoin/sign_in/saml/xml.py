"""Reading XML from strangers, and believing only what a known key has signed.

What is read further is what the check gives back, never the document it stood in: whatever was wrapped around or put
beside it is not seen. Sources: SAML 2.0 core section 5, XML Signature best practices ("see what is signed")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from cryptography.x509 import Certificate, load_pem_x509_certificates
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {
    "saml": SAML,
    "samlp": SAMLP,
    "md": MD,
    "ds": DS,
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
    "xenc11": "http://www.w3.org/2009/xmlenc11#",
}
MOST_BYTES = 512 * 1024
_TRANSFORMS = {
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
}
_CONFIGURATION = SignatureConfiguration(
    require_x509=True,
    location="./",  # the signature is a child of what it signs
    expect_references=1,
    signature_methods=frozenset(
        {
            *(SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512),
            *(SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384, SignatureMethod.ECDSA_SHA512),
            *(SignatureMethod.SHA256_RSA_MGF1, SignatureMethod.SHA384_RSA_MGF1, SignatureMethod.SHA512_RSA_MGF1),
        }
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
    ignore_ambiguous_key_info=True,  # only the certificate that an admin has given counts
)


class NotBelieved(Exception):
    """The document is malformed, or nobody we know has signed it."""


def parsed(document: bytes) -> Any:
    """The root of an XML document without document type, entities and comments. Raises `NotBelieved`."""
    if len(document) > MOST_BYTES:
        raise NotBelieved("too long")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotBelieved("no XML") from error
    if root.getroottree().docinfo.doctype:
        raise NotBelieved("document type")
    marks = [element.get("ID") for element in root.iter() if element.get("ID")]
    if len(marks) != len(set(marks)):
        raise NotBelieved("one ID twice")
    return root


def signed(element: Any, certificates: str) -> Any:
    """`element` as one of those certificates has signed it, with nothing that is not signed. Raises `NotBelieved`."""
    if len(element.findall("ds:Signature", NAMES)) != 1:
        raise NotBelieved("not signed")
    references = element.findall("ds:Signature/ds:SignedInfo/ds:Reference", NAMES)
    if [one.get("URI") for one in references] != [f"#{element.get('ID')}"]:
        raise NotBelieved("signs something else")
    transforms = {one.get("Algorithm") for one in element.findall("ds:Signature//ds:Transform", NAMES)}
    if not transforms <= _TRANSFORMS:
        raise NotBelieved("transforms")
    alone = etree.tostring(element)
    for certificate in certificates_in(certificates):
        # An admin gave us the key; when the certificate around it ends says nothing (metadata interoperability 2.6.1).
        how = replace(_CONFIGURATION, verification_time=certificate.not_valid_after_utc)
        try:
            found: Any = XMLVerifier().verify(alone, x509_cert=certificate, expect_config=how)
        except (SignXMLException, ValueError, etree.LxmlError):
            continue
        if found.signed_xml.tag == element.tag and found.signed_xml.get("ID") == element.get("ID"):
            return found.signed_xml
    raise NotBelieved("signed by nobody we know")


def certificates_in(text: str) -> list[Certificate]:
    """The certificates of a text with PEM blocks, or with one as metadata has it. Raises `NotBelieved`."""
    if text.strip() and "BEGIN" not in text:
        body = re.sub(r"\s", "", text)
        text = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
    try:
        return load_pem_x509_certificates(text.encode()) if text.strip() else []
    except ValueError as error:
        raise NotBelieved("no certificate") from error
