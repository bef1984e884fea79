"""Every change to organizations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.kernel import record, text
from adjoin.kernel.errors import Invalid
from adjoin.kernel.record import Did
from adjoin.people.actions.memberships import leave_organization
from adjoin.people.models import Membership, Organization


@transaction.atomic
def update_organization(*, organization: Organization, now: datetime, **fields: Any) -> Organization:
    """The organization with new values of its columns. Raises `Invalid`."""
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if "name" in fields:
        fields["name"] = _organization_name(fields["name"], but=organization)
    if "domain_names" in fields:
        fields["domain_names"] = _domains(fields["domain_names"])
    changes = record.differences(organization, fields)
    for name, value in fields.items():
        setattr(organization, name, value)
    if organization.shared_comments and not organization.shared_tickets:
        raise Invalid.field("shared_comments", "Shared comments: only tickets that are shared can be commented on")
    organization.updated_at = now
    organization.save(update_fields=[*fields, "updated_at"])
    record.changed(Did.UPDATED, "organization", organization.pk, organization.name, now=now, **changes)
    return organization


@transaction.atomic
def delete_organization(*, organization: Organization, now: datetime) -> None:
    """Remove an organization: its members leave it first, so that their tickets know."""
    for membership in Membership.objects.filter(organization=organization).order_by("pk"):
        leave_organization(membership=membership, now=now)
    organization_id, name = organization.pk, organization.name
    organization.delete()
    record.changed(Did.DELETED, "organization", organization_id, name, now=now)


@transaction.atomic
def create_organization(*, name: str, now: datetime, domain_names: Iterable[str] = (), **more: object) -> Organization:
    """A new organization. Raises `Invalid` when the name is empty, has a `|`, or is taken."""
    shown, domains = _organization_name(name), _domains(domain_names)
    if more.get("shared_comments") and not more.get("shared_tickets"):
        raise Invalid.field("shared_comments", "Shared comments: only tickets that are shared can be commented on")
    row = Organization.objects.create(name=shown, domain_names=domains, created_at=now, updated_at=now, **more)
    record.changed(Did.CREATED, "organization", row.pk, row.name, now=now, name=(None, row.name))
    return row


def _organization_name(name: str, *, but: Organization | None = None) -> str:
    name = text.one_line(name)[:255]
    if not name or "|" in name:
        raise Invalid.field("name", "Name: cannot be blank or contain |", "BlankValue" if not name else "InvalidValue")
    if Organization.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise Invalid.field("name", f"Name: {name} has already been taken", "DuplicateValue")
    return name


def _domains(names: Iterable[str]) -> list[str]:
    return sorted({text.one_line(name).lower()[:255] for name in names if name.strip()})
