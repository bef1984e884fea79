"""OpenID Connect: the code flow with state, nonce and PKCE. What the provider signs is what we read.

Sources: OpenID Connect Core 1.0 section 3.1, Discovery 1.0 section 4, RFC 7636 (PKCE), RFC 9207 (issuer in the answer).
Everything is fetched by the guarded client: a provider's address leads to no private one."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.core.cache import cache

from adjoin.adapters import http
from adjoin.kernel import ids
from adjoin.sign_in import vouched
from adjoin.sign_in.admission import Refused
from adjoin.sign_in.models import Attempt, Provider
from adjoin.sign_in.vouched import Vouched

# Only what a public key checks: a key that everybody may read signs nothing here, and neither does nobody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SCOPE = "openid email profile"
KEPT_SECONDS = 3600
SKEW_SECONDS = 60


def new_verifier() -> str:
    """A PKCE verifier: 86 characters."""
    return secrets.token_urlsafe(64)


def authorization_url(provider: Provider, *, state: str, nonce: str, verifier: str, redirect_uri: str) -> str:
    """Where the browser goes to sign in. Raises `NoAnswer` while the provider does not answer, `Refused`."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    place = _described(provider)["authorization_endpoint"]
    return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"


def person(provider: Provider, attempt: Attempt, given: Mapping[str, str], *, redirect_uri: str) -> Vouched:
    """Whom the provider sends back, from what came with the browser. Raises `Refused`, `NoAnswer`."""
    if given.get("iss", provider.issuer) != provider.issuer:
        raise Refused("answer of another issuer", provider=provider)
    if given.get("error") or not given.get("code"):
        raise Refused(f"provider says {given.get('error', 'nothing')[:40]}", provider=provider)
    tokens = _exchange(provider, given["code"], attempt.verifier, redirect_uri)
    claims = _claims(provider, str(tokens.get("id_token", "")), attempt.nonce)
    if "email" not in claims and tokens.get("access_token"):
        claims = {**_user_info(provider, str(tokens["access_token"]), claims["sub"]), **claims}
    is_verified = claims.get("email_verified") in (True, "true")
    return vouched.read(provider, claims, subject=str(claims["sub"])[:500], is_verified=is_verified)


def described(issuer: str) -> dict[str, Any]:
    """What the provider at `issuer` says of itself, fetched now. Raises `NoAnswer`, `Refused`."""
    found = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != issuer or not all(http.is_safe(str(found.get(name, ""))) for name in wanted):
        raise Refused("issuer does not describe itself")
    return found


def _described(provider: Provider) -> dict[str, Any]:
    return _kept(f"oidc:{ids.digest(provider.issuer)}", lambda: described(provider.issuer))


def _exchange(provider: Provider, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    about = _described(provider)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" in ways:  # RFC 6749 2.3.1: both are form-encoded first
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.secret}
    request = http.Request("POST", about["token_endpoint"], headers=headers, body=urlencode(form).encode())
    answer = http.client().send(request)
    if answer.status != 200:
        raise Refused(f"code not taken ({answer.status})", provider=provider)
    return _as_object(answer.body)


def _claims(provider: Provider, id_token: str, nonce: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            _key(provider, id_token),
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=SKEW_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise Refused(f"id token: {type(error).__name__}", provider=provider) from error
    if not nonce or claims.get("nonce") != nonce:
        raise Refused("id token: nonce", provider=provider)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.client_id) != provider.client_id:
        raise Refused("id token: made for another client", provider=provider)
    return claims


def _key(provider: Provider, id_token: str) -> Any:
    """The provider's key that the token names; its keys are fetched anew when it names one that we do not know."""
    named = jwt.get_unverified_header(id_token).get("kid")
    about = _described(provider)
    for is_fresh in (False, True):
        keys = _keys(about["jwks_uri"], is_fresh=is_fresh)
        fitting = [key for key in keys if named in (None, key.key_id)]
        if len(fitting) == 1:
            return fitting[0].key
    raise jwt.InvalidKeyError("no such key")


def _keys(url: str, *, is_fresh: bool) -> list[jwt.PyJWK]:
    place = f"oidc-keys:{ids.digest(url)}"
    if is_fresh:
        cache.delete(place)
    found = _kept(place, lambda: _fetched(url)).get("keys", [])
    public = [one for one in found if one.get("kty") in ("RSA", "EC", "OKP") and one.get("use", "sig") == "sig"]
    return [jwt.PyJWK(one) for one in public]


def _user_info(provider: Provider, access_token: str, subject: str) -> dict[str, Any]:
    place = str(_described(provider).get("userinfo_endpoint", ""))
    if not http.is_safe(place):
        return {}
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    answer = http.client().send(http.Request("GET", place, headers=headers))
    found = _as_object(answer.body) if answer.status == 200 else {}
    if found and found.get("sub") != subject:  # Core 5.3.2
        raise Refused("user info of somebody else", provider=provider)
    return found


def _fetched(url: str) -> dict[str, Any]:
    if not http.is_safe(url):
        raise Refused("address is not https")
    answer = http.client().send(http.Request("GET", url, headers={"Accept": "application/json"}))
    if answer.status != 200:
        raise http.NoAnswer(f"{urlsplit(url).netloc} answered {answer.status}.", should_retry=True)
    return _as_object(answer.body)


def _as_object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise http.NoAnswer("The provider's answer is no JSON.", should_retry=False) from error
    return found if isinstance(found, dict) else {}


def _kept(place: str, fetch: Any) -> dict[str, Any]:
    found: dict[str, Any] | None = cache.get(place)
    if found is None:
        found = fetch()
        cache.set(place, found, KEPT_SECONDS)
    return found
