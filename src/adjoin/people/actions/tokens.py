"""Making and revoking API tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel import ids, record, text
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.kernel.record import Did
from adjoin.people import scopes as all_scopes
from adjoin.people.models import ApiToken, User

LIFETIME = timedelta(days=365)  # of a token for which nobody chose another


@transaction.atomic
def create_api_token(
    *,
    user: User,
    name: str,
    now: datetime,
    lifetime: timedelta | None = None,
    scopes: str | Iterable[str] = (),
    created_by_id: int | None = None,
    minted_with: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """A new token for `user` and its secret, which is shown this once: 40 hex characters. No `lifetime`: for good.

    A token that was `minted_with` another one opens no more than that one and ends no later; where no lifetime is
    given, it ends when that one does. Raises `NotAllowed` for a wider one, `Invalid` for scopes or people that are
    none, `NotAllowed` too for end users who make one for themselves where the account does not let them."""
    if created_by_id == user.pk and not may_make_tokens(user):
        raise NotAllowed(_("End users make no tokens here. Ask the people of this help desk for one."))
    if not user.is_active or user.is_suspended or user.is_placeholder:
        raise Invalid.field(
            "user_id", _("%(name)s cannot sign in, and neither could a token of theirs.") % {"name": user.name}
        )
    wanted, expires_at = all_scopes.checked(scopes), now + lifetime if lifetime else None
    if minted_with is not None:
        expires_at = _within(minted_with, wanted, expires_at)
    secret = ids.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=text.one_line(name)[:200] or "API token",
        digest=ids.digest(secret),
        prefix=secret[:10],
        scopes=wanted,
        created_by_id=created_by_id,
        created_at=now,
        expires_at=expires_at,
    )
    told = {"scopes": (None, wanted or "everything"), "expires_at": (None, expires_at)}
    record.changed(Did.CREATED, "api_token", token.pk, f"{token.name} of {user.name}", now=now, **told)
    return token, secret


def may_make_tokens(user: User) -> bool:
    """Whether they make tokens for themselves: agents do, end users where the account lets them."""
    return user.is_agent or desk_settings.current().end_users_make_tokens


@transaction.atomic
def revoke_api_token(*, token: ApiToken, now: datetime) -> None:
    """Make a token useless from now on."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        record.changed(Did.DELETED, "api_token", token.pk, f"{token.name} of {token.user.name}", now=now)


def _within(own: ApiToken, wanted: list[str], expires_at: datetime | None) -> datetime | None:
    """When the new token ends. Raises `NotAllowed` for one that opens more or lasts longer than `own`."""
    if not all_scopes.is_within(wanted, own.scopes):
        raise NotAllowed(
            _("A token makes no wider one. Choose among its own scopes: %(own)s.") % {"own": ", ".join(own.scopes)}
        )
    if own.expires_at is None:
        return expires_at
    if expires_at is not None and expires_at > own.expires_at:
        raise NotAllowed(
            _("A token makes none that lasts longer. It ends on %(expires_at)s.")
            % {"expires_at": f"{own.expires_at:%Y-%m-%d}"}
        )
    return expires_at or own.expires_at
