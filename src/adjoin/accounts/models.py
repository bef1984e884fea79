from __future__ import annotations

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Account(TenantMixin):
    """One help desk: its people, brands and tickets live alone in the PostgreSQL schema `schema_name`."""

    subdomain = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    plan = models.CharField(max_length=20, default="Enterprise Plus")
    created_at = models.DateTimeField()

    auto_create_schema = False  # `accounts.schema` does, much quicker
    auto_drop_schema = False

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A host name that leads to an account: its own, or one of its brands'."""
