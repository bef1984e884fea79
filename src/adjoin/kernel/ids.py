"""Identifiers and secrets."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime


def new_secret(length_bytes: int = 20) -> str:
    """A random secret as lowercase hex: 40 characters unless told otherwise."""
    return secrets.token_hex(length_bytes)


def digest(secret: str) -> str:
    """The SHA-256 of `secret` as hex: what we keep of a token. Tokens are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_ulid(now: datetime) -> str:
    """A ULID: 26 characters whose order is that of their moments, the rest by chance."""
    number = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
