"""Writing people over the API: one by one in a request, and item by item in a job.

Each function loads what it changes through the actor's own door, checks, and makes one call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.access import granting, permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel.api import reading
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.kernel.wording import say
from adjoin.people import actions, hooks, parse
from adjoin.people.api import members, own_values
from adjoin.people.models import Organization, User


def create(actor: Actor, data: Mapping[str, Any], now: datetime) -> User:
    """A new person. Raises `NotAllowed`, `Invalid`."""
    columns = parse.user(data, existing=None, check=own_values.check_for(actor))
    members.may_create(actor, data, columns)
    name, email = columns.pop("name", ""), columns.pop("email", None)
    with transaction.atomic():
        user = actions.create_user(name=name, email=email, now=now, **columns)
        granting.keep_within(actor, user, now=now)
        _write_more(actor, user, data, now)
    return user


def update(actor: Actor, user: User, data: Mapping[str, Any], now: datetime) -> User:
    """The person, changed; an address is taken for somebody without one. Raises `NotAllowed`, `Invalid`."""
    columns = parse.user(data, existing=user, check=own_values.check_for(actor))
    members.may_update(actor, user, data, columns)
    if email := columns.get("email"):
        _keep_address_unique(email)
    with transaction.atomic():
        changed = actions.update_user(user=user, now=now, **columns)
        if not user.is_agent:
            granting.keep_within(actor, changed, now=now)
        _write_more(actor, changed, data, now)
    return changed


def delete(actor: Actor, user: User, now: datetime) -> None:
    """The person is deleted; nobody deletes themselves. Raises `NotAllowed`, `Invalid`."""
    permissions.require(actor, Permission.MANAGE_TEAM)
    if user.pk == actor.user_id:
        raise NotAllowed(say("Nobody deletes themselves. Ask another admin."))
    granting.require_member(actor, user)
    actions.delete_user(user=user, now=now)


def known_by(actor: Actor, data: Mapping[str, Any], *names: str) -> tuple[User | None, dict[str, Any]]:
    """Whom the first of these names that `data` has a value for names (`id`, `email` or `external_id`), if the actor
    may look them up; and what else `data` says of them."""
    for name in names:
        given = data.get(name)
        if isinstance(given, str | int) and not isinstance(given, bool) and given != "":
            rest = {key: value for key, value in data.items() if key not in (name, "id")}
            rows = readable.users(actor).filter(is_active=True)
            return rows.filter(**_lookup(name, given)).first(), rest
    return None, dict(data)


def _lookup(name: str, given: str | int) -> dict[str, Any]:
    words = str(given).replace("\x00", "").strip()
    if name == "id":
        return {"pk": reading.whole_number(given) or 0}
    return {"email": words.lower()} if name == "email" else {f"{name}__iexact": words}


def _keep_address_unique(email: str) -> None:
    if User.objects.with_email(email).exists():
        raise Invalid.field(
            "email", say("Email: %(email)s is already being used by another user") % {"email": email}, "DuplicateValue"
        )


def _write_more(actor: Actor, user: User, data: Mapping[str, Any], now: datetime) -> None:
    """Organization and brands, which are rows of their own."""
    if "organization_id" in data:
        given = data["organization_id"]
        organization = None if given is None else parse.organization_with("organization_id", given)
        actions.only_organization(user=user, organization=organization, now=now)
    elif isinstance(named := data.get("organization"), dict) and named.get("name"):
        name = parse.short("organization", named["name"])
        found = Organization.objects.filter(name__iexact=name).first()
        if found is None:
            permissions.require(actor, Permission.MANAGE_ORGANIZATIONS)
            found = actions.create_organization(name=name, now=now)
        actions.only_organization(user=user, organization=found, now=now)
    for name, write in hooks.user_key_writers.items():
        if data.get(name) is not None:
            write(user, data[name], now)
