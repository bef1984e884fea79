"""Which people, organizations, groups and brands somebody may look up."""

from __future__ import annotations

import io
from typing import Any

import pytest

from adjoin.access import readable
from adjoin.testing.accounts import NOW
from adjoin.testing.desk import AGENTS, END_USERS, MEMBERS, NOBODY, SYSTEM, Desk
from adjoin.tickets import uploads

EVERYBODY = {*AGENTS, *END_USERS}
AT_WORK = set(AGENTS) - {"ula"}  # she is an end user now


def names(desk: Desk, rows: Any, known: dict[str, Any]) -> set[str]:
    found = set(rows.values_list("pk", flat=True))
    return {name for name, one in known.items() if one.pk in found}


@pytest.mark.parametrize(
    ("who", "people"),
    [
        (SYSTEM, EVERYBODY),
        ("ada", EVERYBODY),
        ("ana", EVERYBODY),
        ("zed", EVERYBODY),  # brands keep tickets apart, not people
        ("ora", AT_WORK | set(MEMBERS["Kettle Club"].split())),
        ("cyd", {"cyd"}),
        ("ula", {"ula"}),
        ("sue", set()),
        (NOBODY, set()),
    ],
)
def test_people(desk: Desk, who: str, people: set[str]) -> None:
    assert names(desk, readable.users(desk.actor(who)), desk.users) == people


@pytest.mark.parametrize(
    ("who", "organizations"),
    [
        (SYSTEM, set(MEMBERS)),
        ("ada", set(MEMBERS)),
        ("ana", set(MEMBERS)),
        ("ora", {"Kettle Club"}),
        ("jon", {"Kettle Club", "Shared Ltd"}),
        ("eli", set()),
        ("sue", set()),
        (NOBODY, set()),
    ],
)
def test_organizations(desk: Desk, who: str, organizations: set[str]) -> None:
    assert names(desk, readable.organizations(desk.actor(who)), desk.organizations) == organizations


@pytest.mark.parametrize(
    ("who", "groups"),
    [
        (SYSTEM, {"support", "returns", "hush", "vault"}),
        ("ada", {"support", "returns", "hush", "vault"}),
        ("ana", {"support", "returns", "hush"}),
        ("vic", {"support", "returns", "hush", "vault"}),
        ("ula", set()),
        ("cyd", set()),
        (NOBODY, set()),
    ],
)
def test_groups(desk: Desk, who: str, groups: set[str]) -> None:
    assert names(desk, readable.groups(desk.actor(who)), desk.groups) == groups


def test_deleted_groups_are_gone_from_the_list(desk: Desk) -> None:
    type(desk.groups["returns"]).objects.filter(pk=desk.groups["returns"].pk).update(is_deleted=True)
    for who in (SYSTEM, "ada", "ana"):
        assert "returns" not in names(desk, readable.groups(desk.actor(who)), desk.groups)


@pytest.mark.parametrize(
    ("who", "brands"),
    [
        (SYSTEM, {"home", "outdoor"}),
        ("ada", {"home", "outdoor"}),
        ("ben", {"outdoor"}),
        ("zed", set()),
        ("cyd", set()),
        ("ula", set()),
        (NOBODY, set()),
    ],
)
def test_brands(desk: Desk, who: str, brands: set[str]) -> None:
    assert names(desk, readable.brands(desk.actor(who)), desk.brands) == brands


def test_an_upload_that_is_not_sent_yet_is_its_senders_alone(desk: Desk) -> None:
    sent = uploads.receive(actor=desk.actor("cyd"), stream=io.BytesIO(b"kettle"), file_name="kettle.txt", now=NOW)
    for who in (*EVERYBODY, NOBODY):
        assert readable.attachments(desk.actor(who)).filter(upload=sent).exists() is (who == "cyd"), who
