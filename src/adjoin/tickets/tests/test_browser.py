"""The workspace in a real browser: by keyboard alone, without script, on a phone, in the dark."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from adjoin.brands import actions as brand_actions
from adjoin.job_statuses import actions as jobs
from adjoin.job_statuses import tasks as job_tasks
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.pages import LOOKS, Open, look_like, shoot, too_wide
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import TicketStatus

pytestmark = pytest.mark.browser

PICTURES = [("desk", "light"), ("desk", "dark"), ("phone", "light")]
LONG = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft: Der Wasserkocher der "
    "Rechtsschutzversicherungsgesellschaft ließ sich nach der Entkalkung gemäß Bedienungsanleitung Seite 14 nicht "
    "wieder einschalten, obwohl die Kontrollleuchte leuchtet und der Netzstecker in der Steckdose steckt"
)
NAMELESS = """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select, textarea")]
  .filter((one) => one.checkVisibility() && !one.labels?.length && !one.ariaLabel && !one.title
    && !one.textContent.trim() && !one.querySelector("[aria-label]"))
  .map((one) => one.outerHTML)"""


def address(ticket: Ticket) -> str:
    return f"/agent/tickets/{ticket.pk}/"


def test_an_agent_answers_without_touching_the_mouse(cast: Cast, open_page: Open) -> None:
    cast.ticket(subject="Lid does not close")
    ticket = cast.ticket(subject="Broken kettle")
    page = open_page("/agent/tickets/", name="ana")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Broken kettle")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Broken kettle")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("r")
    page.keyboard.type("Hold the switch, then n and j are only letters.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#conversation")).to_contain_text("Hold the switch, then n and j are only letters.")
    expect(page.get_by_label("What you want to say")).to_be_focused()
    expect(page.get_by_label("What you want to say")).to_have_value("")
    expect(page.locator("#ticket-head")).to_contain_text("Open")
    page.keyboard.press("Escape")
    page.keyboard.press("j")  # the next ticket of the list
    expect(page.get_by_role("heading", name="Lid does not close")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/agent/tickets/$"))
    said = ticket.comments.latest("pk")
    assert (said.is_public, said.author_id) == (True, cast.users["ana"].pk)


def test_a_note_looks_like_one_before_a_word_is_typed(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket()
    page = open_page(address(ticket), name="ana")
    composer = page.locator("#composer")
    colour = "one => getComputedStyle(one).backgroundColor"
    of_reply = composer.evaluate(colour)
    expect(composer).to_contain_text("Goes to Cyd Example")
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Add note", exact=True)).to_be_visible()
    expect(composer).to_contain_text("Stays at Acme")
    assert composer.evaluate(colour) != of_reply
    page.keyboard.type("Batch 44.")
    shoot(page, "workspace/note")
    page.get_by_role("button", name="Add note", exact=True).click()
    expect(page.get_by_label("Private note by Ana Example")).to_contain_text("Batch 44.")
    expect(page.get_by_role("button", name="Add note", exact=True)).to_be_visible()  # the next one is a note too
    assert not ticket.comments.latest("pk").is_public


def test_a_reply_and_a_status_are_sent_with_one_button(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket()
    page = open_page(address(ticket), name="ana")
    page.get_by_label("What you want to say").fill("A new one is on its way.")
    page.get_by_label("Other ways to send").click()
    shoot(page, "workspace/ways_to_send")
    page.get_by_role("button", name="Send as solved").click()
    expect(page.locator("#ticket-head")).to_contain_text("Solved")
    expect(page.get_by_label("Status")).to_have_value("solved")
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.SOLVED


def test_properties_save_themselves_and_refusals_say_why(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket()
    page = open_page(address(ticket), name="ana")
    page.get_by_label("Priority").select_option("High")
    page.get_by_label("Tags").fill("batch-44 ")
    page.get_by_label("Tags").press("Enter")
    expect(page.locator(".chip", has_text="batch-44")).to_be_visible()
    page.get_by_label("CC", exact=True).fill("el")
    page.get_by_role("option", name="Eli Example").click()
    expect(page.locator("#composer")).to_contain_text("Goes to Cyd Example and 1 copied")
    expect(page.get_by_label("Assignee").get_by_role("option", name="Ben Example")).to_have_count(0)  # behind a wall
    page.get_by_label("Followers").fill("nobody@example.com")
    page.get_by_label("Followers").press("Enter")
    expect(page.locator("#properties")).to_contain_text("Only agents follow a ticket")
    shoot(page, "workspace/refused")
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags, ticket.followers.count()) == ("high", ["batch-44"], 0)


def test_words_survive_a_reload_and_a_refusal(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket()
    page = open_page(address(ticket), name="ana")
    page.keyboard.press("n")
    page.keyboard.type("Half a thought")
    page.reload()
    expect(page.get_by_label("What you want to say")).to_have_value("Half a thought")
    expect(page.get_by_role("radio", name="Note")).to_be_checked()
    cast.update("ada", ticket, status="closed")
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer")).to_contain_text("This ticket is closed")
    expect(page.get_by_label("What you want to say")).to_have_value("Half a thought")


def test_everything_works_without_script(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket()
    page = open_page("/agent/tickets/", name="ana", java_script_enabled=False)
    page.get_by_role("link", name="Broken kettle").click()
    page.get_by_text("Note", exact=True).click()
    page.get_by_label("What you want to say").fill("Batch 44.")
    page.get_by_role("button", name="Add note", exact=True).click()
    expect(page.get_by_role("status").last).to_contain_text("Note added.")
    page.get_by_label("Priority").select_option("High")
    page.get_by_label("Tags").fill("kettle")
    page.get_by_role("button", name="Save properties").click()
    expect(page.get_by_label("Priority")).to_have_value("high")
    shoot(page, "workspace/without_script")
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.priority, ticket.comments.filter(is_public=False).count()) == (["kettle"], "high", 1)


def test_the_sheet_of_keys_opens_and_closes(cast: Cast, open_page: Open) -> None:
    cast.ticket()
    page = open_page("/agent/tickets/", name="ana")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    shoot(page, "workspace/keys")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jkr?")
    expect(page.get_by_role("searchbox")).to_have_value("jkr?")


def test_a_ticket_that_is_gone_says_so_and_shows_nothing(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket()
    page = open_page(address(ticket), name="ana")
    cast.update("ada", ticket, brand_id=cast.outdoor.pk)
    brand_actions.set_brands_of(user=cast.user("ana"), brands=[cast.home], now=NOW)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('ticket-changed'))")
    expect(page.get_by_role("alert").first).to_contain_text("This can no longer be seen")
    expect(page.locator("body")).not_to_contain_text("My kettle is broken.")


def test_many_tickets_are_changed_by_keys_alone(cast: Cast, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = SimpleNamespace(defer=lambda *, lock, job_id: jobs.run(job_id=job_id, clock=timezone.now))
    monkeypatch.setattr(job_tasks, "run", at_once)  # this server has no worker
    tickets = [cast.ticket(subject=f"Kettle {number}") for number in range(4)]
    page = open_page("/agent/tickets/", name="ana")
    expect(page.locator("#bulk")).to_be_hidden()
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("3 selected")
    shoot(page, "workspace/selected")
    Ticket.objects.filter(pk=tickets[1].pk).update(brand=None)  # somebody takes one away meanwhile
    page.get_by_label("Status").last.focus()
    page.keyboard.type("Pend")
    page.get_by_label("Add tags").focus()
    page.keyboard.type("tried")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk")).to_contain_text("2 changed, 1 could not be found.")
    shoot(page, "workspace/changed")
    assert [(row.status, row.tags) for row in Ticket.objects.order_by("pk")] == [
        ("new", []),
        ("new", []),
        ("pending", ["tried"]),
        ("pending", ["tried"]),
    ]


def test_giving_a_ticket_away_asks_in_a_dialog(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket(brand_id=cast.outdoor.pk)
    rights = {"ticket_access": "all", "ticket_comment_access": "public", "ticket_editing": True, "ticket_merge": True}
    role = people.create_role(name="Passer", configuration={**rights, "assign_tickets_to_any_brand": True}, now=NOW)
    User.objects.filter(pk=cast.users["ben"].pk).update(custom_role=role)
    page = open_page(address(ticket), name="ben")
    page.get_by_label("Brand").select_option(cast.home.name)
    question = page.get_by_role("dialog", name="You will no longer see this ticket")
    expect(question).to_be_visible()
    for size, scheme in (("phone", "dark"), ("desk", "light")):
        look_like(page, size, scheme)
        shoot(page, f"workspace/asks_{size}_{scheme}")
    with page.expect_navigation():
        page.keyboard.press("Escape")
    expect(page.get_by_label("Brand")).to_have_value(str(cast.outdoor.pk))
    page.get_by_label("Brand").select_option(cast.home.name)
    page.get_by_role("button", name=f"Move it to {cast.home.name}").click()
    expect(page).to_have_url(re.compile("/agent/"))
    expect(page.locator("body")).to_contain_text("no longer yours to read")
    ticket.refresh_from_db()
    assert ticket.brand_id == cast.home.pk


def test_every_screen_fits_and_every_control_has_a_name(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket(subject=LONG, priority="urgent", tags=["warranty", "kettle"])
    cast.update("ana", ticket, note="Batch 44 again.", followers=[cast.users["ada"].pk], ccs=[cast.users["dee"].pk])
    cast.update("ana", ticket, say="Hold the switch for five seconds.", assignee_id=cast.users["ana"].pk)
    for number in range(4):
        cast.ticket("eli" if number % 2 else "cyd", subject=f"Kettle {number}")
    page = open_page("/agent/tickets/", name="ada")
    for name, path in {
        "list": "/agent/tickets/",
        "empty": "/agent/tickets/?status=closed",
        "ticket": address(ticket),
        "new": "/agent/tickets/new/",
        "search": "/agent/search/?q=kettle",
        "search_start": "/agent/search/",
        "not_found": "/agent/tickets/999999/",
    }.items():
        page.goto(path)
        assert page.evaluate(NAMELESS) == []
        for size, scheme in LOOKS:
            look_like(page, size, scheme)
            assert (name, size, too_wide(page)) == (name, size, [])
            if (size, scheme) in PICTURES:
                shoot(page, f"workspace/{name}_{size}_{scheme}")
