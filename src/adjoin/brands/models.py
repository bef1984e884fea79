from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adjoin.accounts import addresses


class Admission(models.TextChoices):
    """From whom a brand takes requests, besides the people who have been added to the desk."""

    OPEN = "open", _("Anybody")
    RESTRICTED = "restricted", _("Only whom the lists name")
    CLOSED = "closed", _("Nobody: people are added")


def subdomain_of(host: str) -> str:
    """The name that `host` has under our domain; itself when it is elsewhere."""
    return host.removesuffix(f".{settings.ADJOIN_DOMAIN}")


class BrandQuerySet(models.QuerySet["Brand"]):
    def at_host(self, host: str) -> Self:
        """The brand that answers at `host` (at most one)."""
        return self.called(host, subdomain_of(host))

    def called(self, host: str, subdomain: str) -> Self:
        """The one at a host of its own, or at that name under ours."""
        return self.filter(Q(host_mapping=host) | Q(subdomain=subdomain), is_active=True)


class Brand(models.Model):
    """One face the account shows the world, and a department space: agents see the tickets of their brands."""

    name = models.CharField(max_length=200)
    subdomain = models.CharField(max_length=63, unique=True)
    host_mapping = models.CharField(max_length=255, null=True, unique=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    has_help_center = models.BooleanField(default=True)
    # The help center shows strangers nothing but the way in.
    requires_sign_in = models.BooleanField(default=False, db_default=False)
    admission = models.CharField(
        max_length=10, choices=Admission, default=Admission.CLOSED, db_default=Admission.CLOSED
    )
    # For whom a restricted one is, in the words of `people.sender_lists`; empty: whom the account's lists name.
    allowlist = models.TextField(default="", db_default="", blank=True)
    # Requests of strangers wait until their address is confirmed.
    verifies_first = models.BooleanField(default=True, db_default=True)
    colour = models.CharField(max_length=7, default="#0b7a75")
    locale = models.CharField(max_length=12, default="en", db_default="en")  # spoken to whoever asks for no language
    tagline = models.CharField(max_length=200, default="", blank=True)
    signature_template = models.TextField(default="{{agent.signature}}")
    # What its mails say above and below their words, with placeholders; empty: its name.
    mail_header = models.TextField(default="", db_default="", blank=True)
    mail_footer = models.TextField(default="", db_default="", blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = BrandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="brand_one_default"),
            models.CheckConstraint(condition=Q(colour__regex=r"^#[0-9a-f]{6}$"), name="brand_colour_is_hex"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        return self.host_mapping or addresses.host_of(self.subdomain)

    @property
    def url(self) -> str:
        return addresses.url_of(self.host)

    @property
    def support_address(self) -> str:
        return f"support@{addresses.host_of(self.subdomain)}"  # mail for its own host name goes where they say


class BrandMembership(models.Model):
    """One agent in one brand. Admins are in every brand without one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="memberships")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "brand"], name="brand_membership_once")]


class PreviousBrand(models.Model):
    """A brand that somebody worked for until they stopped being an agent. See `UpgradedAgentBrands.PREVIOUS`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "brand"], name="previous_brand_once")]
