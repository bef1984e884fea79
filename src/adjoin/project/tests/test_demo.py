"""What `adjoin demo` promises to whoever tries it."""

from __future__ import annotations

import json
import re
import shutil
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adjoin.project.demo.companies import COMPANIES, PASSWORD, Company
from adjoin.project.demo.timeline import YEAR, Author, Plan
from adjoin.testing import zenpy_session
from adjoin.testing.desk_process import SHARE, DeskProcess
from adjoin.testing.processes import wait_until, wait_until_none_run_for

MAKING = "Making two example companies"
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def plans(company: Company, *, agents: int = 4) -> list[Plan]:
    """A year of the company as its author writes it."""
    everybody = list(range(agents))
    groups = ["Support", *company.groups]
    author = Author(
        company,
        customers=[f"Customer{number}" for number in range(30)],
        business_customers=[1, 2, 3],
        agents=[f"Agent{number}" for number in everybody],
        may_answer={(brand, group): everybody for brand in ("", "home", "outdoor") for group in groups},
        now=NOW,
    )
    return list(author.plans())


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.subdomain)
def test_a_year_is_the_same_each_time_and_in_order(company: Company) -> None:
    year = plans(company)
    assert year == plans(company)
    assert len(year) == company.tickets
    assert [plan.at for plan in year] == sorted(plan.at for plan in year)
    assert all(NOW - YEAR - timedelta(days=3) < plan.at < NOW for plan in year)
    for plan in year:
        moments = [plan.at, *(turn.at for turn in plan.turns)]
        assert moments == sorted(moments)
        assert moments[-1] < NOW


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.subdomain)
def test_nothing_that_people_say_has_a_gap_in_it(company: Company) -> None:
    for plan in plans(company):
        for words in (plan.subject, plan.opening, *(turn.text + turn.note for turn in plan.turns)):
            assert not re.search(r"[{}]|\bNone\b|lorem", words, re.IGNORECASE), words
        assert plan.subject
        assert plan.opening


def test_most_of_the_year_is_done_and_some_of_it_waits() -> None:
    ends = [plan.turns[-1].status if plan.turns else "new" for plan in plans(COMPANIES[0])]
    assert ends.count("closed") > 80
    assert ends.count("new") >= 1
    assert sum(end in ("", "pending") for end in ends) >= 10


@pytest.mark.slow
def test_demo_json_says_who_can_sign_in_where(demo: DeskProcess) -> None:
    document = json.loads((demo.home / "demo.json").read_text())
    assert {account["subdomain"]: account["url"] for account in document["accounts"]} == {
        name: f"http://{name}.localhost:{demo.port}" for name in ("acme", "maker")
    }
    for account in document["accounts"]:
        assert set(account) == {"subdomain", "url", "users"}
        assert {user["role"] for user in account["users"]} == {"admin", "agent", "end-user"}
        for user in account["users"]:
            assert set(user) == {"role", "name", "email", "password", "api_token", "about"}
            api = demo.api(user["email"].split("@")[0])
            me = api.get("/users/me")["user"]
            assert (me["email"], me["role"], me["name"]) == (user["email"], user["role"], user["name"])


@pytest.mark.slow
def test_the_terminal_shows_where_to_go_and_who_to_be(demo: DeskProcess) -> None:
    shown = demo.printed
    for words in (demo.url("acme", "/agent/"), demo.url("acme-outdoor", "/hc/en/"), PASSWORD, "nora@", "/mail/"):
        assert words in shown


@pytest.mark.slow
def test_a_second_demo_on_the_same_home_takes_nothing_from_the_first(demo: DeskProcess) -> None:
    second = DeskProcess(demo.home, "demo")  # at another port
    with pytest.raises(AssertionError, match="Adjoin is already running"):
        second.run("demo")
    assert demo.api("nora").get("/users/me")["user"]["name"] == "Nora Quinn"


@pytest.mark.slow
def test_the_mailbox_shows_mails_as_text_and_runs_nothing(demo: DeskProcess) -> None:
    ticket = {"subject": "Kettle <script>alert(1)</script>", "comment": {"body": "<img src=x onerror=alert(2)>"}}
    demo.api("nora").post("/requests", {"request": ticket})
    anybody = zenpy_session.session(demo.port)
    mails = "http://localhost/mail/"
    wait_until(lambda: "nora@harbour-hotels.example" in anybody.get(mails).text, within_seconds=120)
    for path in re.findall(r'href="(/mail/[0-9a-f]+/)"', anybody.get(mails).text)[:5]:
        page = anybody.get(f"http://localhost{path}")
        assert page.ok
        assert "<script>" not in page.text
        assert "<img" not in page.text
    assert anybody.get(f"{mails}nothing/").status_code == 404
    assert anybody.get("http://acme.localhost/mail/").status_code == 404


@pytest.mark.slow
def test_it_goes_on_where_it_stopped_and_starts_over_when_told_even_if_that_is_cut_short(
    ready_home: Path, tmp_path: Path
) -> None:
    desk = DeskProcess(tmp_path / "home", "demo", ADJOIN_DEMO_SHARE=SHARE)
    shutil.copytree(ready_home, desk.home)  # one that was made, and stopped
    people = desk.people
    try:
        desk.start()
        assert desk.people == people  # the same tokens, too
        assert MAKING not in desk.printed
        kept = desk.api("ada").get("/tickets/count")["count"]["value"]
        desk.stop()

        _begin_anew_and_break_off(desk)
        desk.start()  # finds half a demo, and makes it anew
        assert desk.printed.count(MAKING) == 2
        assert desk.api("ada").get("/tickets/count")["count"]["value"] == kept > 0
        assert desk.people["ada"]["api_token"] != people["ada"]["api_token"]
        desk.stop(signal.SIGTERM)
    finally:
        desk.kill()


def _begin_anew_and_break_off(desk: DeskProcess) -> None:
    """Start over, and kill it in the middle of making the past."""
    desk.begin("--reset")
    wait_until((desk.home / "demo.unfinished").exists, within_seconds=120)
    assert desk.process
    desk.process.kill()
    desk.process.wait()
    wait_until_none_run_for(desk.home, within_seconds=60)
    assert not (desk.home / "demo.json").exists()
