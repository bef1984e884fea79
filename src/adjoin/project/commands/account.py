from __future__ import annotations

import argparse
import secrets

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready

HELP = "create or list the accounts (help desks) of this installation"


def add(parser: argparse.ArgumentParser) -> None:
    """`account create` and `account list`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="open an account, with its first admin")
    create.add_argument("subdomain", help="the account lives at SUBDOMAIN.<ADJOIN_DOMAIN>")
    create.add_argument("--name", required=True, help="what the account is called")
    create.add_argument("--admin-email", required=True)
    create.add_argument("--admin-name", required=True)
    create.add_argument("--admin-password", help="one is made up and printed when it is left out")
    actions.add_parser("list", help="print subdomain, name and address of each account")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Create or list."""
    with django_ready(environment):
        from adjoin.project import schemas

        schemas.migrate()
        return _create(arguments) if arguments.action == "create" else _list()


def _create(arguments: argparse.Namespace) -> int:
    from django.utils import timezone
    from django_tenants.utils import tenant_context

    from adjoin.accounts.actions import create_account
    from adjoin.people import actions as people
    from adjoin.people.terms import Role

    now = timezone.now()
    email = people.clean_email(arguments.admin_email)  # before anything exists that a bad address would leave half made
    password = arguments.admin_password or secrets.token_urlsafe(12)
    account = create_account(subdomain=arguments.subdomain, name=arguments.name, now=now)
    with tenant_context(account):
        people.create_user(name=arguments.admin_name, email=email, now=now, role=Role.ADMIN, password=password)
    print(f"{account.name} is at {_address(account.subdomain)}")
    print(f"Sign in as {email}" + ("" if arguments.admin_password else f" with the password {password}"))
    return 0


def _list() -> int:
    from adjoin.accounts.models import Account

    for account in Account.objects.order_by("subdomain"):
        print(f"{account.subdomain}\t{account.name}\t{_address(account.subdomain)}")
    return 0


def _address(subdomain: str) -> str:
    from adjoin.accounts import addresses

    return addresses.url_of(addresses.host_of(subdomain))
