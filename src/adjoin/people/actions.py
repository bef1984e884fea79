"""Every change to people, organizations and groups."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from adjoin.kernel import ids, outbox, text
from adjoin.kernel.errors import Invalid
from adjoin.people.models import ApiToken, Group, GroupMembership, Membership, Organization, User
from adjoin.people.terms import Role, TicketRestriction

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
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # somebody was quicker with the same address
        raise Invalid.field(
            "email", f"Email: {email} is already being used by another user", "DuplicateValue"
        ) from error
    if user.is_agent and (group := Group.objects.filter(is_default=True, is_deleted=False).first()):
        add_to_group(user=user, group=group, now=now, is_default=True)
    if email:
        join_by_domain(user, now)
    outbox.publish("user.created", user=user, now=now)
    return user


@transaction.atomic
def update_user(*, user: User, now: datetime, **fields: Any) -> User:
    """The person with new values of their own columns, locked and changed together. Values have been checked.

    A new agent joins the default group; who is an agent no more leaves all groups, and the apps above hear of it.
    Raises `Invalid` for an owner who would be no admin any more, and for a partner's person."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_changeable(user)
    was_agent = user.is_agent
    if user.is_owner and (fields.get("role", Role.ADMIN) != Role.ADMIN or fields.get("is_suspended")):
        raise Invalid.field("role", "Role: the owner stays an admin. Choose another owner first.")
    was_verified = user.is_verified
    if (fields.get("role", user.role) != Role.END_USER) != was_agent:  # what narrowed the one side widens the other
        fields = {"ticket_restriction": TicketRestriction.ALL, "only_private_comments": False, **fields}
    for name, value in fields.items():
        setattr(user, name, value)
    user.updated_at = now
    user.save(update_fields=[*fields, "updated_at"])
    if user.is_agent != was_agent:
        _change_sides(user, now)
    if user.is_verified and not was_verified:
        join_by_domain(user, now)
    return user


@transaction.atomic
def delete_user(*, user: User, now: datetime) -> User:
    """The person without address, sign-in, tokens and groups. What they said stays. Raises `Invalid` for the owner."""
    user = update_user(user=user, now=now, role=Role.END_USER, email=None, is_verified=False, is_active=False)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    return user


def _check_changeable(user: User) -> None:
    if user.is_placeholder:
        raise Invalid.field("base", f"{user.name} is a person of {user.partner_name}, and changes there.")


def _change_sides(user: User, now: datetime) -> None:
    """From end user to agent, or back."""
    default = Group.objects.filter(is_default=True, is_deleted=False).first()
    if not user.is_agent:
        GroupMembership.objects.filter(user=user).delete()
        outbox.publish("user.stopped_being_agent", user=user, now=now)
    else:
        if default is not None:
            add_to_group(user=user, group=default, now=now, is_default=True)
        outbox.publish("user.became_agent", user=user, now=now)


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


@transaction.atomic
def leave_organization(*, membership: Membership, now: datetime) -> None:
    """End a membership. Another one becomes the default, the oldest; tickets that are not closed leave with it."""
    user = User.objects.select_for_update().get(pk=membership.user_id)
    organization_id = membership.organization_id
    membership.delete()
    rest = Membership.objects.filter(user=user).order_by("pk")
    if membership.is_default and (heir := rest.first()) is not None:
        make_default(membership=heir, now=now)
    outbox.publish("membership.ended", user_id=user.pk, organization_id=organization_id, now=now)


@transaction.atomic
def make_default(*, membership: Membership, now: datetime) -> None:
    """Make this the organization that the person's new tickets belong to."""
    User.objects.select_for_update().get(pk=membership.user_id)
    mine = Membership.objects.filter(user_id=membership.user_id)
    mine.filter(is_default=True).exclude(pk=membership.pk).update(is_default=False, updated_at=now)
    mine.filter(pk=membership.pk, is_default=False).update(is_default=True, updated_at=now)


@transaction.atomic
def only_organization(*, user: User, organization: Organization | None, now: datetime) -> None:
    """Make this the one organization `user` belongs to; None: they belong to none."""
    for membership in Membership.objects.filter(user=user).exclude(organization=organization).order_by("pk"):
        leave_organization(membership=membership, now=now)
    if organization is not None and not Membership.objects.filter(user=user).exists():
        join_organization(user=user, organization=organization, now=now, is_default=True)


@transaction.atomic
def update_organization(*, organization: Organization, now: datetime, **fields: Any) -> Organization:
    """The organization with new values of its columns. Raises `Invalid`."""
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if "name" in fields:
        fields["name"] = _organization_name(fields["name"], but=organization)
    if "domain_names" in fields:
        fields["domain_names"] = _domains(fields["domain_names"])
    for name, value in fields.items():
        setattr(organization, name, value)
    if organization.shared_comments and not organization.shared_tickets:
        raise Invalid.field("shared_comments", "Shared comments: only tickets that are shared can be commented on")
    organization.updated_at = now
    organization.save(update_fields=[*fields, "updated_at"])
    return organization


@transaction.atomic
def delete_organization(*, organization: Organization, now: datetime) -> None:
    """Remove an organization: its members leave it first, so that their tickets know."""
    for membership in Membership.objects.filter(organization=organization).order_by("pk"):
        leave_organization(membership=membership, now=now)
    organization.delete()


def create_organization(*, name: str, now: datetime, domain_names: Iterable[str] = (), **more: object) -> Organization:
    """A new organization. Raises `Invalid` when the name is empty, has a `|`, or is taken."""
    shown, domains = _organization_name(name), _domains(domain_names)
    if more.get("shared_comments") and not more.get("shared_tickets"):
        raise Invalid.field("shared_comments", "Shared comments: only tickets that are shared can be commented on")
    return Organization.objects.create(name=shown, domain_names=domains, created_at=now, updated_at=now, **more)


def _organization_name(name: str, *, but: Organization | None = None) -> str:
    name = text.one_line(name)[:255]
    if not name or "|" in name:
        raise Invalid.field("name", "Name: cannot be blank or contain |", "BlankValue" if not name else "InvalidValue")
    if Organization.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise Invalid.field("name", f"Name: {name} has already been taken", "DuplicateValue")
    return name


def _domains(names: Iterable[str]) -> list[str]:
    return sorted({text.one_line(name).lower()[:255] for name in names if name.strip()})


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


def leave_group(*, membership: GroupMembership, now: datetime) -> None:
    """Take an agent out of a group; their unsolved tickets of that group lose them."""
    user_id, group_id = membership.user_id, membership.group_id
    membership.delete()
    outbox.publish("group_membership.ended", user_id=user_id, group_id=group_id, now=now)


@transaction.atomic
def make_default_group(*, membership: GroupMembership, now: datetime) -> None:
    """Make this the group that tickets get when the agent is assigned to them."""
    User.objects.select_for_update().get(pk=membership.user_id)
    mine = GroupMembership.objects.filter(user_id=membership.user_id)
    mine.filter(is_default=True).exclude(pk=membership.pk).update(is_default=False, updated_at=now)
    mine.filter(pk=membership.pk, is_default=False).update(is_default=True, updated_at=now)


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
