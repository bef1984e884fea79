"""Who listens to live updates, and of which tickets they may hear. Asked afresh for every piece of news."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django_tenants.utils import tenant_context

from adjoin.access import actors, readable
from adjoin.accounts.models import Account, Domain
from adjoin.administration.view_as import viewing
from adjoin.people import sessions
from adjoin.sign_in import enrolment


def account_at(host: str) -> str | None:
    """The schema of the account that `host` (a Host header) leads to, None where there is none."""
    close_old_connections()
    name = host.rsplit(":", 1)[0] if host.rpartition(":")[2].isdigit() else host
    domain = Domain.objects.filter(domain=name.lower().rstrip(".")).select_related("tenant").first()
    return domain.tenant.schema_name if domain else None


def readable_ids(schema: str, cookies: str, ticket_ids: Iterable[int], *, host: str | None = None) -> set[int] | None:
    """Those of `ticket_ids` that the person signed in by `cookies` may read now, None when nobody is signed in.

    With a `host`, the session must be good there."""
    close_old_connections()
    account = Account.objects.filter(schema_name=schema).first()
    if account is None:
        return None
    with tenant_context(account):
        user_id = _signed_in(cookies, host)
        if user_id is None:
            return None
        actor = actors.load(user_id)
        if actor.is_anonymous:
            return None
        return set(readable.tickets(actor).filter(pk__in=list(ticket_ids)).values_list("pk", flat=True))


def _signed_in(cookies: str, host: str | None) -> int | None:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if morsel is None:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    if host is not None and not sessions.is_good_at(session, host):
        return None
    signed_in_id = viewing.who_signed_in(session)
    if signed_in_id is not None and enrolment.is_unfinished(session):
        return None
    return viewing.seen_as(session, signed_in_id=signed_in_id, host=host, now=timezone.now())
