"""Two companies work one ticket together: the whole story, in a real browser, on a desk as `adjoin demo` starts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, Page, expect

from adjoin.testing.desk_process import DeskProcess

SCREENS = Path(__file__).parents[4] / ".screenshots"
SUBJECT = "Kettle from the shop in Graz gives off sparks"
WORDS = "Our kettle gave off sparks this morning and now it is dead. We have had it since spring."
ANSWER = "Please unplug it at once. Could you send us the serial number from its underside?"
REPLY = "It is unplugged. The number is AK-2417-09."
NOTE = "canary-9c41: third claim from Harbour Hotels, keep an eye on the discount."
LAST_WORDS = "Thank you. A new one leaves our workshop today, with claim number MK-5120."
ARRIVES_MS = 15_000  # over HTTP, between the two companies
LIVE_MS = 10_000  # on an open page, without reload: a second or so, on a machine that has nothing else to do

expect.set_options(timeout=10_000)


class Screen:
    """One person's browser window. What it shows is kept in `.screenshots/`."""

    def __init__(self, browser: Browser, desk: DeskProcess, name: str) -> None:
        self.who = desk.people[name]
        self.desk = desk
        self.context = browser.new_context(viewport={"width": 1440, "height": 900})
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str, *, host: str = "") -> Page:
        """Go there, signing in on the way if asked to."""
        self.page.goto(self.desk.url(host or self.who["subdomain"], path))
        if "/accounts/login/" in self.page.url:
            self.keep("sign-in")
            self.page.get_by_label("Email").fill(self.who["email"])
            self.page.get_by_label("Password").fill(self.who["password"])
            self.page.get_by_role("button", name="Sign in").click()
            self.page.wait_for_url(lambda url: "/accounts/login/" not in url)
        return self.page

    def keep(self, name: str) -> None:
        SCREENS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png")


@pytest.fixture
def screens(browser: Browser, demo: DeskProcess) -> Iterator[dict[str, Screen]]:
    """A customer of Acme, an agent of Acme and an agent of Maker, each at a window of their own."""
    found = {name: Screen(browser, demo, name) for name in ("nora", "ana", "max")}
    yield found
    for screen in found.values():
        screen.context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_a_customer_of_acme_is_helped_by_maker(screens: dict[str, Screen], demo: DeskProcess) -> None:
    nora, ana, max_ = screens["nora"], screens["ana"], screens["max"]

    request_number = _customer_files_a_request_with_a_photo(nora)
    ticket = f"/agent/tickets/{request_number}/"
    _a_trigger_has_tagged_and_shared_it(ana, ticket)
    _makers_agent_finds_it_marked_as_from_acme(max_)
    _makers_agent_answers_and_waits_for_the_customer(max_)
    _customer_sees_the_answer_and_the_status(nora)
    _customer_got_mails_about_it(nora, request_number)
    _customer_replies_and_maker_sees_it_without_reload(nora, max_)
    _acmes_private_note_stays_at_acme(ana, max_)
    _maker_solves_it_and_it_is_solved_on_both_sides(max_, ana, nora)
    assert not nora.errors + ana.errors + max_.errors


@pytest.mark.browser
@pytest.mark.slow
def test_a_ticket_that_acme_takes_back_is_an_orphan_at_maker(screens: dict[str, Screen], demo: DeskProcess) -> None:
    ana, max_ = screens["ana"], screens["max"]
    shared = [
        ticket
        for ticket in demo.api("ana").get("/tickets", sort_by="updated_at", sort_order="desc")["tickets"]
        if ticket["sharing_agreement_ids"] and ticket["status"] in ("open", "pending", "solved")
    ]
    another = next(ticket for ticket in shared if ticket["subject"] != SUBJECT)

    page = ana.open(f"/agent/tickets/{another['id']}/")
    panel = page.locator("#sharing")
    expect(panel).to_contain_text("Shared with Maker")
    panel.get_by_text("Unshare", exact=True).click()
    panel.get_by_role("button", name="Unshare from Maker").click()
    expect(panel).to_contain_text("Was shared with Maker")
    ana.keep("unshared")

    copy = _ticket_at_maker(demo, str(another["subject"]), str(another["id"]))
    page = max_.open(f"/agent/tickets/{copy}/")
    expect(page.locator("#ticket-head")).to_contain_text("Left by Acme", timeout=ARRIVES_MS)
    max_.keep("orphan")
    assert not ana.errors + max_.errors


def _customer_files_a_request_with_a_photo(nora: Screen) -> str:
    """The request's number."""
    nora.open("/hc/en/requests/")  # where she has to sign in: filing a request takes no name here
    page = nora.open("/hc/en/requests/new/")
    expect(page.get_by_role("heading", name="File a request")).to_be_visible()
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("What can we help with?").fill(WORDS)
    page.get_by_label("Photos and files").set_input_files(
        [FilePayload(name="kettle.png", mimeType="image/png", buffer=_photo())]
    )
    nora.keep("portal-new-request")
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/requests/\d+/"))
    expect(page.get_by_role("heading", name=SUBJECT)).to_be_visible()
    expect(page.get_by_role("img", name="kettle.png")).to_be_visible()
    nora.keep("portal-request")
    found = re.search(r"/requests/(\d+)/", page.url)
    assert found
    return found[1]


def _a_trigger_has_tagged_and_shared_it(ana: Screen, ticket: str) -> None:
    page = ana.open(ticket)
    expect(page.locator("#properties")).to_contain_text("warranty_claim")
    expect(page.locator("#ticket-head")).to_contain_text("Shared with Maker")
    ana.keep("workspace-ticket-at-acme")
    page = ana.open("/agent/")
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    ana.keep("workspace-views")


def _makers_agent_finds_it_marked_as_from_acme(max_: Screen) -> None:
    page = max_.open("/agent/tickets/")
    row = page.get_by_role("row").filter(has_text=SUBJECT)
    for _ in range(ARRIVES_MS // 500):
        if row.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(row).to_contain_text("From Acme")
    max_.keep("workspace-list-at-maker")
    row.get_by_role("link", name=SUBJECT).click()
    expect(page.locator("#ticket-head")).to_contain_text("From Acme")
    expect(page.get_by_role("region", name="Conversation")).to_contain_text(WORDS)
    expect(page.get_by_role("region", name="Conversation")).to_contain_text("kettle.png", timeout=ARRIVES_MS)


def _makers_agent_answers_and_waits_for_the_customer(max_: Screen) -> None:
    page = max_.page
    _say(page, ANSWER, send_as="pending")
    expect(page.locator("#conversation")).to_contain_text(ANSWER)
    expect(page.locator("#ticket-head")).to_contain_text("Pending")
    max_.keep("workspace-ticket-at-maker")


def _customer_sees_the_answer_and_the_status(nora: Screen) -> None:
    page = nora.page  # open since the request was filed: it changes by itself
    expect(page.locator("#messages")).to_contain_text(ANSWER, timeout=ARRIVES_MS)
    expect(page.locator("#steps [aria-current=step]")).to_have_text("Awaiting you")
    nora.keep("portal-answered")


def _customer_got_mails_about_it(nora: Screen, request_number: str) -> None:
    page = nora.context.new_page()
    page.goto(f"http://localhost:{nora.desk.port}/mail/?to={nora.who['email']}")
    answered = page.get_by_role("link", name=f"Re: {SUBJECT}")
    for _ in range(ARRIVES_MS // 500):
        if answered.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.screenshot(path=SCREENS / "mailbox.png")
    answered.click()
    expect(page.locator(".letter")).to_contain_text(ANSWER)
    page.screenshot(path=SCREENS / "mail.png")
    page.go_back()
    page.get_by_role("link", name="[Request received]").first.click()
    expect(page.locator(".letter")).to_contain_text(f"({request_number})")
    page.close()


def _customer_replies_and_maker_sees_it_without_reload(nora: Screen, max_: Screen) -> None:
    nora.page.get_by_label("Your reply").fill(REPLY)
    nora.page.get_by_role("button", name="Send reply").click()
    expect(nora.page.locator("#messages")).to_contain_text(REPLY)
    # On its way to Maker first; once it is there, the open page has it without being loaded again.
    copy = _number_in(max_.page.url)
    at_maker = max_.desk.api("max")
    for _ in range(ARRIVES_MS // 100):
        if any(REPLY in said["body"] for said in at_maker.get(f"/tickets/{copy}/comments")["comments"]):
            break
        max_.page.wait_for_timeout(100)
    expect(max_.page.locator("#conversation")).to_contain_text(REPLY, timeout=LIVE_MS)
    expect(max_.page.locator("#ticket-head")).to_contain_text("Open")


def _acmes_private_note_stays_at_acme(ana: Screen, max_: Screen) -> None:
    page = ana.open("/agent/tickets/")
    page.get_by_role("row").filter(has_text=SUBJECT).get_by_role("link", name=SUBJECT).click()
    page.locator("#composer").get_by_text("Note", exact=True).click()
    expect(page.locator("#audience")).to_contain_text("Stays at Acme")
    page.get_by_label("What you want to say").fill(NOTE)
    page.get_by_role("button", name="Add note").first.click()
    expect(page.get_by_role("article", name="Private note by Ana Costa")).to_contain_text(NOTE)
    ana.keep("workspace-private-note")


def _maker_solves_it_and_it_is_solved_on_both_sides(max_: Screen, ana: Screen, nora: Screen) -> None:
    _say(max_.page, LAST_WORDS, send_as="solved")
    expect(max_.page.locator("#ticket-head")).to_contain_text("Solved")
    expect(ana.page.locator("#conversation")).to_contain_text(LAST_WORDS, timeout=ARRIVES_MS)
    expect(ana.page.locator("#ticket-head")).to_contain_text("Solved", timeout=LIVE_MS)
    expect(nora.page.locator("#steps [aria-current=step]")).to_have_text("Solved", timeout=LIVE_MS)
    ana.keep("workspace-solved-at-acme")
    nora.keep("portal-solved")
    # What came after the note has arrived, so the note would have, too.
    page = max_.open(max_.page.url.partition(f":{max_.desk.port}")[2])
    expect(page.locator("#conversation")).to_contain_text(LAST_WORDS)
    assert "canary-9c41" not in page.content()
    assert "canary-9c41" not in nora.page.content()


def _say(page: Page, words: str, *, send_as: str) -> None:
    page.get_by_label("What you want to say").fill(words)
    page.get_by_label("Other ways to send").click()
    page.get_by_role("button", name=f"Send as {send_as}").last.click()


def _ticket_at_maker(desk: DeskProcess, subject: str, original_id: str) -> int:
    """The id of Maker's copy."""
    at_maker, said = desk.api("max"), desk.api("ana").get(f"/tickets/{original_id}/comments")["comments"][0]["body"]
    for ticket in at_maker.get("/search", query=f'type:ticket subject:"{subject}"')["results"]:
        if at_maker.get(f"/tickets/{ticket['id']}/comments")["comments"][0]["body"] == said:
            return int(ticket["id"])
    raise AssertionError(f"Maker has no copy of {subject}")


def _number_in(url: str) -> str:
    found = re.search(r"/tickets/(\d+)/", url)
    assert found
    return found[1]


def _photo() -> bytes:
    """A kettle, as well as it can be drawn with four shapes."""
    picture = Image.new("RGB", (480, 360), "#e8ecef")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((150, 110, 330, 310), 30, fill="#8fa3ad")
    draw.polygon([(150, 150), (90, 120), (150, 200)], fill="#8fa3ad")
    draw.arc((290, 130, 400, 280), 270, 90, fill="#37474f", width=16)
    draw.line((200, 90, 240, 50, 250, 95, 300, 40), fill="#f5a623", width=8)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
