"""Every change to organizations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.kernel import outbox, record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people import domains, fields
from adjoin.people.actions import mapping
from adjoin.people.actions.memberships import leave_many
from adjoin.people.models import Membership, Organization

DOMAINS_MAX = 1000  # of one organization


@transaction.atomic
def create_organization(
    *, name: str, now: datetime, domain_names: Iterable[str] = (), at_once: bool = False, **more: Any
) -> Organization:
    """A new organization. People with a verified address at one of its domains belong to it: more than a hundred of
    them soon, unless it must be `at_once`.

    Raises `Invalid` when the name is empty, has a `|`, or is taken, and for what is no domain of a company."""
    shown, owned = _organization_name(name), clean_domains(domain_names)
    if more.get("shared_comments") and not more.get("shared_tickets"):
        raise _no_comments_alone()
    columns = fields.put(Organization(), more)
    row = Organization.objects.create(name=shown, domain_names=owned, created_at=now, updated_at=now, **columns)
    switches = ("shared_tickets", "shared_comments", "domain_names")
    told = {switch: (None, getattr(row, switch)) for switch in switches if getattr(row, switch)}
    record.changed(Did.CREATED, "organization", row.pk, row.name, now=now, name=(None, row.name), **told)
    mapping.add_people(row, owned, now, at_once=at_once)
    return row


@transaction.atomic
def update_organization(
    *, organization: Organization, now: datetime, at_once: bool = False, **columns: Any
) -> Organization:
    """The organization with new values of its columns; of `custom_fields` those that are given. Raises `Invalid`.

    A new domain brings the people who have verified addresses at it, more than a hundred of them soon unless it must
    be `at_once`; one taken away ends the memberships it made."""
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    owned, columns = set(organization.domain_names), fields.put(organization, columns)
    if "name" in columns:
        columns["name"] = _organization_name(columns["name"], but=organization)
    if "domain_names" in columns:
        columns["domain_names"] = clean_domains(columns["domain_names"], already=owned)
    changes = record.differences(organization, columns)
    for name, value in columns.items():
        setattr(organization, name, value)
    if organization.shared_comments and not organization.shared_tickets:
        raise _no_comments_alone()
    organization.updated_at = now
    organization.save(update_fields=[*columns, "updated_at"])
    record.changed(Did.UPDATED, "organization", organization.pk, organization.name, now=now, **changes)
    mapping.end_memberships(organization, owned - set(organization.domain_names), now)
    mapping.add_people(organization, set(organization.domain_names) - owned, now, at_once=at_once)
    return organization


def concerned(organization: Organization | None, domain_names: Iterable[str] = ()) -> list[int]:
    """The ids of whom a change of an organization (None: a new one) can move: its members, and those whom these
    domains would bring. Domains that cannot be are nobody's."""
    names = [name for name in domain_names if domains.is_known(name)]
    members = Membership.objects.filter(organization=organization) if organization else Membership.objects.none()
    coming = mapping.newcomers(organization, [domains.clean(name) for name in names]) if names else []
    return sorted({*members.values_list("user_id", flat=True), *(user.pk for user in coming)})


@transaction.atomic
def delete_organization(*, organization: Organization, now: datetime) -> None:
    """Remove an organization. Its members and tickets stay, and belong to it no more."""
    outbox.publish("organization.ending", organization_id=organization.pk, heir_id=None, now=now)
    leave_many(Membership.objects.filter(organization=organization), now=now)
    organization_id, name = organization.pk, organization.name
    Organization.objects.filter(pk=organization.pk).delete()
    record.changed(Did.DELETED, "organization", organization_id, name, now=now)


def clean_domains(names: Iterable[str], *, already: Iterable[str] = ()) -> list[str]:
    """Domains as an organization keeps them: sorted, each once. Those it has `already` stay as they are.

    Raises `Invalid` with every problem found."""
    kept: set[str] = set()
    problems: list[tuple[str, str]] = []
    for name in names:
        if not name.strip():
            continue
        if (known := text.one_line(name).lower()) in already:
            kept.add(known)
            continue
        try:
            kept.add(domains.clean(name))
        except Invalid as error:
            problems += error.details[domains.FIELD]
    if len(kept) > DOMAINS_MAX:
        problems.append(
            ("InvalidValue", say("Domain names: an organization has at most %(most)s domains") % {"most": DOMAINS_MAX})
        )
    if problems:
        raise Invalid({domains.FIELD: problems})
    return sorted(kept)


def _organization_name(name: str, *, but: Organization | None = None) -> str:
    name = text.one_line(name)[:255]
    if not name or "|" in name:
        raise Invalid.field(
            "name", _("Name: cannot be blank or contain |"), "BlankValue" if not name else "InvalidValue"
        )
    if Organization.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise Invalid.field("name", say("Name: %(name)s has already been taken") % {"name": name}, "DuplicateValue")
    return name


def _no_comments_alone() -> Invalid:
    told = say("Shared comments: only tickets that are shared can be commented on")
    return Invalid.field("shared_comments", told)
