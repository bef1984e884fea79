"""Making and revoking API tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from adjoin.kernel import ids, record, text
from adjoin.kernel.record import Did
from adjoin.people.models import ApiToken, User


def create_api_token(
    *, user: User, name: str, now: datetime, lifetime: timedelta | None = None, scopes: Iterable[str] = ()
) -> tuple[ApiToken, str]:
    """A new token for `user` and its secret, which is shown this once. 40 hex characters."""
    secret = ids.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=text.one_line(name)[:200] or "API token",
        digest=ids.digest(secret),
        prefix=secret[:10],
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
    )
    record.changed(
        Did.CREATED, "api_token", token.pk, f"{token.name} of {user.name}", now=now, scopes=(None, token.scopes)
    )
    return token, secret


def revoke_api_token(*, token: ApiToken, now: datetime) -> None:
    """Make a token useless from now on."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        record.changed(Did.DELETED, "api_token", token.pk, f"{token.name} of {token.user.name}", now=now)
