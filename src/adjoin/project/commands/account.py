from __future__ import annotations

import argparse
import secrets

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready

HELP = "create, rename or list the accounts (help desks) of this installation"


def add(parser: argparse.ArgumentParser) -> None:
    """`account create`, `account rename` and `account list`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="open an account, with its first admin")
    create.add_argument("subdomain", help="the account lives at SUBDOMAIN.<ADJOIN_DOMAIN>")
    create.add_argument("--name", required=True, help="what the account is called")
    create.add_argument("--admin-email", required=True)
    create.add_argument("--admin-name", required=True)
    create.add_argument("--admin-password", help="one is made up and printed when it is left out")
    create.add_argument("--language", default="en", help="what its rules, views and macros are named in, such as fr")
    rename = actions.add_parser("rename", help="move an account to another subdomain; the old one goes on answering")
    rename.add_argument("subdomain", help="where it lives now")
    rename.add_argument("new_subdomain", metavar="NEW", help="where it shall live")
    actions.add_parser("list", help="print subdomain, name and address of each account")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Create, rename or list."""
    with django_ready(environment):
        from adjoin.project import schemas

        schemas.migrate()
        return {"create": _create, "rename": _rename, "list": _list}[arguments.action](arguments)


def _create(arguments: argparse.Namespace) -> int:
    from django.utils import timezone
    from django_tenants.utils import tenant_context

    from adjoin.accounts.actions import create_account
    from adjoin.kernel import languages
    from adjoin.kernel.errors import Invalid
    from adjoin.people import actions as people
    from adjoin.people.terms import Role

    now = timezone.now()
    email = people.clean_email(arguments.admin_email)  # before anything exists that a bad address would leave half made
    password = arguments.admin_password or secrets.token_urlsafe(12)
    if not (language := languages.of_locale(arguments.language)):
        spoken = ", ".join(one.code for one in languages.offered())
        raise Invalid.field("language", f"There are no words in {arguments.language!r}. There are some in {spoken}.")
    account = create_account(subdomain=arguments.subdomain, name=arguments.name, now=now, language=language)
    with tenant_context(account):
        people.create_user(name=arguments.admin_name, email=email, now=now, role=Role.ADMIN, password=password)
    print(f"{account.name} is at {_address(account.subdomain)}")
    print(f"Sign in as {email}" + ("" if arguments.admin_password else f" with the password {password}"))
    return 0


def _rename(arguments: argparse.Namespace) -> int:
    """The account at its new host; partners hear of it, and agreements live on."""
    from django.db import transaction
    from django.utils import timezone
    from django_tenants.utils import tenant_context

    from adjoin.accounts import actions, addresses
    from adjoin.accounts.models import Account
    from adjoin.brands import actions as brands
    from adjoin.kernel.errors import Invalid
    from adjoin.sharing.agreements import moves

    account = Account.objects.filter(subdomain=arguments.subdomain).first()
    if account is None:
        raise Invalid.field("subdomain", f"There is no account {arguments.subdomain!r}. See `adjoin account list`.")
    with transaction.atomic():
        actions.rename_account(account, arguments.new_subdomain)
        with tenant_context(account):
            brands.follow_account(now=timezone.now())
    with tenant_context(account):
        told = moves.announce(timezone.now())
    print(f"{account.name} is at {_address(account.subdomain)}. {told} partners are told.")
    print(f"{addresses.host_of(arguments.subdomain)} goes on answering: keep its name pointed here.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from adjoin.accounts.models import Account

    for account in Account.objects.order_by("subdomain"):
        print(f"{account.subdomain}\t{account.name}\t{_address(account.subdomain)}")
    return 0


def _address(subdomain: str) -> str:
    from adjoin.accounts import addresses

    return addresses.url_of(addresses.host_of(subdomain))
