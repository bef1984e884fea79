"""Whoever is in charge can ask who reads what and why; others learn nothing by asking."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from adjoin.people import actions as people
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast

EXPLAIN = "/api/adjoin/v1/access/explain"


def signed_in(cast: Cast, name: str) -> Client:
    client = Client(HTTP_HOST=HOST)
    client.force_login(cast.users[name])
    return client


def explained(api: Caller, who: int, ticket: int) -> Any:
    return api.as_("ada").get(EXPLAIN, user_id=who, ticket_id=ticket).json()


def test_an_explanation_names_the_rule_and_where_it_is_set(cast: Cast, api: Caller) -> None:
    ticket = cast.ticket()
    ana, ben = cast.users["ana"].pk, cast.users["ben"].pk
    told = explained(api, ana, ticket.pk)
    assert told["readable"] is True
    assert told["grants"] == [
        {
            "rule": "agent_all",
            "sentence": "Their role reads all tickets.",
            "set_at": f"http://{HOST}/admin/team/{ana}/",
        }
    ]
    told = explained(api, ben, ticket.pk)
    assert told["readable"] is False
    assert [one["rule"] for one in told["walls"]] == ["brand"]
    assert told["walls"][0]["set_at"] == f"http://{HOST}/admin/team/{ben}/"


def test_only_admins_ask_about_others_and_learn_nothing_of_what_is_not_there(cast: Cast, api: Caller) -> None:
    ticket = cast.ticket()
    of_ben = {"user_id": cast.users["ben"].pk, "ticket_id": ticket.pk}
    assert api.as_("ana").get(EXPLAIN, **of_ben).status_code == 403
    assert api.as_("cyd").get(EXPLAIN, **of_ben).status_code == 403
    assert api.get(EXPLAIN, **of_ben).status_code == 401
    assert api.as_("ada").get(EXPLAIN, **{**of_ben, "ticket_id": 987_654_321}).status_code == 404
    assert api.as_("ada").get(EXPLAIN, user_id="ben", ticket_id=ticket.pk).status_code == 400


def test_the_access_card_counts_for_agents_and_names_for_admins(cast: Cast, api: Caller) -> None:
    ticket = cast.ticket()
    path = f"/api/adjoin/v1/tickets/{ticket.pk}/access"
    told = api.as_("ada").get(path).json()
    assert told["sentence"] == f"{told['count']} people can read this."
    names = {one["name"]: [rule["rule"] for rule in one["grants"]] for one in told["people"]}
    assert names["Cyd Example"] == ["requester"]
    assert names["Ada Example"] == ["admin"]
    assert "Ben Example" not in names
    assert [one["name"] for one in told["kept_out"]] == ["Ben Example"]
    assert sum(one["people"] for one in told["rules"]) == told["count"]
    for_agents = api.as_("ana").get(path).json()
    assert for_agents["count"] == told["count"]
    assert "people" not in for_agents
    assert api.as_("ben").get(path).status_code == 404
    assert api.as_("cyd").get(path).status_code == 403


def test_the_pages_say_the_same(cast: Cast) -> None:
    ticket = cast.ticket(subject="A long story " * 20)
    ada, ana, ben = signed_in(cast, "ada"), signed_in(cast, "ana"), signed_in(cast, "ben")
    page = ada.get("/admin/access/", {"person": "ben@example.com", "ticket": f"#{ticket.pk}"}).content.decode()
    assert "Ben Example cannot read" in page
    assert "The ticket&#x27;s brand is none of their brands" in page
    assert f"/admin/team/{cast.users['ben'].pk}/" in page
    assert "can read 1 ticket" in ada.get("/admin/access/", {"person": "Cyd"}).content.decode()
    assert "Whom do you mean?" in ada.get("/admin/access/", {"person": "example"}).content.decode()
    assert "Nobody is called that" in ada.get("/admin/access/", {"person": "zzz"}).content.decode()
    assert "There is no ticket" in ada.get("/admin/access/", {"person": "Cyd", "ticket": "9" * 30}).content.decode()
    card = f"/agent/tickets/{ticket.pk}/access/"
    assert "Cyd Example" in ada.get(card).content.decode()
    assert "people can read this" in ana.get(f"{card}sentence/").content.decode()
    assert "Ben Example" not in ana.get(card).content.decode()
    assert (ben.get(card).status_code, ana.get("/admin/access/").status_code) == (404, 404)


def test_who_reads_a_ticket_takes_as_many_queries_for_three_people_as_for_thirty(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    from adjoin.access import readers

    ticket = cast.ticket()
    readers.of(ticket)
    for number in range(27):
        cast.add(f"agent{number}", role="agent", password=None)
    with django_assert_max_num_queries(14):
        assert len(readers.of(ticket).people) > 27


def test_organization_sharing_that_is_switched_off_is_said_to_have_been_the_reason(cast: Cast, api: Caller) -> None:
    cast.add("fay")
    for name in ("cyd", "fay"):
        cast.join(name, "Harbour Hotels")
    organization = people.update_organization(
        organization=cast.organizations["Harbour Hotels"], now=NOW, shared_tickets=True
    )
    ticket, fay = cast.ticket(organization_id=organization.pk), cast.users["fay"].pk
    told = explained(api, fay, ticket.pk)
    assert told["grants"][0]["set_at"] == f"http://{HOST}/admin/organizations/{organization.pk}/"
    people.update_organization(organization=organization, now=NOW, shared_tickets=False)
    assert explained(api, fay, ticket.pk) == {**told, "readable": False, "grants": [], "walls": []}


@pytest.mark.parametrize("command", [["explain", "acme", "ben@example.com"], ["explain", "acme", "nobody@example.com"]])
def test_the_command_speaks_the_same_words(
    cast: Cast, command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from adjoin.kernel.errors import NotFound
    from adjoin.project.commands import access

    ticket = cast.ticket()
    if "nobody" in command[-1]:
        with pytest.raises(NotFound, match=r"no person nobody@example\.com"):
            access.explain(command[-1], ticket.pk)
        return
    assert access.explain(command[-1], ticket.pk) == 1
    told = capsys.readouterr().out
    assert f"Ben Example cannot read ticket {ticket.pk}." in told
    assert "brand: The ticket's brand is none of their brands" in told
