"""Signed tokens from one's own site, with Zendesk's claims: HS256 under a shared secret, good once, for three minutes.

Source: fact sheet of access rules, section 9; Zendesk's JWT sign-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
from django.utils import translation

from adjoin.kernel import languages
from adjoin.sign_in import attempts, vouched
from adjoin.sign_in.admission import Refused
from adjoin.sign_in.models import Provider
from adjoin.sign_in.terms import Kind
from adjoin.sign_in.vouched import Vouched

WINDOW = timedelta(minutes=3)
LONGEST = 16_000
_OPTIONS: Any = {"require": ["iat", "jti", "email", "name"], "verify_iat": False, "verify_aud": False}


def person(token: str, now: datetime) -> tuple[Provider, Vouched]:
    """Whose token it is and whom it describes; it is good no more after that. Raises `Refused`."""
    provider, claims = _signed_by(token)
    try:
        issued_at = datetime.fromtimestamp(int(claims["iat"]), UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise Refused("iat is no moment", provider=provider) from error
    if abs(now - issued_at) > WINDOW:
        raise Refused("iat is not now", provider=provider)
    token_id = claims["jti"]
    if not isinstance(token_id, str | int) or not str(token_id) or len(str(token_id)) > 255:
        raise Refused("jti", provider=provider)
    attempts.spend(provider, f"jti:{token_id}", until=issued_at + 2 * WINDOW, now=now)
    is_verified = claims.get("email_verified", True) in (True, "true")  # who holds the secret is one's own site
    subject = str(claims.get("external_id") or claims["email"]).lower()[:500]
    return provider, vouched.read(provider, claims, subject=subject, is_verified=is_verified)


def _signed_by(token: str) -> tuple[Provider, dict[str, Any]]:
    """The provider under whose secret it is signed, and its claims. Raises `Refused`."""
    reason = "no provider of tokens"
    for provider in Provider.objects.filter(kind=Kind.JWT, is_active=True).order_by("pk"):
        try:
            return provider, jwt.decode(token[:LONGEST], provider.secret, algorithms=["HS256"], options=_OPTIONS)
        except jwt.InvalidSignatureError:
            reason = "signature"
        except jwt.PyJWTError as error:
            reason = type(error).__name__
    raise Refused(f"token: {reason}")


def begin_url(provider: Provider, *, return_to: str, brand_id: int, now: datetime) -> str:
    """Where the browser goes to sign in on one's own site, which sends it back with a token."""
    spoken = translation.get_language() or languages.FIRST
    asked = {
        "return_to": return_to,
        "brand_id": brand_id,
        "locale": languages.LOCALES.get(spoken, spoken),
        "locale_id": languages.number_of(spoken),
        "timestamp": int(now.timestamp()),
        "kind": "sign_in",
    }
    return f"{provider.login_url}{'&' if '?' in provider.login_url else '?'}{urlencode(asked)}"
