"""Every change to providers, and what they are called where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.adapters import http
from adjoin.kernel import ids, record
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people import domains
from adjoin.sign_in import oidc, reasons
from adjoin.sign_in.admission import ANY_DOMAIN, Refused
from adjoin.sign_in.models import Provider
from adjoin.sign_in.saml import keys, requests
from adjoin.sign_in.saml.xml import NotBelieved, certificates_in
from adjoin.sign_in.terms import Kind

KIND = "sign_in_provider"
HIDDEN = {"secret", "certificates"}  # of these the record says that they changed, not what they are


@transaction.atomic
def create(*, kind: str, now: datetime, **fields: Any) -> Provider:
    """A new provider. Signed tokens get a secret of 64 characters. Raises `Invalid`."""
    provider = Provider(kind=kind, created_at=now, updated_at=now)
    if kind == Kind.JWT:
        provider.secret = ids.new_secret(32)
    for name, value in _checked(provider, fields).items():
        setattr(provider, name, value)
    if provider.kind == Kind.SAML:
        keys.ensure(now)
        provider.metadata_read_at = now if provider.metadata_url else None
    provider.save()
    told = {name: (None, _told(name, value)) for name, value in fields.items()}
    record.changed(Did.CREATED, KIND, provider.pk, provider.name, now=now, **told)
    return provider


@transaction.atomic
def update(*, provider: Provider, now: datetime, **fields: Any) -> Provider:
    """The provider with these values. Raises `Invalid`."""
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    if provider.kind == Kind.SAML:
        keys.ensure(now)
    fields = _checked(provider, fields)
    found = record.differences(provider, fields)
    for name, value in fields.items():
        setattr(provider, name, value)
    if "certificates" in fields:  # what it says of itself has just been read
        provider.metadata_read_at, provider.metadata_problem = (now if provider.metadata_url else None), ""
    provider.updated_at = now
    provider.save(update_fields=[*fields, "metadata_read_at", "metadata_problem", "updated_at"])
    told = {name: (_told(name, old), _told(name, new, is_new=True)) for name, (old, new) in found.items()}
    record.changed(Did.UPDATED, KIND, provider.pk, provider.name, now=now, **told)
    return provider


@transaction.atomic
def delete(*, provider: Provider, now: datetime) -> None:
    """End a provider. Who was connected with it signs in another way."""
    record.changed(Did.DELETED, KIND, provider.pk, provider.name, now=now)
    provider.delete()


def new_secret(*, provider: Provider, now: datetime) -> Provider:
    """A signed tokens' provider with another secret: what the old one signs is refused from now on."""
    return update(provider=provider, now=now, secret=ids.new_secret(32))


def look_up(kind: str, fields: dict[str, Any], now: datetime, known: Provider | None = None) -> dict[str, Any]:
    """`fields` with what the provider says of itself, asked before any transaction. Raises `Invalid`.

    Where its address is the `known` one nothing is asked, so that one who does not answer can still be changed."""
    if kind == Kind.OIDC and fields.get("issuer") and not (known and fields["issuer"] == known.issuer):
        fields["issuer"] = _issuer(str(fields["issuer"]).strip())
    metadata, place = str(fields.pop("metadata", "") or "").encode(), fields.get("metadata_url")
    is_new = bool(place) and not (known and place == known.metadata_url)
    if kind == Kind.SAML and (metadata or is_new):
        try:
            fields |= requests.described(metadata or fetched(str(place)), now)
        except NotBelieved as error:
            raise Invalid.field(
                "metadata",
                say("Metadata: %(why)s Paste the provider's whole document.") % {"why": reasons.told(str(error))},
            ) from error
    return fields


def _issuer(issuer: str) -> str:
    """The issuer as the provider spells itself; a slash at the end more or less does not matter."""
    for spelling in (issuer, issuer.rstrip("/"), f"{issuer}/"):
        try:
            oidc.described(spelling)
        except Refused:
            continue
        except http.NoAnswer as error:
            words = say("Issuer: %(error)s We look for %(place)s/.well-known/openid-configuration")
            raise Invalid.field("issuer", words % {"error": error, "place": issuer.rstrip("/")}) from error
        return spelling
    raise Invalid.field(
        "issuer",
        say("Issuer: there is no OpenID Connect provider that calls itself %(issuer)s.") % {"issuer": issuer[:200]},
    )


def fetched(place: str) -> bytes:
    """The metadata at that address, up to 512 KB. Raises `Invalid`."""
    if not http.is_safe(place):  # its certificates are believed from here on
        raise Invalid.field("metadata_url", say("Address of the metadata: it has to begin with https://"))
    try:
        answer = http.client().send(http.Request("GET", place, may_leave_host=True, max_bytes=512 * 1024))
    except http.NoAnswer as error:
        raise Invalid.field("metadata_url", say("Address of the metadata: %(error)s") % {"error": error}) from error
    if answer.status != 200:
        raise Invalid.field(
            "metadata_url", say("Address of the metadata: it answers %(status)s.") % {"status": answer.status}
        )
    return answer.body


def _checked(provider: Provider, fields: dict[str, Any]) -> dict[str, Any]:
    def after(name: str) -> Any:
        return fields.get(name, getattr(provider, name))

    if not str(after("name")).strip():
        raise Invalid.field("name", say("Name: cannot be blank"), "BlankValue")
    if "domains" in fields:
        fields["domains"] = [ANY_DOMAIN if one == ANY_DOMAIN else domains.clean(one) for one in fields["domains"]]
    if after("trusts_addresses") and not after("domains"):
        raise Invalid.field(
            "domains", say("Mail domains: say whose addresses you trust it with, or * for everybody's.")
        )
    if provider.kind == Kind.SAML:
        _check_saml(after)
    if provider.kind == Kind.JWT and after("logout_url") and not http.is_safe(after("logout_url")):
        raise Invalid.field("logout_url", say("Your sign-out page: it has to begin with https://"))
    if provider.kind == Kind.OIDC and not (after("issuer") and after("client_id")):
        raise Invalid.field("issuer", say("Issuer: give the provider's address and the client id it knows us by."))
    return fields


def _check_saml(after: Any) -> None:
    try:
        has_key = bool(certificates_in(after("certificates")))
    except NotBelieved:
        has_key = False
    if not has_key or not after("issuer") or not after("login_url"):
        raise Invalid.field("metadata", say("Metadata: give the provider's document, or the address where it is."))


def _told(name: str, value: Any, *, is_new: bool = False) -> Any:
    """The value as the record has it."""
    return value if name not in HIDDEN else ("new" if is_new else "old")
