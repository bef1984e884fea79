"""Every change to people, organizations and groups."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from adjoin.kernel import ids, outbox, text
from adjoin.kernel.errors import Invalid
from adjoin.people.models import ApiToken, Group, GroupMembership, Membership, Organization, User
from adjoin.people.terms import Role

MEMBERSHIPS_MAX = 300  # organizations a person may belong to, as Zendesk has it
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.?[^@\s,;<>\"]+")


def clean_email(email: str) -> str:
    """`email` as we keep it: trimmed, lower case. Raises `Invalid` for what is no address."""
    email = text.one_line(email).lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid.field("email", f"Email: {email[:60]} is not properly formatted", "InvalidFormat")
    return email


@transaction.atomic
def create_user(
    *,
    name: str,
    email: str | None,
    now: datetime,
    role: str = Role.END_USER,
    password: str | None = None,
    **more: object,
) -> User:
    """A new person; agents join the default group. Raises `Invalid` when the address is taken or the name empty."""
    name = text.one_line(name)[:255]
    if not name:
        raise Invalid.field("name", "Name: cannot be blank", "BlankValue")
    if role not in Role.values:
        raise Invalid.field("role", f"Role: {role} is not a role")
    email = clean_email(email) if email else None
    if email and User.objects.with_email(email).exists():
        raise Invalid.field("email", f"Email: {email} is already being used by another user", "DuplicateValue")
    user = User(name=name, email=email, role=role, created_at=now, updated_at=now, **more)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    if user.is_agent and (group := Group.objects.filter(is_default=True, is_deleted=False).first()):
        add_to_group(user=user, group=group, now=now, is_default=True)
    if email:
        join_by_domain(user, now)
    outbox.publish("user.created", user=user, now=now)
    return user


def find_or_create_end_user(*, email: str, name: str, now: datetime) -> User:
    """The person with that address, made as an end user if nobody has it. Raises `Invalid`."""
    email = clean_email(email)
    found = User.objects.with_email(email).first()
    return found or create_user(name=name or email.split("@")[0], email=email, now=now)


def join_by_domain(user: User, now: datetime) -> None:
    """Put a verified person into the organization that has their mail domain, the first by name."""
    if not (user.is_verified and user.email):
        return
    domain = user.email.rpartition("@")[2]
    organization = Organization.objects.filter(domain_names__contains=[domain]).order_by("name", "pk").first()
    if organization and not user.memberships.filter(organization=organization).exists():
        join_organization(user=user, organization=organization, now=now)


@transaction.atomic
def join_organization(
    *, user: User, organization: Organization, now: datetime, sees_tickets: bool = False, is_default: bool = False
) -> Membership:
    """Make `user` a member. The first membership is the default one. Raises `Invalid` when already one, or at 300."""
    User.objects.select_for_update().get(pk=user.pk)
    mine = Membership.objects.filter(user=user)
    if mine.filter(organization=organization).exists():
        raise Invalid.field("user_id", "User: has already been taken", "DuplicateValue")
    if mine.count() >= MEMBERSHIPS_MAX:
        raise Invalid.field("base", f"{user.name} is in {MEMBERSHIPS_MAX} organizations already. Remove one first.")
    is_default = is_default or not mine.filter(is_default=True).exists()
    if is_default:
        mine.filter(is_default=True).update(is_default=False, updated_at=now)
    return Membership.objects.create(
        user=user,
        organization=organization,
        is_default=is_default,
        sees_tickets=sees_tickets,
        created_at=now,
        updated_at=now,
    )


def create_organization(*, name: str, now: datetime, domain_names: Iterable[str] = (), **more: object) -> Organization:
    """A new organization. Raises `Invalid` when the name is empty, has a `|`, or is taken."""
    name = text.one_line(name)[:255]
    if not name or "|" in name:
        raise Invalid.field("name", "Name: cannot be blank or contain |", "BlankValue" if not name else "InvalidValue")
    if Organization.objects.filter(name__iexact=name).exists():
        raise Invalid.field("name", f"Name: {name} has already been taken", "DuplicateValue")
    domains = sorted({domain.strip().lower() for domain in domain_names if domain.strip()})
    return Organization.objects.create(name=name, domain_names=domains, created_at=now, updated_at=now, **more)


def create_group(*, name: str, now: datetime, is_public: bool = True, description: str = "") -> Group:
    """A new group. Raises `Invalid` when the name is empty or taken."""
    name = text.one_line(name)[:200]
    if not name:
        raise Invalid.field("name", "Name: cannot be blank", "BlankValue")
    if Group.objects.filter(name=name).exists():
        raise Invalid.field("name", f"Name: {name} has already been taken", "DuplicateValue")
    return Group.objects.create(name=name, is_public=is_public, description=description, created_at=now, updated_at=now)


def add_to_group(*, user: User, group: Group, now: datetime, is_default: bool = False) -> GroupMembership:
    """Put an agent into a group; nothing changes when they are in it. Raises `Invalid` for end users."""
    if not user.is_agent:
        raise Invalid.field("user_id", f"{user.name} is an end user. Only agents belong to groups.")
    membership, _ = GroupMembership.objects.get_or_create(
        user=user, group=group, defaults={"is_default": is_default, "created_at": now, "updated_at": now}
    )
    return membership


def create_api_token(
    *, user: User, name: str, now: datetime, lifetime: timedelta | None = None, is_read_only: bool = False
) -> tuple[ApiToken, str]:
    """A new token for `user` and its secret, which is shown this once. 40 hex characters."""
    secret = ids.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=text.one_line(name)[:200] or "API token",
        digest=ids.digest(secret),
        prefix=secret[:10],
        is_read_only=is_read_only,
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
    )
    return token, secret


def revoke_api_token(*, token: ApiToken, now: datetime) -> None:
    """Make a token useless from now on."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
