"""Our own key for identity providers: it signs what we ask them, and opens what they seal for us.

Each account has one of its own, kept sealed. The next one is made known two weeks before it signs, so that providers
which read our metadata each day or so know it by then."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.db import transaction

from adjoin.accounts import current
from adjoin.kernel import record
from adjoin.kernel.record import Did
from adjoin.sign_in.models import SamlKey

LASTS = timedelta(days=730)
KNOWN_BEFORE = timedelta(days=14)  # it signs
RENEWED_BEFORE = timedelta(days=60)  # the last one ends
KEPT_AFTER = timedelta(days=14)  # the next one signs: what was sealed for the old one is still read
BITS = 3072


def published(now: datetime) -> list[SamlKey]:
    """Those that metadata names and that open what is sealed for us, the newest first; none before one is made."""
    return list(SamlKey.objects.filter(ends_at__gt=now).order_by("-signs_from", "-pk"))


def signing(now: datetime) -> SamlKey | None:
    """The one that signs now."""
    return SamlKey.objects.filter(ends_at__gt=now, signs_from__lte=now).order_by("-signs_from", "-pk").first()


@transaction.atomic
def ensure(now: datetime) -> None:
    """Have the account's first key, which signs at once."""
    if signing(now) is None:
        _make(now, signs_from=now)


@transaction.atomic
def renew(now: datetime) -> SamlKey:
    """The next key, known from now on; it signs after two weeks, and the ones before end after four.

    One that waits already is given back as it is."""
    waiting = SamlKey.objects.filter(signs_from__gt=now).first()
    if waiting is not None:
        return waiting
    is_first, ends = signing(now) is None, now + KNOWN_BEFORE + KEPT_AFTER
    SamlKey.objects.filter(ends_at__gt=ends).update(ends_at=ends)
    return _make(now, signs_from=now if is_first else now + KNOWN_BEFORE)


def tidy(now: datetime) -> None:
    """Make the first one, and the next one in time, and forget those that ended."""
    ensure(now)
    SamlKey.objects.filter(ends_at__lte=now).delete()
    last = SamlKey.objects.order_by("-ends_at").first()
    if last is not None and last.ends_at < now + RENEWED_BEFORE:
        renew(now)


def _make(now: datetime, *, signs_from: datetime) -> SamlKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    ends_at = signs_from + LASTS
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    certificate = _certificate(key, now, ends_at)
    made = SamlKey.objects.create(
        secret=secret, certificate=certificate, signs_from=signs_from, ends_at=ends_at, created_at=now
    )
    record.changed(Did.CREATED, "saml_key", made.pk, "", now=now, signs_from=(None, signs_from))
    return made


def _certificate(key: rsa.RSAPrivateKey, now: datetime, ends_at: datetime) -> str:
    """Signed by itself, as metadata wants it: providers look at the key alone."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, current.account().subdomain[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(ends_at + timedelta(days=1))
    )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
