"""Secrets that we must be able to read again, kept so that a copy of the database alone does not give them away.

Sealed with Fernet (AES-128-CBC and HMAC-SHA256; https://github.com/fernet/spec) under a key derived from the
installation's secret key, which lies outside of the database."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import structlog
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from adjoin.kernel import ids

SEALED = "sealed1:"
_PURPOSE = b"adjoin: secrets kept in the database"
log = structlog.get_logger("adjoin.sealing")


def seal(secret: str) -> str:
    """The secret as it may be kept: about 100 characters more than twice as long."""
    return SEALED + _cipher(settings.SECRET_KEY).encrypt(secret.encode()).decode()


def unseal(kept: str) -> str:
    """The secret again. What was sealed under another secret key gives a random one, which opens nothing."""
    if not kept.startswith(SEALED):
        return kept
    try:
        return _opened(kept, settings.SECRET_KEY)
    except InvalidToken:
        log.warning("secret_unreadable", hint="The secret key is not the one under which it was sealed.")
        return ids.new_secret()


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField  # Django's own class takes no type arguments


class SealedField(TextField):
    """Text that is sealed in the database and plain in Python. It cannot be searched for."""

    def get_prep_value(self, value: Any) -> Any:
        return seal(value) if isinstance(value, str) and value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return unseal(value) if value else value


@lru_cache(maxsize=256)  # a partner's key is read with each update, and sealed anew only when it is another
def _opened(kept: str, secret_key: str) -> str:
    return _cipher(secret_key).decrypt(kept.removeprefix(SEALED)).decode()


@lru_cache(maxsize=4)
def _cipher(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
