from __future__ import annotations

import argparse

from adjoin.project.env import Environment
from adjoin.project.ready import django_ready

HELP = "say why somebody can or cannot read a ticket"


def add(parser: argparse.ArgumentParser) -> None:
    """`access explain`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    explain = actions.add_parser("explain", help="name the rules that let somebody in or keep them out")
    explain.add_argument("account", help="the account's subdomain")
    explain.add_argument("user", help="an id or an address")
    explain.add_argument("ticket", type=int, help="the ticket's number")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """0 where the person can read the ticket, 1 where they cannot."""
    with django_ready(environment):
        from django_tenants.utils import tenant_context

        from adjoin.accounts.models import Account
        from adjoin.kernel.errors import NotFound

        account = Account.objects.filter(subdomain=arguments.account).first()
        if account is None:
            raise NotFound(f"There is no account {arguments.account}")
        with tenant_context(account):
            return explain(arguments.user, arguments.ticket)


def explain(who: str, ticket_id: int) -> int:
    """Print what lets a person, by id or address, read a ticket of the account in use, or what keeps them out.

    Returns the exit code. Raises `NotFound` for a person or a ticket there is not."""
    from adjoin.access import actors, readable
    from adjoin.access import explain as explaining
    from adjoin.kernel.errors import NotFound
    from adjoin.people.models import User

    rows = User.objects.filter(pk=int(who)) if who.isdecimal() else User.objects.with_email(who)
    user = rows.first()
    if user is None or not readable.facts(ticket_id):
        raise NotFound(f"There is no {'ticket ' + str(ticket_id) if user else 'person ' + who}")
    told = explaining.ticket(actors.load(user.pk), ticket_id)
    print(f"{user.name} {'can' if told.is_readable else 'cannot'} read ticket {ticket_id}.")
    for one in told.opened_by or told.closed_by:
        print(f"  {one.rule}: {one.sentence}")
        for setting in one.set_at:
            print(f"    {setting.words}: {setting.path}")
    if not told.opened_by and not told.closed_by:
        print("  Nothing lets them in.")
    return 0 if told.is_readable else 1
