"""Identifiers and secrets."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(length_bytes: int = 20) -> str:
    """A random secret as lowercase hex: 40 characters unless told otherwise."""
    return secrets.token_hex(length_bytes)


def digest(secret: str) -> str:
    """The SHA-256 of `secret` as hex: what we keep of a token. Tokens are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
