"""Every change to people."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from adjoin.kernel import outbox, record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people import fields
from adjoin.people.actions.groups import add_to_group
from adjoin.people.actions.memberships import join_by_domain
from adjoin.people.models import ApiToken, Group, GroupMembership, User
from adjoin.people.terms import Role, TicketRestriction

ERASED = "Permanently deleted user"  # as Zendesk says
ANSWERABLE = {  # columns of a person whose changes admins answer for
    *("role", "custom_role", "ticket_restriction", "only_private_comments"),
    *("is_owner", "is_suspended", "is_active", "email"),
}
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.?[^@\s,;<>\"]+")


def clean_email(email: str) -> str:
    """`email` as we keep it: trimmed, lower case. Raises `Invalid` for what is no address."""
    email = text.one_line(email).lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid.field(
            "email", _("Email: %(email)s is not properly formatted") % {"email": email[:60]}, "InvalidFormat"
        )
    return email


@transaction.atomic
def create_user(
    *,
    name: str,
    email: str | None,
    now: datetime,
    role: str = Role.END_USER,
    password: str | None = None,
    **more: Any,
) -> User:
    """A new person; agents join the default group. Raises `Invalid` when the address is taken or the name empty."""
    name = text.one_line(name)[:255]
    if not name:
        raise Invalid.field("name", _("Name: cannot be blank"), "BlankValue")
    if role not in Role.values:
        raise Invalid.field("role", _("Role: %(role)s is not a role") % {"role": role})
    email = clean_email(email) if email else None
    if email and User.objects.with_email(email).exists():
        raise Invalid.field(
            "email", _("Email: %(email)s is already being used by another user") % {"email": email}, "DuplicateValue"
        )
    more = _with_role_kept_whole(User(role=role), {"role": role, **more})
    user = User(name=name, email=email, created_at=now, updated_at=now, **fields.put(User(), more))
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # somebody was quicker with the same address
        raise Invalid.field(
            "email", _("Email: %(email)s is already being used by another user") % {"email": email}, "DuplicateValue"
        ) from error
    if user.is_agent and (group := Group.objects.filter(is_default=True, is_deleted=False).first()):
        add_to_group(user=user, group=group, now=now, is_default=True)
    if email:
        join_by_domain(user, now)
    outbox.publish("user.created", user=user, now=now)
    if user.is_agent:  # end users come by themselves, thousands of them
        told = (None, user.custom_role.name if user.custom_role else user.role)
        record.changed(Did.CREATED, "user", user.pk, user.name, now=now, role=told)
    return user


@transaction.atomic
def update_user(*, user: User, now: datetime, **columns: Any) -> User:
    """The person with new values of their own columns, locked and changed together; of `custom_fields` those that are
    given. Values have been checked.

    A new agent joins the default group; who is an agent no more leaves all groups, and the apps above hear of it.
    Raises `Invalid` for an owner who would be no admin any more, for a partner's person, and for a light agent's
    mark that their custom role contradicts."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_changeable(user)
    was_agent = user.is_agent
    if user.is_owner and (columns.get("role", Role.ADMIN) != Role.ADMIN or columns.get("is_suspended")):
        raise Invalid.field("role", _("Role: the owner stays an admin. Choose another owner first."))
    was_verified, was_admin = user.is_verified, user.is_admin
    if (columns.get("role", user.role) != Role.END_USER) != was_agent:  # what narrowed the one side widens the other
        fresh = {"ticket_restriction": TicketRestriction.ALL, "only_private_comments": False, "custom_role": None}
        columns = {**fresh, **columns}
    columns = fields.put(user, _with_role_kept_whole(user, columns))
    changes = record.differences(user, columns)
    answerable = {name: change for name, change in changes.items() if name in ANSWERABLE}
    for name, value in columns.items():
        setattr(user, name, value)
    user.updated_at = now
    user.save(update_fields=[*columns, "updated_at"])
    record.changed(Did.UPDATED, "user", user.pk, user.name, now=now, **answerable)
    if changes:
        outbox.publish("user.changed", user=user, changes=changes, now=now)
    if user.is_agent != was_agent:
        _change_sides(user, now)
    elif was_admin and not user.is_admin:
        outbox.publish("user.stopped_being_admin", user=user, now=now)
    if user.is_verified and not was_verified:
        join_by_domain(user, now)
    return user


@transaction.atomic
def delete_user(*, user: User, now: datetime) -> User:
    """The person without address, sign-in, tokens and groups. What they said stays. Raises `Invalid` for the owner."""
    user = update_user(user=user, now=now, role=Role.END_USER, email=None, is_verified=False, is_active=False)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    return user


@transaction.atomic
def erase_user(*, user: User, now: datetime) -> User:
    """What a deleted person was called, and all that was known of them, for good; what they said stays, under no name.

    The apps above hear of it. Again changes nothing. Raises `Invalid` for who is not deleted, and for a partner's
    person."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_changeable(user)
    if user.is_active:
        raise Invalid.field("base", _("%(name)s has to be deleted first.") % {"name": user.name})
    if user.name == ERASED:
        return user
    empty = dict.fromkeys(("phone", "alias", "details", "notes", "signature"), "")
    nothing: dict[str, Any] = {"tags": [], "custom_fields": {}, "external_id": None}
    left: dict[str, Any] = {**empty, **nothing, "name": ERASED, "updated_at": now}
    for name, value in left.items():
        setattr(user, name, value)
    user.save()
    record.changed(Did.UPDATED, "user", user.pk, user.name, now=now, erased=(False, True))
    outbox.publish("user.erased", user=user, now=now)
    return user


def _with_role_kept_whole(user: User, fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` with what follows from the role that `user` has with them: a custom role is for agents, and decides
    whether they are light agents. Who loses one without a word on that is a light agent no more."""
    if fields.get("role", user.role) != Role.AGENT:
        return {**fields, "custom_role": None}
    custom_role = fields.get("custom_role", user.custom_role)
    if custom_role is None:
        return {"only_private_comments": False, **fields} if user.custom_role_id else fields
    if fields.get("only_private_comments", custom_role.is_light) != custom_role.is_light:
        told = say("Only private comments: %(name)s decides that. Choose another role.") % {"name": custom_role.name}
        raise Invalid.field("only_private_comments", told)
    return {**fields, "only_private_comments": custom_role.is_light}


def _check_changeable(user: User) -> None:
    if user.is_placeholder:
        raise Invalid.field(
            "base",
            _("%(name)s is a person of %(partner_name)s, and changes there.")
            % {"name": user.name, "partner_name": user.partner_name},
        )


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
