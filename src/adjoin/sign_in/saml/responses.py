"""What an identity provider answers, checked in every part. Source: SAML 2.0 profiles 4.1.4, core 2.5 and 3.2."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adjoin.sign_in import vouched
from adjoin.sign_in.models import Provider, SamlKey
from adjoin.sign_in.saml import keys as our_keys
from adjoin.sign_in.saml import sealed
from adjoin.sign_in.saml.xml import NAMES, SAML, SAMLP, NotBelieved, parsed, signed
from adjoin.sign_in.vouched import Vouched

SKEW = timedelta(seconds=60)
LONGEST = timedelta(hours=1)  # that we keep an assertion's id, whatever its own end
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_SEALED = f"{{{SAML}}}EncryptedAssertion"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"


@dataclass(frozen=True)
class Expected:
    """Where an answer has to be meant for: our entity id, and the address it comes to."""

    entity_id: str
    address: str


@dataclass(frozen=True)
class Assertion:
    """What was signed: its id, which request it answers ("" for none), until when it is good, and of whom it speaks."""

    id: str
    answers: str
    until: datetime
    person: Vouched


def read(provider: Provider, encoded: str, expected: Expected, now: datetime) -> Assertion:
    """The one assertion of an answer as it came in the form. Raises `NotBelieved`."""
    try:
        document = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotBelieved("no base64") from error
    response = parsed(document)
    if response.tag != f"{{{SAMLP}}}Response" or response.get("Destination", expected.address) != expected.address:
        raise NotBelieved("no answer for us")
    if [one.get("Value") for one in response.findall("samlp:Status/samlp:StatusCode", NAMES)] != [SUCCESS]:
        raise NotBelieved("no success")
    issuer = response.findtext("saml:Issuer", provider.issuer, NAMES)
    if issuer.strip() != provider.issuer:
        raise NotBelieved("another issuer")
    return _checked(provider, _signed_assertion(response, provider, our_keys.published(now)), expected, now)


def _signed_assertion(response: Any, provider: Provider, keys: Sequence[SamlKey]) -> Any:
    """The one assertion, opened if it was sealed, as a signature covers it: its own, or that of the whole answer."""
    _only_assertion(response)
    is_covered = response.find("ds:Signature", NAMES) is not None
    if is_covered:
        response = signed(response, provider.certificates)
    assertion = _only_assertion(response)
    if assertion.tag == _SEALED:
        assertion = sealed.opened(assertion, keys, is_covered=is_covered)
    if is_covered and assertion.find("ds:Signature", NAMES) is None:
        return assertion
    return signed(assertion, provider.certificates)


def _only_assertion(response: Any) -> Any:
    """The one assertion of an answer, plain or sealed, right under its root. Raises `NotBelieved`."""
    found = list(response.iter(f"{{{SAML}}}Assertion", _SEALED))
    if len(found) != 1 or found[0].getparent() is not response:
        raise NotBelieved("not one assertion")
    return found[0]


def _checked(provider: Provider, assertion: Any, expected: Expected, now: datetime) -> Assertion:
    if (assertion.findtext("saml:Issuer", "", NAMES)).strip() != provider.issuer or not assertion.get("ID"):
        raise NotBelieved("another issuer")
    conditions = assertion.findall("saml:Conditions", NAMES)
    if len(conditions) != 1 or not _is_now(conditions[0], now):
        raise NotBelieved("conditions")
    restrictions = conditions[0].findall("saml:AudienceRestriction", NAMES)
    audiences = [{text(one) for one in each.findall("saml:Audience", NAMES)} for each in restrictions]
    if not audiences or not all(expected.entity_id in each for each in audiences):
        raise NotBelieved("another audience")
    answers, until = _confirmed(assertion, expected, now)
    return Assertion(assertion.get("ID"), answers, min(until, now + LONGEST), _person(provider, assertion))


def _confirmed(assertion: Any, expected: Expected, now: datetime) -> tuple[str, datetime]:
    """Which request it answers, and until when."""
    for one in assertion.findall("saml:Subject/saml:SubjectConfirmation", NAMES):
        about = one.find("saml:SubjectConfirmationData", NAMES)
        if one.get("Method") != BEARER or about is None or about.get("NotBefore"):
            continue
        until = moment(about.get("NotOnOrAfter"))
        if about.get("Recipient") == expected.address and until is not None and now < until + SKEW:
            return about.get("InResponseTo", ""), until + SKEW
    raise NotBelieved("no confirmation for us")


def _is_now(conditions: Any, now: datetime) -> bool:
    begins, ends = (conditions.get(name) for name in ("NotBefore", "NotOnOrAfter"))
    first, last = moment(begins), moment(ends)
    if (begins and first is None) or (ends and last is None):
        return False
    return (first is None or first - SKEW <= now) and (last is None or now < last + SKEW)


def _person(provider: Provider, assertion: Any) -> Vouched:
    name_id = assertion.find("saml:Subject/saml:NameID", NAMES)
    if name_id is None or not text(name_id):
        raise NotBelieved("nobody named")
    said: dict[str, Any] = {}
    for one in assertion.findall("saml:AttributeStatement/saml:Attribute", NAMES):
        values = [text(value) for value in one.findall("saml:AttributeValue", NAMES)]
        for name in filter(None, (one.get("FriendlyName"), one.get("Name"))):
            said[name] = values
    if not said.get(provider.claims.get("email", "email")) and "@" in text(name_id):
        said[provider.claims.get("email", "email")] = [text(name_id)]
    statement = assertion.find("saml:AuthnStatement", NAMES)
    index = statement.get("SessionIndex", "") if statement is not None else ""
    about = {"name_id": text(name_id)[:500], "session_index": index[:255]}
    # SAML says of no address that it is verified: an admin does, for the provider's domains.
    return vouched.read(provider, said, subject=text(name_id)[:500], is_verified=False, **about)


def text(element: Any) -> str:
    """All the text of an element, in one line. lxml's own `.text` ends at the first child."""
    return " ".join("".join(element.itertext()).split())


def moment(words: str | None) -> datetime | None:
    """A moment as SAML writes it, always UTC; None for what is none."""
    try:
        found = datetime.fromisoformat(words) if words else None
    except ValueError:
        return None
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
