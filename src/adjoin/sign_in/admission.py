"""Who somebody is here, on the word of a provider.

A provider is believed in what an admin lets it say, and never makes anybody an admin. An address it does not vouch for
opens nothing; an admin's own entry is connected by the admin alone, on their security page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from adjoin.kernel.errors import DeskError, Invalid
from adjoin.kernel.wording import say
from adjoin.people import actions, domains, fields, sender_lists
from adjoin.people.models import Organization, User
from adjoin.people.terms import Role
from adjoin.sign_in import own_fields, reasons
from adjoin.sign_in.models import Provider, ProviderIdentity
from adjoin.sign_in.terms import Kind, OrganizationReach, RoleLimit
from adjoin.sign_in.vouched import Vouched

ANY_DOMAIN = "*"
log = structlog.get_logger("adjoin.sign_in")


class Refused(DeskError):
    """The provider's word is not enough. People read the same words whatever the reason, which is logged.

    Only what is wrong with an answer itself, and says nothing of anybody here, is told in `words` of its own."""

    code = "Forbidden"
    status = 403

    def __init__(self, reason: str, *, provider: Provider | None = None, words: str = "", email: str = "") -> None:
        self.reason, self.provider, self.email = reason, provider, email
        self.why = words or reasons.told(reason)  # for admins
        log.warning("sign_in_refused", reason=reason, provider_id=provider.pk if provider else None)
        super().__init__(
            words
            or say("You could not be signed in this way. Sign in another way, or ask the people of this help desk.")
        )


@transaction.atomic
def admit(provider: Provider, vouched: Vouched, now: datetime) -> User:
    """The person meant, found or made, with what the provider may say of them. Raises `Refused`."""
    try:
        return _admitted(provider, vouched, now)
    except Refused as error:
        error.email = vouched.email
        raise


def _admitted(provider: Provider, vouched: Vouched, now: datetime) -> User:
    user = _known(provider, vouched) or _matched(provider, vouched) or _made(provider, vouched, now)
    if not user.is_active or user.is_suspended or user.is_placeholder:
        raise Refused("barred", provider=provider)
    if not (provider.for_team if user.is_agent else provider.for_end_users):
        raise Refused("not for this side", provider=provider)
    _note(provider, vouched, user, now)
    return _described(provider, vouched, user, now)


@transaction.atomic
def connect(provider: Provider, vouched: Vouched, user: User, now: datetime) -> None:
    """Have the provider sign in somebody who is signed in now and asked for it. Raises `Refused`."""
    others = provider.identities.filter(subject=vouched.subject).exclude(user=user)
    if others.exists() or not (provider.for_team if user.is_agent else provider.for_end_users):
        raise Refused("is somebody else", provider=provider, email=vouched.email)
    provider.identities.filter(user=user).delete()
    _note(provider, vouched, user, now)


def is_vouched_for(provider: Provider, vouched: Vouched) -> bool:
    """Whether the address is theirs as far as we believe this provider."""
    if not vouched.email:
        return False
    speaks_for = ANY_DOMAIN in provider.domains or domains.of_address(vouched.email) in provider.domains
    if provider.domains and not speaks_for:
        return False
    return vouched.is_verified or (provider.trusts_addresses and speaks_for)


def _known(provider: Provider, vouched: Vouched) -> User | None:
    """Who came as this before. A mere address is forgotten once it has moved on to somebody else."""
    identity = provider.identities.select_related("user").filter(subject=vouched.subject).first()
    if identity is not None and vouched.subject.lower() == vouched.email != identity.user.email:
        identity.delete()
        return None
    return identity.user if identity else None


def _matched(provider: Provider, vouched: Vouched) -> User | None:
    """Somebody we know already, by their external id or their address. Raises `Refused` for who is not to be had so."""
    if not is_vouched_for(provider, vouched):
        raise Refused("address not vouched for", provider=provider)
    user = _by_external_id(provider, vouched) or User.objects.with_email(vouched.email).first()
    if user is None:
        return None
    if user.is_admin or user.is_owner:
        raise Refused("an admin connects it themselves", provider=provider)
    if user.is_agent and domains.of_address(user.email) not in provider.domains:
        raise Refused("does not speak for the team", provider=provider)
    if provider.identities.filter(user=user).exists():
        raise Refused("somebody else there had this address", provider=provider)
    return user


def _by_external_id(provider: Provider, vouched: Vouched) -> User | None:
    """One's own site knows its customers by an id of its own, which outlives their addresses."""
    if provider.kind != Kind.JWT or not vouched.external_id:
        return None
    found: User | None = User.objects.active().filter(external_id=vouched.external_id, role=Role.END_USER).first()
    return found


def _made(provider: Provider, vouched: Vouched, now: datetime) -> User:
    role = _role(provider, vouched) or Role.END_USER
    if not provider.makes_people:
        raise Refused("nobody here", provider=provider)
    if not (provider.for_team if role == Role.AGENT else provider.for_end_users):
        raise Refused("not for this side", provider=provider)
    if sender_lists.of_account().bars(vouched.email):
        raise Refused("blocklisted", provider=provider)
    name = vouched.name or vouched.email.partition("@")[0]
    try:
        return actions.create_user(name=name, email=vouched.email, role=role, is_verified=True, now=now)
    except Invalid as error:
        raise Refused(str(error), provider=provider) from error


def _role(provider: Provider, vouched: Vouched) -> str | None:
    """What the provider makes of them, never above its limit; None where it does not say."""
    if vouched.role not in Role.values or provider.role_limit == RoleLimit.END_USER:
        return None
    if vouched.role == Role.END_USER:
        return Role.END_USER
    return Role.AGENT if provider.for_team and domains.of_address(vouched.email) in provider.domains else None


def _note(provider: Provider, vouched: Vouched, user: User, now: datetime) -> None:
    row, is_new = ProviderIdentity.objects.get_or_create(
        provider=provider,
        subject=vouched.subject,
        defaults={"user": user, "created_at": now, "last_used_at": now},
    )
    if not is_new:
        ProviderIdentity.objects.filter(pk=row.pk).update(last_used_at=now)


def _described(provider: Provider, vouched: Vouched, user: User, now: datetime) -> User:
    """The person with what the provider says of them now."""
    said: dict[str, Any] = {"name": vouched.name, "phone": vouched.phone, "external_id": vouched.external_id}
    if not user.is_admin and is_vouched_for(provider, vouched):
        said["role"] = _role(provider, vouched)
        if not user.is_agent and not User.objects.with_email(vouched.email).exclude(pk=user.pk).exists():
            said |= {"email": vouched.email, "is_verified": True}
    if vouched.locale and len(vouched.locale) <= 10:
        said["locale"] = vouched.locale
    said = {name: value for name, value in said.items() if value and value != getattr(user, name)}
    if _is_taken(said, user):
        del said["external_id"]
    changed = said | _marked(provider, vouched, user)
    if changed:
        user = actions.update_user(user=user, now=now, **changed)
    _join(provider, vouched, user, now)
    return user


def _marked(provider: Provider, vouched: Vouched, user: User) -> dict[str, Any]:
    """Their tags and own fields, where they change. Tags that fields give stay with them, whatever the others are."""
    said: dict[str, Any] = {"custom_fields": {**user.custom_fields, **own_fields.said(provider, vouched)}}
    if provider.sets_tags and vouched.tags is not None:
        said["tags"] = sorted(set(vouched.tags))
    after = fields.put(user, dict(said))
    return said if any(value != getattr(user, name) for name, value in after.items()) else {}


def _is_taken(changed: dict[str, Any], user: User) -> bool:
    external_id = changed.get("external_id")
    return bool(external_id) and User.objects.filter(external_id=external_id).exclude(pk=user.pk).exists()


def _join(provider: Provider, vouched: Vouched, user: User, now: datetime) -> None:
    """Put them into the organizations it names, of those it may. None is made, and nobody is taken out of one."""
    if provider.organization_reach == OrganizationReach.NONE or user.is_admin:
        return
    named = [Q(external_id=one) for one in vouched.organization_ids]
    for meant in named or [Q(name__iexact=name) for name in vouched.organizations]:
        rows = Organization.objects.filter(meant).order_by("pk")
        if provider.organization_reach == OrganizationReach.CHOSEN:
            rows = rows.filter(pk__in=provider.organization_ids)
        organization = rows.first()
        if organization is not None and not user.memberships.filter(organization=organization).exists():
            try:
                actions.join_organization(user=user, organization=organization, now=now)
            except Invalid:
                log.warning("sign_in_organization_full", user_id=user.pk, organization_id=organization.pk)
