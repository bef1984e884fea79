"""Making a brand the portal of some partners: what it takes, as one change, and how that is said before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.brands import actions as brands
from adjoin.brands.models import Admission, Brand
from adjoin.knowledge import shelving
from adjoin.knowledge.actions import segments, shelves
from adjoin.knowledge.terms import UserType
from adjoin.people import actions as people
from adjoin.people.models import Organization

if TYPE_CHECKING:
    from adjoin.access.actors import Actor
    from adjoin.knowledge.models import UserSegment


@dataclass(frozen=True)
class Partner:
    """One company: its mail domain, and the name of its organization."""

    domain: str
    name: str

    @classmethod
    def of_line(cls, domain: str, name: str) -> Partner:
        """Without a name it is the organization that has the domain already, else one called by it."""
        having = _having(domain)
        return cls(domain, name or (having[0].name if len(having) == 1 else domain))

    def organization(self) -> Organization | None:
        """Its organization, where there is one."""
        return Organization.objects.filter(name__iexact=self.name).first()

    def others(self) -> list[str]:
        """The names of other organizations that have the domain."""
        return [one.name for one in _having(self.domain) if one.name.lower() != self.name.lower()]


@dataclass(frozen=True)
class Plan:
    """What is to be done. Without `section` no section is made."""

    partners: tuple[Partner, ...]
    segment: str
    section: str
    shares: bool  # members read each other's requests


@transaction.atomic
def set_up(*, actor: Actor, brand: Brand, plan: Plan, now: datetime) -> None:
    """Do what the plan says. Again changes nothing more. Raises `Invalid`, `NotAllowed`."""
    organizations = [_organization(partner, plan, now) for partner in plan.partners]
    brands.change_brand(
        brand=brand,
        now=now,
        admission=Admission.RESTRICTED,
        allowlist=" ".join(partner.domain for partner in plan.partners),
        has_help_center=True,
        requires_sign_in=True,
        verifies_first=True,
    )
    segment = _segment(actor, plan.segment, [one.pk for one in organizations], now)
    segments.keep_help_center_for(actor=actor, brand=brand, segment=segment, now=now)
    if plan.section and not shelving.has_section(brand, plan.section):
        category = shelves.create_category(actor=actor, brand=brand, name=plan.section, now=now)
        shelves.create_section(actor=actor, category=category, name=plan.section, now=now)


def concerned(plan: Plan) -> list[int]:
    """The ids of everybody whose rights it could move."""
    found = [people.concerned(partner.organization(), [partner.domain]) for partner in plan.partners]
    return sorted({pk for ids in found for pk in ids})


def sentences(brand: Brand, plan: Plan) -> Iterator[str]:
    """What will be done, in plain words."""
    domains = ", ".join(partner.domain for partner in plan.partners)
    yield _("%(name)s asks everybody to sign in. Only addresses at %(domains)s register there.") % {
        "name": brand.name,
        "domains": domains,
    }
    for partner in plan.partners:
        verb = _("gets") if partner.organization() else _("is made, with")
        yield _("%(name)s %(verb)s the domain %(domain)s; people with confirmed addresses there belong to it.") % {
            "name": partner.name,
            "verb": verb,
            "domain": partner.domain,
        }
        for other in partner.others():
            told = _("%(domain)s is a domain of %(name)s, too. Who has an address there belongs to both.")
            yield told % {"domain": partner.domain, "name": other}
    if plan.shares:
        yield _("Members of each of these organizations read what the others ask.")
    yield _("The segment “%(segment)s” has these organizations, and the help center lets in nobody else.") % {
        "segment": plan.segment
    }
    if plan.section:
        yield _(
            "The help center has a section “%(section)s” for their articles. Keep each article for the segment."
        ) % {"section": plan.section}
    yield _("All of it can be taken back by hand, in Who gets in, Organizations and Segments.")


def _having(domain: str) -> list[Organization]:
    return list(Organization.objects.filter(domain_names__contains=[domain]).order_by("name"))


def _organization(partner: Partner, plan: Plan, now: datetime) -> Organization:
    found = partner.organization()
    if found is None:
        return people.create_organization(
            name=partner.name, domain_names=[partner.domain], shared_tickets=plan.shares, at_once=True, now=now
        )
    return people.update_organization(
        organization=found,
        domain_names=sorted({*found.domain_names, partner.domain}),
        shared_tickets=plan.shares or found.shared_tickets,
        at_once=True,
        now=now,
    )


def _segment(actor: Actor, name: str, organization_ids: list[int], now: datetime) -> UserSegment:
    found = next((row for row in shelving.segments() if row.name.lower() == name.lower()), None)
    if found is None:
        return segments.create_segment(
            actor=actor, name=name, user_type=UserType.SIGNED_IN, organization_ids=organization_ids, now=now
        )
    return segments.change_segment(actor=actor, segment=found, organization_ids=organization_ids, now=now)
