"""The two sets of fields that are alike: those of people and those of organizations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from adjoin.access.permissions import Permission
from adjoin.people.models import OrganizationField, OwnField, UserField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Shelf:
    """One set of fields: its model, who changes them, and how its pages are called and found."""

    model: type[OwnField]
    permission: Permission
    section: str  # also the namespace of its addresses
    heading: StrOrPromise
    lead: StrOrPromise
    holders: StrOrPromise  # whose page it is next to
    example: StrOrPromise

    def url(self, name: str, *args: Any) -> str:
        """The address of one of its pages."""
        return reverse(f"administration:{self.section}:{name}", args=args)


PEOPLE = Shelf(
    UserField,
    Permission.MANAGE_USER_FIELDS,
    "people",
    _("Fields of people"),
    _("What you want to know of everybody, besides their name and address."),
    _("End users"),
    _("A customer number, a language they speak, a date: add the first one."),
)
ORGANIZATIONS = Shelf(
    OrganizationField,
    Permission.MANAGE_ORGANIZATION_FIELDS,
    "organizations",
    _("Fields of organizations"),
    _("What you want to know of every organization, besides its name."),
    _("Organizations"),
    _("A contract number, a level of service, a date: add the first one."),
)
