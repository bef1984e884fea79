"""Whoever changes what others answer for leaves a row that nobody can change."""

from __future__ import annotations

import csv
import importlib
import inspect
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from adjoin.audit_log import sentences
from adjoin.audit_log.models import Entry
from adjoin.desk_settings import actions as desk_settings
from adjoin.kernel import record
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.record import Did
from adjoin.people import actions as people
from adjoin.people.models import GroupMembership, Membership
from adjoin.rules import actions as rules
from adjoin.sharing.agreements import actions as sharing
from adjoin.sharing.terms import Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import PASSWORD, Cast

Change = Callable[[Cast], Any]
STATUS = {"all": [{"field": "status", "operator": "is", "value": "new"}], "any": []}
TAG = [{"field": "set_tags", "value": "kettle"}]


def _membership(cast: Cast) -> Membership:
    return Membership.objects.get(user=cast.users["cyd"])


def _role(cast: Cast) -> Any:
    return people.create_role(name="Night shift", now=NOW)


def _trigger(cast: Cast) -> Any:
    return rules.create_trigger(actor=cast.actor("ada"), title="Tag", conditions=STATUS, actions=TAG, now=NOW)


def _agreement(cast: Cast) -> Any:
    return sharing.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), now=NOW)


CHANGES: list[tuple[str, str, Change]] = [
    ("create", "user", lambda cast: cast.add("new", "agent")),
    ("update", "user", lambda cast: people.update_user(user=cast.users["cyd"], now=NOW, role="agent")),
    ("update", "user", lambda cast: people.delete_user(user=cast.users["cyd"], now=NOW)),
    ("create", "organization", lambda cast: people.create_organization(name="Tents", now=NOW)),
    (
        "update",
        "organization",
        lambda cast: people.update_organization(
            organization=cast.organizations["Kettle Club"], now=NOW, shared_tickets=True
        ),
    ),
    (
        "destroy",
        "organization",
        lambda cast: people.delete_organization(organization=cast.organizations["Kettle Club"], now=NOW),
    ),
    ("create", "organization_membership", lambda cast: cast.join("eli", "Kettle Club")),
    (
        "destroy",
        "organization_membership",
        lambda cast: people.leave_organization(membership=_membership(cast), now=NOW),
    ),
    ("create", "group", lambda cast: people.create_group(name="Nights", now=NOW)),
    (
        "create",
        "group_membership",
        lambda cast: people.add_to_group(user=cast.users["ana"], group=cast.returns, now=NOW),
    ),
    (
        "destroy",
        "group_membership",
        lambda cast: people.leave_group(membership=GroupMembership.objects.filter(user=cast.users["ana"])[0], now=NOW),
    ),
    ("create", "custom_role", _role),
    ("update", "custom_role", lambda cast: people.update_role(role=_role(cast), now=NOW, name="Day shift")),
    ("destroy", "custom_role", lambda cast: people.delete_role(role=_role(cast), now=NOW)),
    ("create", "api_token", lambda cast: people.create_api_token(user=cast.users["ana"], name="t", now=NOW)),
    (
        "destroy",
        "api_token",
        lambda cast: people.revoke_api_token(
            token=people.create_api_token(user=cast.users["ana"], name="t", now=NOW)[0], now=NOW
        ),
    ),
    ("update", "account_settings", lambda cast: desk_settings.change(now=NOW, agents_see_own_customers=True)),
    ("create", "trigger", _trigger),
    (
        "update",
        "trigger",
        lambda cast: rules.switch_trigger(actor=cast.actor("ada"), trigger=_trigger(cast), is_active=False, now=NOW),
    ),
    ("create", "sharing_agreement", _agreement),
    (
        "update",
        "sharing_agreement",
        lambda cast: sharing.deactivate(actor=cast.actor("ada"), agreement_id=_agreement(cast).pk, now=NOW),
    ),
]


@pytest.mark.parametrize(
    ("action", "kind", "change"), CHANGES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_change_of_settings_leaves_a_row(cast: Cast, action: str, kind: str, change: Change) -> None:
    before = set(Entry.objects.values_list("pk", flat=True))
    with acting(Acting(user_id=cast.users["ada"].pk, name="Ada Example", address="192.0.2.1")):
        change(cast)
    row = Entry.objects.exclude(pk__in=before).filter(action=action, kind=kind).newest_first()[0]
    assert (row.actor_id, row.ip_address) == (cast.users["ada"].pk, "192.0.2.1")
    assert row.title
    assert sentences.sentence(row).startswith("Ada Example ")


# Actions that change nothing an admin answers for, or tell of it through another action.
NOT_TOLD = {
    "people.actions.users.find_or_create_end_user": "end users come by themselves",
    "people.actions.groups.make_default_group": "which of an agent's groups comes first opens nothing",
    "people.actions.fields.reorder_fields": "in which order fields are shown opens nothing",
    **dict.fromkeys(
        ("imports.actions.upload", "imports.actions.start", "imports.actions.undo"), "told when it is done"
    ),
    **dict.fromkeys(
        (
            f"sharing.shares.actions.{name}"
            for name in ("share", "unshare", "leave", "hold", "release", "take_over", "close_orphan")
        ),
        "an event of the ticket",
    ),
    "sharing.shares.actions.send_again": "sends what was decided before",
    "sharing.agreements.actions.try_now": "sends what was decided before",
    "sharing.shares.actions.fetch_again": "fetches what was decided before",
}
MODULES = (
    *(f"people.actions.{name}" for name in ("users", "organizations", "memberships", "groups", "roles", "tokens")),
    *(f"people.actions.{name}" for name in ("fields", "merges", "mapping")),
    *(f"rules.{name}" for name in ("writes", "categories", "macro_writes")),
    "saved_views.actions",
    *(
        f"{app}.actions"
        for app in ("desk_settings", "rules", "brands", "imports", "sharing.agreements", "sharing.shares")
    ),
)
TELLS = ("record.changed(", "tell(")


def test_no_action_of_the_settings_is_silent() -> None:
    """An action that neither tells itself nor calls one that does must say above why."""
    sources = {
        f"{name}.{function.__name__}": inspect.getsource(function)
        for name in MODULES
        for _, function in inspect.getmembers(importlib.import_module(f"adjoin.{name}"), inspect.isfunction)
        if function.__module__ == f"adjoin.{name}"
    }
    telling: set[str] = set()
    while True:  # who calls somebody who tells has told
        calls = (*TELLS, *(f"{name.rpartition('.')[2]}(" for name in telling))
        found = {
            name for name, source in sources.items() if any(f"{call}" in source.split(":\n", 1)[1] for call in calls)
        }
        if found <= telling:
            break
        telling |= found
    writers = {
        name
        for name, source in sources.items()
        if "now: datetime" in source.split(":\n", 1)[0] and not name.rpartition(".")[2].startswith("_")
    }
    assert writers - telling - set(NOT_TOLD) == set()


def test_what_stays_as_it_was_leaves_no_row(cast: Cast) -> None:
    desk_settings.change(now=NOW, agents_see_own_customers=False)
    assert not Entry.objects.filter(kind="account_settings").exists()


def test_a_change_that_is_undone_was_never_there(cast: Cast) -> None:
    before = Entry.objects.count()
    with transaction.atomic():
        people.create_group(name="Nights", now=NOW)
        transaction.set_rollback(True)
    assert Entry.objects.count() == before


def test_nobody_changes_or_deletes_a_row(cast: Cast) -> None:
    entry = Entry.objects.newest_first()[0]
    for change in (lambda: Entry.objects.filter(pk=entry.pk).update(actor_name="Nobody"), entry.delete):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            change()


def test_an_entry_reads_as_a_sentence(cast: Cast) -> None:
    with acting(Acting(user_id=1, name="Ada Reyes")):
        people.update_organization(organization=cast.organizations["Kettle Club"], now=NOW, shared_tickets=True)
    told = sentences.sentence(Entry.objects.filter(kind="organization", action="update").get())
    assert told == "Ada Reyes changed sharing of Kettle Club: members see their own → everybody reads"


def _browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": "acme.localhost"})
    client.force_login(cast.user(name))
    return client


def test_the_page_finds_by_who_kind_words_and_day_and_is_for_admins(cast: Cast) -> None:
    with acting(Acting(user_id=cast.users["ada"].pk, name="Ada Example")):
        people.create_group(name="Night watch", now=NOW)
        people.create_organization(name="Tent <b>Friends</b>", now=NOW + timedelta(days=2))
    ada = _browser(cast, "ada")

    def finds(**asked: str) -> tuple[bool, bool]:
        page = ada.get("/admin/audit-log/", asked).content.decode()
        return "Night watch" in page, "Tent &lt;b&gt;Friends" in page

    assert finds() == finds(who="ada") == (True, True)
    assert finds(who="ben") == (False, False)
    assert finds(kind="group") == finds(q="night") == finds(to=NOW.date().isoformat()) == (True, False)
    assert finds(**{"from": (NOW + timedelta(days=1)).date().isoformat()}) == (False, True)
    assert "Nothing fits" in ada.get("/admin/audit-log/?q=zebra").content.decode()
    for name in ("ana", "cyd"):
        assert _browser(cast, name).get("/admin/audit-log/").status_code == 404
        assert _browser(cast, name).get("/admin/audit-log/export.csv").status_code == 404


def test_pages_by_key_show_every_row_once(cast: Cast) -> None:
    for number in range(60):
        record.changed(Did.CREATED, "group", number, f"Row {number:02}", now=NOW)
    ada, seen, address = _browser(cast, "ada"), [], "?kind=group&q=Row"
    while address:
        page = ada.get(f"/admin/audit-log/{address}")
        seen += [entry.title for entry, *_ in page.context["rows"]]
        address = f"?{page.context['next']}" if page.context["next"] else ""
    assert seen == [f"Row {number:02}" for number in reversed(range(60))]


def test_the_export_has_what_the_page_finds_without_formulas(cast: Cast) -> None:
    people.create_organization(name="=HYPERLINK(1)", now=NOW)
    answer: Any = _browser(cast, "ada").get("/admin/audit-log/export.csv", {"kind": "organization"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert "'=HYPERLINK(1)" in [row["title"] for row in rows]
    assert Entry.objects.filter(action="exported", actor_id=cast.users["ada"].pk).exists()


def test_agents_who_sign_in_are_recorded_and_customers_are_not(cast: Cast) -> None:
    for name in ("ana", "cyd"):
        Client(headers={"host": "acme.localhost"}).post(
            "/accounts/login/", {"login": f"{name}@example.com", "password": PASSWORD}
        )
    assert [row.actor_name for row in Entry.objects.filter(action="login")] == ["Ana Example"]


def test_the_api_tells_it_as_zendesk_does(api: Caller, cast: Cast) -> None:
    ada = api.as_("ada")
    with acting(Acting(user_id=cast.users["ada"].pk, name="Ada Example", address="192.0.2.1")):
        people.create_group(name="Nights", now=NOW + timedelta(days=3))
    spans = {
        "filter[created_at]": [(NOW + timedelta(days=1)).isoformat(), (NOW + timedelta(days=9)).isoformat()],
        "filter[actor_id]": str(cast.users["ada"].pk),
        "filter[source_type]": "group",
    }
    (row,) = ada.get("/audit_logs", **spans).json()["audit_logs"]
    assert (row["action"], row["source_label"], row["ip_address"]) == ("create", "Nights", "192.0.2.1")
    assert ada.get(f"/audit_logs/{row['id']}").json()["audit_log"] == row
    assert ada.get("/audit_logs", **{"page[size]": "1"}).json()["meta"]["has_more"]
    assert ada.post("/audit_logs/export?filter[source_type]=group").status_code == 202
    assert api.as_("ana").get("/audit_logs").status_code == 403
