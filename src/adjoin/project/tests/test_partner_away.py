"""Two desks, each on a machine of its own as far as they know. The partner's is dead for three days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from adjoin.adapters import postgres
from adjoin.testing.desk_process import Api, DeskProcess
from adjoin.testing.processes import wait_until

PASSWORD = "kettle-and-tent"
ARRIVES_SECONDS = 180  # half as long as it was away, and the two share one machine with whatever else runs
SAID_MEANWHILE = [f"Update number {number} while Maker was away." for number in range(1, 6)]

SILENCE = {
    "sharing_delivery": ("created_at", "next_attempt_at"),
    "sharing_sharingagreement": ("unanswered_since", "next_attempt_at", "last_contact_at"),
}


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeskProcess, DeskProcess]]:
    """Acme's desk and Maker's, running, each with its admin and nothing else."""
    homes = tmp_path_factory.mktemp("two")
    acme, maker = DeskProcess(homes / "acme"), DeskProcess(homes / "maker")
    try:
        acme.begin()
        maker.begin()
        with ThreadPoolExecutor(2) as both:
            list(both.map(_found, (acme, maker), ("acme", "maker")))
        yield acme, maker
    finally:
        acme.kill()
        maker.kill()


def _found(desk: DeskProcess, subdomain: str) -> None:
    desk.wait()
    desk.run(
        *("account", "create", subdomain, "--name", subdomain.capitalize(), "--admin-name", "Ada Lindqvist"),
        *("--admin-email", f"ada@{subdomain}.example", "--admin-password", PASSWORD),
    )


@pytest.mark.browser
@pytest.mark.slow
def test_while_maker_is_away_acme_sees_a_mark_and_afterwards_all_arrives_in_order(
    desks: tuple[DeskProcess, DeskProcess], browser: Browser
) -> None:
    acme, maker = desks
    ada, mira = _admin(acme, "acme"), _admin(maker, "maker")
    agreement = _agree(ada, mira, maker.url("maker", "/sharing"))
    ticket = ada.post("/tickets", _ticket("The kettle is dead.", subject="Dead kettle"))["ticket"]["id"]
    ada.put(f"/tickets/{ticket}", {"ticket": {"sharing_agreement_ids": [agreement]}})
    wait_until(lambda: _tickets(mira), within_seconds=ARRIVES_SECONDS)
    [copy] = _tickets(mira)

    maker.kill()
    for words in SAID_MEANWHILE:
        ada.put(f"/tickets/{ticket}", _ticket(words))
    late = ada.post("/tickets", _ticket("Another one.", subject="Filed meanwhile", sharing_agreement_ids=[agreement]))

    # Three days go by, and Acme's own desk dies and comes back: its agents notice nothing but a mark.
    wait_until(lambda: _agreement(ada, agreement)["waiting_since"], within_seconds=ARRIVES_SECONDS)
    _three_days_pass(acme)
    acme.kill()
    acme.start()
    since = datetime.fromisoformat(_agreement(ada, agreement)["waiting_since"])
    assert datetime.now(UTC) - since > timedelta(days=3)
    backlog = ada.get(f"/api/adjoin/v1/sharing_agreements/{agreement}/deliveries", state="waiting")["deliveries"]
    assert len(backlog) == len(SAID_MEANWHILE) + 1
    context = browser.new_context()
    page = context.new_page()
    page.goto(acme.url("acme", f"/agent/tickets/{ticket}/"))
    page.get_by_label("Email").fill("ada@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#ticket-head")).to_contain_text("Waiting for Maker")
    expect(page.locator("#conversation")).to_contain_text(SAID_MEANWHILE[-1])
    expect(page.locator("#sharing")).to_contain_text(re.compile(r"has not answered since"))

    # Maker is back: all of it arrives, in order, and the mark goes.
    maker.start()
    wait_until(lambda: len(_said(mira, copy)) == 6, within_seconds=ARRIVES_SECONDS)
    assert _said(mira, copy) == ["The kettle is dead.", *SAID_MEANWHILE]
    wait_until(lambda: len(_tickets(mira)) == 2, within_seconds=ARRIVES_SECONDS)
    assert late["ticket"]["subject"] in {one["subject"] for one in mira.get("/tickets")["tickets"]}
    wait_until(lambda: not _agreement(ada, agreement)["waiting_since"], within_seconds=ARRIVES_SECONDS)
    page.reload()
    expect(page.locator("#ticket-head")).to_contain_text("Shared with Maker")
    expect(page.locator("#ticket-head")).not_to_contain_text("Waiting")
    context.close()


def _three_days_pass(desk: DeskProcess) -> None:
    """Whatever the desk knows of its partner's silence happened three days earlier."""
    with psycopg.connect(postgres.Server(desk.home / "postgres").address) as connection:
        for table, columns in SILENCE.items():
            moved = ", ".join(f"{column} = {column} - interval '3 days'" for column in columns)
            connection.execute(f"UPDATE desk_acme.{table} SET {moved}")


def _admin(desk: DeskProcess, subdomain: str) -> Api:
    """The API as the desk's admin uses it: with a token, for passwords are slow to try, as they should be."""
    name = f"ada@{subdomain}.example"
    by_password = Api(desk.port, subdomain, name, PASSWORD)
    me = by_password.get("/users/me")["user"]["id"]
    token = by_password.post(f"/api/adjoin/v1/users/{me}/api_tokens", {"api_token": {"name": "Tests"}})
    return Api(desk.port, subdomain, f"{name}/token", token["api_token"]["token"])


def _agree(ada: Api, mira: Api, url: str) -> int:
    """The id of Acme's agreement with the desk at `url`, in force."""
    asked = {"remote_url": url, "name": "Maker", "comments": "public"}
    agreement = ada.post("/sharing_agreements", {"sharing_agreement": asked})["sharing_agreement"]["id"]
    wait_until(lambda: mira.get("/sharing_agreements")["sharing_agreements"], within_seconds=ARRIVES_SECONDS)
    [invitation] = mira.get("/sharing_agreements")["sharing_agreements"]
    mira.put(f"/sharing_agreements/{invitation['id']}", {"sharing_agreement": {"status": "accepted"}})
    wait_until(lambda: _agreement(ada, agreement)["status"] == "accepted", within_seconds=ARRIVES_SECONDS)
    return int(agreement)


def _agreement(api: Api, agreement_id: int) -> Any:
    return api.get(f"/sharing_agreements/{agreement_id}")["sharing_agreement"]


def _ticket(body: str, **fields: Any) -> dict[str, Any]:
    return {"ticket": {"comment": {"body": body, "public": True}, **fields}}


def _tickets(api: Api) -> list[int]:
    return [ticket["id"] for ticket in api.get("/tickets")["tickets"]]


def _said(api: Api, ticket_id: int) -> list[str]:
    return [said["body"] for said in api.get(f"/tickets/{ticket_id}/comments")["comments"]]
