"""The help center in a real browser: with script and without, on a phone and on a desk, by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from adjoin.brands.models import Brand
from adjoin.people.models import Organization
from adjoin.suspended import actions as suspended
from adjoin.suspended.models import SuspendedTicket
from adjoin.testing import axe
from adjoin.testing.cast import PASSWORD, Cast
from adjoin.testing.pages import LOOKS, Open, look_like, shoot, too_wide
from adjoin.tickets.models import Ticket

pytestmark = pytest.mark.browser

LONG = (
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz betrifft auch meinen Wasserkocher: Die "
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft verlangt eine Bescheinigung"
)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "kettle.png"
    Image.new("RGB", (90, 60), (200, 60, 30)).save(path)
    return path


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_whole_life_of_a_request_on_a_phone(cast: Cast, open_page: Open, photo: Path, script: bool) -> None:
    page = open_page("/hc/en/", size="phone", java_script_enabled=script)
    shoot(page, f"help_center/home-{script}", is_whole=True)
    page.get_by_role("link", name="File a request").first.click()
    page.get_by_label("Email address").fill("cyd@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Say in a few words what it is about.")).to_be_visible()
    page.get_by_label("Subject").fill("Broken kettle")
    page.get_by_label("What can we help with?").fill("It leaks.\n\nAnd it hisses.")
    page.get_by_label("Photos and files").set_input_files(photo)
    expect(page.get_by_text("You and Acme's support team will see this.")).to_be_visible()
    assert too_wide(page) == []
    shoot(page, f"help_center/new-{script}", is_whole=True)
    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_role("heading", name="Broken kettle")).to_be_visible()
    expect(page.locator("[aria-current=step]")).to_have_text("Received")
    assert page.locator(".thumbnail img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 90
    assert too_wide(page) == []

    ticket = Ticket.objects.get()
    cast.update("ana", ticket, say="Which kettle is it?", status="pending", assignee_id=cast.users["ana"].pk)
    page.reload()
    expect(page.get_by_text("Which kettle is it?")).to_be_visible()
    expect(page.locator("[aria-current=step]")).to_have_text("Awaiting you")
    page.get_by_label("Your reply").fill("The blue one.")
    shoot(page, f"help_center/request-{script}", is_whole=True)
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".message").last).to_contain_text("The blue one.")
    expect(page.locator("[aria-current=step]")).to_have_text("Being worked on")
    expect(page.get_by_label("Your reply")).to_have_value("")

    page.get_by_role("button", name="Mark solved").click()
    expect(page.locator("[aria-current=step]")).to_have_text("Solved")
    expect(page.get_by_text("A reply opens it again.")).to_be_visible()
    expect(page.get_by_role("heading", name="How were you helped?")).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.comments.count()) == ("solved", 3)

    page.goto("/hc/en/requests/?status=solved")
    expect(page.get_by_role("link", name="Broken kettle")).to_be_visible()
    assert too_wide(page) == []


def test_an_answer_shows_while_the_page_is_open_and_typing_is_left_alone(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket("cyd")
    page = open_page(name="cyd")
    news: list[str] = []
    page.route(
        f"**/live/tickets/{ticket.pk}/",
        lambda route: route.fulfill(content_type="text/event-stream", body="retry: 1000\n\n" + "".join(news)),
    )
    page.goto(f"/hc/en/requests/{ticket.pk}/")
    page.get_by_label("Your reply").fill("While I was writing")
    cast.update("ana", ticket, say="It is on its way.", status="pending")
    news.append(f'event: changed\ndata: {{"ticket": {ticket.pk}}}\n\n')
    expect(page.get_by_text("It is on its way.")).to_be_visible(timeout=15_000)
    expect(page.locator("[aria-current=step]")).to_have_text("Awaiting you")
    expect(page.get_by_label("Your reply")).to_have_value("While I was writing")
    expect(page.get_by_label("Your reply")).to_be_focused()


def test_what_an_agent_solves_shows_and_a_choice_of_a_rating_is_left_alone(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket("cyd")
    page = open_page(name="cyd")
    news: list[str] = []
    page.route(
        f"**/live/tickets/{ticket.pk}/",
        lambda route: route.fulfill(content_type="text/event-stream", body="retry: 1000\n\n" + "".join(news)),
    )
    page.goto(f"/hc/en/requests/{ticket.pk}/")
    expect(page.get_by_role("button", name="Mark solved")).to_be_visible()
    cast.update("ana", ticket, status="solved")
    news.append(f'event: changed\ndata: {{"ticket": {ticket.pk}}}\n\n')
    expect(page.get_by_role("heading", name="How were you helped?")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("A reply opens it again.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark solved")).to_have_count(0)
    page.get_by_role("radio", name="Bad").check()
    page.get_by_role("heading", name="How were you helped?").click()
    cast.update("ana", ticket, say="One more word.")
    expect(page.get_by_text("One more word.")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("radio", name="Bad")).to_be_checked()


def test_what_is_open_or_in_focus_stays_so_when_an_answer_comes(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket("cyd")
    page = open_page(name="cyd")
    news: list[str] = []
    page.route(
        f"**/live/tickets/{ticket.pk}/",
        lambda route: route.fulfill(content_type="text/event-stream", body="retry: 1000\n\n" + "".join(news)),
    )
    page.goto(f"/hc/en/requests/{ticket.pk}/")
    page.get_by_text("Add a colleague").click()
    page.get_by_role("button", name="Mark solved").focus()
    cast.update("ana", ticket, say="It is on its way.", status="open")
    news.append(f'event: changed\ndata: {{"ticket": {ticket.pk}}}\n\n')
    expect(page.get_by_text("It is on its way.")).to_be_visible(timeout=15_000)
    expect(page.locator("[aria-current=step]")).to_have_text("Being worked on")
    expect(page.get_by_label("Their email address")).to_be_visible()
    expect(page.get_by_role("button", name="Mark solved")).to_be_focused()


def test_who_will_see_it_follows_what_is_chosen(cast: Cast, open_page: Open) -> None:
    for name in ("cyd", "eli"):
        cast.join(name, "Tent Friends")
    Organization.objects.filter(name="Tent Friends").update(shared_tickets=True)
    page = open_page("/hc/en/requests/new/", name="cyd")
    expect(page.locator("#audience")).to_contain_text("You and Acme's support team will see this.")
    page.get_by_label("Tent Friends").check()
    expect(page.locator("#audience")).to_contain_text("You, 1 person at Tent Friends and Acme's support team")
    page.get_by_label("Copy a colleague").fill("dee@example.com")
    page.get_by_label("Subject").click()
    expect(page.locator("#audience")).to_contain_text("You, 1 person copied, 1 person at Tent Friends")
    page.get_by_label("Only you and the people you copy").check()
    expect(page.locator("#audience")).to_contain_text("You, 1 person copied and Acme's support team")
    shoot(page, "help_center/several-organizations", is_whole=True)


def test_a_stranger_asks_and_confirms_on_a_phone_without_script(cast: Cast, open_page: Open) -> None:
    Brand.objects.filter(pk=cast.home.pk).update(admission="open")
    page = open_page("/hc/en/requests/new/", size="phone", java_script_enabled=False)
    page.get_by_label("Your name").fill("Zoe Zimmer")
    page.get_by_label("Your email address").fill("zoe@customer.example")
    page.get_by_label("Subject").fill("Broken kettle")
    page.get_by_label("What can we help with?").fill("It leaks.")
    assert too_wide(page) == []
    shoot(page, "help_center/stranger", is_whole=True)
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    secret = suspended.link_for(_waiting_without_link(), timezone.now())
    page.goto(f"/hc/en/requests/confirm/{secret}/")
    shoot(page, "help_center/confirm", is_whole=True)
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_text("Your address is confirmed")).to_be_visible()
    assert Ticket.objects.get().requester.email == "zoe@customer.example"


def _waiting_without_link() -> SuspendedTicket:
    """What waits, as if its mail had got lost: only that mail has its secret."""
    SuspendedTicket.objects.update(digest="")
    return SuspendedTicket.objects.get()


def test_what_is_typed_is_kept_in_the_browser_until_it_is_sent(cast: Cast, open_page: Open) -> None:
    page = open_page("/hc/en/requests/new/", name="cyd")
    page.get_by_label("Subject").fill("Kept kettle")
    page.reload()
    expect(page.get_by_label("Subject")).to_have_value("Kept kettle")
    page.get_by_label("What can we help with?").fill("It leaks.")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Kept kettle")).to_be_visible()
    page.goto("/hc/en/requests/new/")
    expect(page.get_by_label("Subject")).to_have_value("")
    page.get_by_label("Subject").fill("Nobody else's words")
    page.locator("summary.portal-me").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_form_from_before_signing_in_again_is_told_in_the_page(cast: Cast, open_page: Open) -> None:
    page = open_page("/hc/en/requests/new/", name="cyd")
    page.get_by_label("Subject").fill("Broken kettle")
    page.context.clear_cookies(name="adjoin_csrf")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("alert").filter(has_text="This form is too old")).to_be_visible()
    expect(page.get_by_role("heading", name="This form is too old")).to_have_count(0)
    expect(page.get_by_label("Subject")).to_have_value("Broken kettle")


def test_a_colleague_is_added_without_leaving_the_page(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket("cyd")
    page = open_page(f"/hc/en/requests/{ticket.pk}/", name="cyd")
    page.get_by_text("Add a colleague").click()
    page.get_by_label("Their email address").fill("eli@example.com")
    page.get_by_role("button", name="Add colleague").click()
    expect(page.get_by_text("is in none of your organizations")).to_be_visible()
    page.get_by_label("Their email address").fill("dee@example.com")
    page.get_by_role("button", name="Add colleague").click()
    expect(page.locator("#people")).to_contain_text("Dee Example")


def test_lists_are_searched_as_one_types(cast: Cast, open_page: Open) -> None:
    for subject in ("Blue kettle", "Red toaster"):
        cast.ticket("cyd", subject=subject)
    page = open_page("/hc/en/requests/", name="cyd")
    page.get_by_label("Search subjects").press_sequentially("toas")
    expect(page.get_by_role("link", name="Blue kettle")).to_have_count(0)
    expect(page.get_by_role("link", name="Red toaster")).to_be_visible()
    expect(page.get_by_label("Search subjects")).to_be_focused()
    expect(page).to_have_url(re.compile("query=toas"))


def test_where_pages_run_from_right_to_left_subjects_begin_at_the_right(cast: Cast, open_page: Open) -> None:
    cast.ticket("cyd", subject="Blue kettle")
    page = open_page("/hc/en/requests/", name="cyd")
    page.evaluate("document.documentElement.dir = 'rtl'")
    gap = """subject => {
      const words = document.createRange()
      words.selectNodeContents(subject)
      return subject.getBoundingClientRect().right - words.getBoundingClientRect().right
    }"""
    assert page.locator(".request-row__subject").evaluate(gap) < 1


def test_a_partner_in_three_organizations_files_and_follows_a_request_by_keyboard_on_a_phone(
    cast: Cast, open_page: Open
) -> None:
    for name in ("Tent Friends", "Lamp League"):
        cast.join("cyd", name)
        cast.join("dee", name)
    Organization.objects.filter(name="Tent Friends").update(shared_tickets=True, shared_comments=True)
    page = open_page("/hc/en/", name="cyd", size="phone")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to content")).to_be_focused()
    _press(page, page.get_by_role("link", name="File a request").first)
    _type(page, page.get_by_label("Subject"), "Wet tent")
    _type(page, page.get_by_label("What can we help with?"), "It rains in.")
    _reach(page, page.get_by_role("radio", name="Kettle Club"))
    while not page.get_by_role("radio", name="Tent Friends").is_checked():
        page.keyboard.press("ArrowDown")
    expect(page.locator("#audience")).to_contain_text("1 person at Tent Friends")
    assert axe.grave(page) == []
    _press(page, page.get_by_role("button", name="Send request"))
    expect(page.get_by_role("heading", name="Wet tent")).to_be_visible()
    assert axe.grave(page) == []
    cast.update("ana", Ticket.objects.get(), say="Which pole?", status="pending")

    colleague = open_page("/hc/en/", name="dee", size="phone")
    _reach(colleague, colleague.locator("summary.portal-me"))
    colleague.keyboard.press("Enter")
    expect(colleague.get_by_role("button", name="Sign out")).to_be_visible()
    colleague.keyboard.press("Escape")
    expect(colleague.get_by_role("button", name="Sign out")).to_be_hidden()
    colleague.goto("/hc/en/requests/organizations/")
    expect(colleague.get_by_role("link", name="Wet tent")).to_be_visible()
    assert axe.grave(colleague) == []
    _press(colleague, colleague.get_by_role("link", name="Wet tent"))
    _type(colleague, colleague.get_by_label("Your reply"), "The long one.")
    _press(colleague, colleague.get_by_role("button", name="Send reply"))
    expect(colleague.locator(".message").last).to_contain_text("The long one.")
    assert (axe.grave(colleague), too_wide(colleague)) == ([], [])

    page.reload()
    _press(page, page.get_by_role("button", name="Mark solved"))
    expect(page.locator("[aria-current=step]")).to_have_text("Solved")
    page.reload()
    _reach(page, page.get_by_role("radio", name="Good"))
    page.keyboard.press("Space")
    _press(page, page.get_by_role("button", name="Send rating"))
    expect(page.get_by_text("You said:")).to_be_visible()
    assert (axe.grave(page), too_wide(page)) == ([], [])


def _reach(page: Page, wanted: Locator) -> None:
    """Go there as people do who have no mouse."""
    for _ in range(40):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()


def _press(page: Page, wanted: Locator) -> None:
    _reach(page, wanted)
    page.keyboard.press("Enter")


def _type(page: Page, wanted: Locator, words: str) -> None:
    _reach(page, wanted)
    page.keyboard.type(words)


def test_pages_fit_and_are_legible_by_day_and_by_night(cast: Cast, open_page: Open) -> None:
    Brand.objects.filter(pk=cast.home.pk).update(colour="#facc15", tagline="Kettles and what goes with them")
    ticket = cast.ticket("cyd", subject=LONG, ccs=[cast.users["dee"].pk])
    cast.update("ana", ticket, say="One question: " + "x" * 300, status="pending")
    page = open_page(name="cyd")
    for name, path in (
        ("home", "/hc/en/"),
        ("list", "/hc/en/requests/"),
        ("empty", "/hc/en/requests/copied/"),
        ("new", "/hc/en/requests/new/"),
        ("request", f"/hc/en/requests/{ticket.pk}/"),
        ("password", "/accounts/password/change/"),
    ):
        page.goto(path)
        for size, scheme in LOOKS:
            look_like(page, size, scheme)
            assert (name, size, too_wide(page)) == (name, size, [])
            if size != "laptop":
                assert page.evaluate(FAINT) == [], f"{name} is hard to read"
            if size in ("desk", "phone"):
                shoot(page, f"help_center/{name}-{size}-{scheme}", is_whole=True)


# Every text whose contrast with what is behind it is below 4.5 to 1 (large text: 3), in words.
FAINT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const own = rgba(getComputedStyle(e).backgroundColor)
      if (own[3] === 255) return own
      if (e.classList.contains("hero")) return rgba(getComputedStyle(e, "::before").backgroundColor)
    }
    return rgba("white")
  }
  const faint = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue
    if (element.closest(".visually-hidden")) continue
    const box = element.getBoundingClientRect()
    if (box.width < 2 || box.height < 2) continue
    const style = getComputedStyle(element)
    const [one, two] = [light(rgba(style.color)), light(behind(element))].sort((a, b) => b - a)
    const enough = parseFloat(style.fontSize) >= 24 ? 3 : 4.5
    if ((one + 0.05) / (two + 0.05) < enough) faint.push(texts.currentNode.data.trim().slice(0, 40))
  }
  return faint
}"""
