"""Every check of a permission keeps somebody from something: each is taken away in turn, and what it kept is then done.

People without rights ask for every address. Where a check says no, the same is asked again as if that check were not
there: it no longer says no, and where another one stands behind it, that one is taken away next. What the run saw is
a table in `docs/access.md`. `CHECKS=all` asks for every address, and with `WRITE_DOCS=1` writes the table anew; the
usual run asks for some of them, and sees that the table names every check there is."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client

from adjoin.access.tests.test_tables import page
from adjoin.brands import actions as brand_actions
from adjoin.people import actions as people
from adjoin.people.terms import Role
from adjoin.testing import addresses, checks
from adjoin.testing.accounts import NOW
from adjoin.testing.checks import Check
from adjoin.testing.desk import Desk

BEGINNING, END = "<!-- checks: begin -->\n", "<!-- checks: end -->\n"
DEPTH = 4  # checks one behind another
IS_WHOLE = os.environ.get("CHECKS") == "all"  # else one address of some is asked for, and each in particular
ONE_OF = 40
REFUSED_NOBODY = "these requests do not come so far"
ELSEWHERE = ("/hc/", "/metrics", "/healthz", "/readyz", "/access/")  # where nobody needs a right to come


@dataclass(frozen=True)
class Asked:
    """One request: who, how, where, with what."""

    who: str
    method: str
    path: str
    data: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {re.sub(r'[0-9]+', 'n', self.path)}"


@dataclass
class Sweep:
    """What was refused to whom: for each check the first request it refused, and what stood before it there."""

    desk: Desk
    found: dict[Check, tuple[Asked, frozenset[Check]]] = field(default_factory=dict)

    def ask(self, asked: Asked) -> None:
        """Ask, and again without each check that said no, as deep as they stand one behind another."""
        waiting = deque([frozenset[Check]()])
        while waiting:
            opened = waiting.popleft()
            for check in dict.fromkeys(self._refused(asked, opened)):
                if check not in self.found and len(opened) < DEPTH:
                    self.found[check] = asked, opened
                    waiting.append(opened | {check})

    def _refused(self, asked: Asked, opened: frozenset[Check]) -> list[Check]:
        """The checks that say no to it, where those `opened` do not."""
        client = Client(raise_request_exception=False)  # a new one: some addresses sign people out
        client.cookies = deepcopy(self.desk.browsers[asked.who].cookies)
        how: dict[str, Any] = {"headers": {"host": self.desk.brands["home"].host}}
        if asked.method != "GET" and asked.path.startswith("/api/"):
            how["content_type"] = "application/json"
        with checks.watched(opened) as watch, transaction.atomic():
            answer = getattr(client, asked.method.lower())(asked.path, dict(asked.data), **how)
            if answer.streaming:
                answer.getvalue()  # which closes the file
            transaction.set_rollback(True)
        assert opened.isdisjoint(watch.refused)
        return watch.refused


def everywhere(desk: Desk) -> Iterator[Asked]:
    """Every address of the API and the workspace, as an agent whose role gives nothing; pages as an end user too."""
    for route in addresses.routes():
        *_, path = addresses.paths(desk, route)  # the last is of a ticket that everybody here who is an agent reads
        if path.startswith("/api/"):
            yield from (Asked("nil", method, path) for method in ("GET", "POST", "PUT", "DELETE"))
        elif not path.startswith(ELSEWHERE):
            yield from (Asked("nil", method, path) for method in ("GET", "POST"))
            yield from (Asked("gil", method, path) for method in ("GET", "POST"))


def in_particular(desk: Desk) -> Iterator[Asked]:
    """What is refused only when something certain is asked for."""
    home, cyd, nil = (one.pk for one in (desk.tickets["home"], desk.users["cyd"], desk.users["nil"]))
    organization = desk.organizations["Kettle Club"].pk
    ticket, api = f"/api/v2/tickets/{home}", "/api/v2"

    def said(who: str, method: str, path: str, key: str = "", /, **fields: Any) -> Asked:
        return Asked(who, method, path, ((key, fields),) if key else tuple(fields.items()))

    yield said("nil", "PUT", ticket, "ticket", priority="high")
    yield said("nil", "PUT", ticket, "ticket", tags=["new"])
    yield said("nil", "PUT", ticket, "ticket", comment={"body": "Hello", "public": True})
    yield said("nil", "DELETE", ticket)
    yield said("eli", "PUT", f"{api}/requests/{home}", "request", solved=True)
    yield said("hal", "PUT", f"{api}/requests/{home}", "request", comment={"body": "Hello"})
    yield said("eli", "GET", f"/hc/en/requests/{home}/")
    yield said("hal", "GET", f"/hc/en/requests/{home}/")
    yield said("gil", "POST", f"{api}/tickets", "ticket", subject="New", comment={"body": "Hello"})
    yield said("nil", "POST", f"{api}/tickets", "ticket", requester={"name": "Somebody", "email": "new@example.com"})
    for path in (
        f"/agent/tickets/{home}/",
        f"/agent/tickets/{home}/merge/",
        "/agent/views/",
        "/agent/tickets/new/",
        f"/agent/tickets/{home}/update/",
    ):
        yield from (said(who, method, path) for who in ("nil", "gil") for method in ("GET", "POST"))
    yield said("nil", "POST", f"/agent/tickets/{home}/update/", priority="high")
    yield said("nil", "POST", f"{api}/tickets/{home}/merge", ids=[desk.tickets["shared"].pk])
    yield said("nil", "POST", f"{api}/users", "user", name="New", email="new@example.com")
    yield said("nil", "POST", f"{api}/users", "user", name="New", organization={"name": "Newer"})
    yield said("nil", "PUT", f"{api}/users/{cyd}", "user", name="Cy")
    yield said("nil", "PUT", f"{api}/users/{cyd}", "user", role="agent")
    yield said("nil", "PUT", f"{api}/users/{desk.users['ana'].pk}", "user", agent_brand_ids=[1])
    yield said("nil", "DELETE", f"{api}/users/{desk.users['ana'].pk}")
    yield said("nil", "POST", f"{api}/organizations", "organization", name="New")
    yield said("nil", "PUT", f"{api}/organizations/{organization}", "organization", notes="New")
    yield said("nil", "POST", f"{api}/organizations/{organization}/merge", "organization_merge", winner_id=1)
    yield said(
        "nil", "POST", f"{api}/organization_memberships", "organization_membership", user_id=cyd, view_tickets=True
    )
    yield said("nil", "POST", f"{api}/groups", "group", name="New")
    group_of_nil = {"user_id": nil, "group_id": desk.groups["support"].pk}
    yield said("nil", "POST", f"{api}/group_memberships", "group_membership", **group_of_nil)
    yield said("nil", "POST", f"{api}/group_memberships/create_many", group_memberships=[group_of_nil])
    yield said("nil", "POST", f"{api}/brands", "brand", name="New", subdomain="new")
    yield said("nil", "POST", f"{api}/custom_roles", "custom_role", name="New")
    yield said("nil", "POST", f"{api}/ticket_fields", "ticket_field", type="text", title="New")
    yield said("nil", "POST", f"{api}/ticket_forms", "ticket_form", name="New")
    yield said("nil", "PUT", f"{api}/brands/{desk.brands['home'].pk}", "brand", name="New")
    yield said("nil", "PUT", f"{api}/groups/{desk.groups['returns'].pk}", "group", name="New")
    yield said("nil", "POST", f"{api}/organization_fields", "organization_field", type="text", key="new", title="New")
    yield said("nil", "POST", f"{api}/sharing_agreements", "sharing_agreement", remote_subdomain="maker")
    lines: dict[str, Any] = {"conditions": {"all": [], "any": []}, "actions": [{"field": "priority", "value": "high"}]}
    yield said("nil", "POST", f"{api}/triggers", "trigger", title="New", **lines)
    yield said("nil", "POST", f"{api}/trigger_categories", "trigger_category", name="New")
    hours = [{"field": field, "operator": "is", "value": value} for field, value in (("NEW", "1"), ("status", "new"))]
    lines["conditions"]["all"] = hours
    yield said("nil", "POST", f"{api}/automations?dry_run=true", "automation", title="New", **lines)
    yield said("nil", "PUT", f"{api}/organizations/update_many", organizations=[{"id": organization, "name": "New"}])


def hire_nil(desk: Desk) -> None:
    """An agent who reads every ticket of Acme Home and may do nothing to it."""
    role = people.create_role(name="Nothing", configuration={"ticket_access": "all"}, now=NOW)
    nil = people.create_user(name="Nil", email="nil@example.com", role=Role.AGENT, custom_role=role, now=NOW)
    brand_actions.set_brands_of(user=nil, brands=list(desk.brands.values()), now=NOW)
    desk.users["nil"], desk.browsers["nil"] = nil, Client()
    desk.browsers["nil"].force_login(nil)


def test_every_check_keeps_somebody_from_something(desk: Desk) -> None:
    hire_nil(desk)
    sweep = Sweep(desk)
    for asked in [*in_particular(desk), *list(everywhere(desk))[:: 1 if IS_WHOLE else ONE_OF]]:
        sweep.ask(asked)
    if not IS_WHOLE:
        told = dict(re.findall(r"^\| (`.*?) \| (.*?) \|", page().read_text().split(BEGINNING)[1], re.MULTILINE))
        assert told.keys() == {str(check) for check in checks.every()}
        assert [str(check) for check in sweep.found if told[str(check)] == REFUSED_NOBODY] == []
        return
    rows = "".join(f"| {check} | {_told(sweep, check)} |\n" for check in sorted(checks.every()))
    whole = f"\n| check | who is refused by it | and by what before it |\n| --- | --- | --- |\n{rows}\n"
    before, rest = page().read_text().split(BEGINNING)
    written, after = rest.split(END)
    if os.environ.get("WRITE_DOCS"):
        page().write_text(f"{before}{BEGINNING}{whole}{END}{after}")
    else:
        assert written == whole


def _told(sweep: Sweep, check: Check) -> str:
    if check not in sweep.found:
        return f"{REFUSED_NOBODY} |"
    asked, opened = sweep.found[check]
    return f"{asked} | {', '.join(sorted(f'`{one.function}`' for one in opened))}"
