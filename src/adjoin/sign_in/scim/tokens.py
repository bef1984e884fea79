"""The tokens of directories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from adjoin.kernel import ids, record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.people import domains as all_domains
from adjoin.sign_in.models import ScimToken

KIND = "scim_token"
_LAST_USED_STEP = timedelta(minutes=1)


@transaction.atomic
def create(
    *,
    name: str,
    domains: Iterable[str],
    organization_ids: Iterable[int],
    makes_agents: bool,
    created_by_id: int | None,
    now: datetime,
) -> tuple[ScimToken, str]:
    """A token and its secret, which is shown this once: 64 hex characters. Raises `Invalid` without a mail domain."""
    owned = sorted({all_domains.clean(one) for one in domains})
    if not owned:
        raise Invalid.field("domains", "Mail domains: say whose people the directory keeps.")
    secret = ids.new_secret(32)
    token = ScimToken.objects.create(
        name=text.one_line(name)[:200] or "Directory",
        digest=ids.digest(secret),
        prefix=secret[:10],
        makes_agents=makes_agents,
        domains=owned,
        organization_ids=sorted(organization_ids),
        created_by_id=created_by_id,
        created_at=now,
    )
    told: dict[str, tuple[Any, Any]] = {"domains": (None, owned), "makes_agents": (None, makes_agents)}
    record.changed(Did.CREATED, KIND, token.pk, token.name, now=now, **told)
    return token, secret


@transaction.atomic
def revoke(token: ScimToken, now: datetime) -> None:
    """Make a token useless from now on. The people it made stay."""
    if ScimToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        record.changed(Did.DELETED, KIND, token.pk, token.name, now=now)


def named(header: str, now: datetime) -> ScimToken | None:
    """The living token of an `Authorization` header."""
    scheme, _, secret = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    token = ScimToken.objects.filter(digest=ids.digest(secret.strip()), revoked_at=None).first()
    if token is not None:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _LAST_USED_STEP)
        ScimToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token
