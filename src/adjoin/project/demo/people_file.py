"""What `demo.json` says: where the accounts are, and who can sign in to them, by password or by token.

The file is the only place of the tokens' secrets. The next one takes them over; lost ones are replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django_tenants.utils import tenant_context

from adjoin.accounts import current
from adjoin.accounts.models import Account
from adjoin.brands.models import Brand
from adjoin.kernel import ids
from adjoin.people import actions as people
from adjoin.people.models import ApiToken, User
from adjoin.project.demo.companies import COMPANIES, PASSWORD, Company, Person


def accounts(former: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The accounts, with tokens that work. `former` is the same of last time, by subdomain."""
    return [_account(company, former.get(company.subdomain) or {}) for company in COMPANIES]


def portals() -> dict[str, list[tuple[str, str]]]:
    """Name and address of every brand, by the account's subdomain."""
    found = {}
    for company in COMPANIES:
        with tenant_context(Account.objects.get(subdomain=company.subdomain)):
            brands = Brand.objects.filter(is_active=True).order_by("-is_default", "pk")
            found[company.subdomain] = [(brand.name, brand.url) for brand in brands]
    return found


def _account(company: Company, former: Mapping[str, Any]) -> dict[str, Any]:
    secrets = {user["email"]: user["api_token"] for user in former.get("users", ())}
    with tenant_context(Account.objects.get(subdomain=company.subdomain)):
        return {
            "subdomain": company.subdomain,
            "url": current.url(),
            "users": [_user(person, secrets.get(person.email, "")) for person in company.who_sign_in],
        }


def _user(person: Person, secret: str) -> dict[str, str]:
    user = User.objects.with_email(person.email).get()
    if not ApiToken.objects.filter(user=user, digest=ids.digest(secret), revoked_at=None).exists():
        _, secret = people.create_api_token(user=user, name="Demo", now=timezone.now())
    return {
        "role": str(user.role),
        "name": user.name,
        "email": person.email,
        "password": PASSWORD,
        "api_token": secret,
        "about": person.about,
    }
