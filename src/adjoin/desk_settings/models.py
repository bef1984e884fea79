from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NewAgentBrands(models.TextChoices):
    """The brands of somebody who becomes a team member."""

    ALL = "all", _("All brands")
    NONE = "none", _("No brand, until somebody chooses")


class UpgradedAgentBrands(models.TextChoices):
    """The brands of an end user who becomes an agent."""

    ALL = "all", _("All brands")
    NONE = "none", _("No brand, until somebody chooses")
    PREVIOUS = "previous", _("The brands they had when they were an agent before")


class LightAgentAccess(models.TextChoices):
    """Which tickets light agents and contributors read."""

    ALL = "", _("All tickets")
    GROUPS = "groups", _("Tickets of their groups")
    ORGANIZATION = "organization", _("Tickets of their organizations")


class DeskSettings(models.Model):
    """What an account has decided once for everybody: one row, which every account has."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    multiple_organizations = models.BooleanField(default=True)  # False: one organization a person
    new_agent_brands = models.CharField(max_length=10, choices=NewAgentBrands, default=NewAgentBrands.ALL)
    upgraded_agent_brands = models.CharField(
        max_length=10, choices=UpgradedAgentBrands, default=UpgradedAgentBrands.ALL
    )
    agents_see_own_customers = models.BooleanField(default=False)  # agents who are not in every brand
    agents_delete_tickets = models.BooleanField(default=False)
    end_users_make_tokens = models.BooleanField(default=False)  # API tokens, for themselves
    light_agent_access = models.CharField(max_length=12, choices=LightAgentAccess, default="", blank=True)
    # Whose requests are taken, in the words of `people.sender_lists`.
    allowlist = models.TextField(default="", db_default="", blank=True)
    blocklist = models.TextField(default="", db_default="", blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="desk_settings_one_row")]


class Edition(models.Model):
    """Which edition of a part of its settings an account has; see `editions`."""

    name = models.CharField(max_length=20, primary_key=True)
    stamp = models.UUIDField()
