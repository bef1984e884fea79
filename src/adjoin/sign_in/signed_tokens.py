"""Signed tokens from one's own site, with Zendesk's claims: HS256 under a shared secret, good once, for three minutes.

Source: fact sheet of access rules, section 9; Zendesk's JWT sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from django.utils import translation

from adjoin.kernel import languages
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.sign_in import attempts, vouched
from adjoin.sign_in.admission import Refused
from adjoin.sign_in.models import Provider
from adjoin.sign_in.terms import Kind
from adjoin.sign_in.vouched import Vouched

WINDOW = timedelta(minutes=3)
LONGEST = 16_000
_OPTIONS: Any = {
    "require": ["iat", "jti", "email", "name"],
    "verify_iat": False,
    "verify_aud": False,
    "verify_jti": False,
    "verify_sub": False,
}


def person(token: str, now: datetime) -> tuple[Provider, Vouched]:
    """Whose token it is and whom it describes; it is good no more after that. Raises `Refused`, which says what is
    wrong with the token."""
    provider, claims = _signed_by(token)
    is_verified = claims.get("email_verified", True) in (True, "true")  # who holds the secret is one's own site
    subject = str(claims.get("external_id") or claims["email"]).lower()[:500]
    found = vouched.read(provider, claims, subject=subject, is_verified=is_verified)
    try:
        _spend(provider, claims, now)
    except Refused as error:
        error.email = found.email
        raise
    return provider, found


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
    return _asking(provider.login_url, asked)


def end_url(provider: Provider, user: User, *, brand_id: int) -> str:
    """Where the browser goes when it has signed out here."""
    return _asking(
        provider.logout_url, {"email": user.email or "", "external_id": user.external_id or "", "brand_id": brand_id}
    )


def error_url(error: Refused) -> str:
    """Where one's own site hears why its token was refused; "" where it has no page for that.

    It is always the page that an admin has entered. The address comes along only from a token that the site signed."""
    provider = error.provider
    if provider is None or provider.kind != Kind.JWT or not provider.logout_url:
        return ""
    told = {"kind": "error", "message": str(error)}
    return _asking(provider.logout_url, told | ({"email": error.email} if error.email else {}))


def _signed_by(token: str) -> tuple[Provider, dict[str, Any]]:
    """The provider under whose secret it is signed, and its claims. Raises `Refused`."""
    reason, words = "no provider of tokens", say("Nobody signs people in with tokens here.")
    for provider in Provider.objects.filter(kind=Kind.JWT, is_active=True).order_by("pk"):
        try:
            return provider, jwt.decode(token[:LONGEST], provider.secret, algorithms=["HS256"], options=_OPTIONS)
        except jwt.InvalidSignatureError:
            reason, words = "signature", say("The token is not signed with the secret of this help desk.")
        except jwt.MissingRequiredClaimError as error:
            words = say("The token has no claim %(name)s.") % {"name": error.claim}
            raise Refused(f"token: no {error.claim}", provider=provider, words=words) from error
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
            raise Refused(f"token: {type(error).__name__}", provider=provider, words=_too_late()) from error
        except jwt.PyJWTError as error:
            reason, words = type(error).__name__, say("This is no token signed with HS256.")
    raise Refused(f"token: {reason}", provider=_only_one(), words=words)


def _spend(provider: Provider, claims: Mapping[str, Any], now: datetime) -> None:
    try:
        issued_at = datetime.fromtimestamp(int(claims["iat"]), UTC)
    except (TypeError, ValueError, OverflowError) as error:
        words = say("The claim iat has to be the seconds since 1970.")
        raise Refused("iat is no moment", provider=provider, words=words) from error
    if abs(now - issued_at) > WINDOW:
        raise Refused("iat is not now", provider=provider, words=_too_late())
    token_id = claims["jti"]
    if not isinstance(token_id, str | int | float) or not str(token_id) or len(str(token_id)) > 255:
        words = say("The claim jti has to be a text of up to 255 characters.")
        raise Refused("jti", provider=provider, words=words)
    try:
        attempts.spend(provider, f"jti:{token_id}", until=issued_at + 2 * WINDOW, now=now)
    except Refused as error:
        words = say("This token has been used already. Make one for each sign-in, with a jti of its own.")
        raise Refused(error.reason, provider=provider, words=words) from error


def _too_late() -> str:
    return say(
        "The token is older than three minutes, or from the future. Make one for each sign-in, and set your clock."
    )


def _only_one() -> Provider | None:
    """The site whose token cannot be read: clear only where there is just one."""
    found = list(Provider.objects.filter(kind=Kind.JWT, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


def _asking(place: str, asked: Mapping[str, Any]) -> str:
    """`place` with these parameters. Those that it has already stay as they are there."""
    parts = urlsplit(place)
    has = parse_qs(parts.query, keep_blank_values=True)
    more = urlencode({name: value for name, value in asked.items() if name not in has})
    return parts._replace(query="&".join(filter(None, (parts.query, more)))).geturl()
