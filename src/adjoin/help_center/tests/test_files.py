"""Files that come with requests: what is too much is said before it is sent, and a lost connection is no silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect

from adjoin.brands.models import Brand
from adjoin.help_center.tests.conftest import Visit
from adjoin.suspended.models import SuspendedTicket
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open
from adjoin.tickets.models import Ticket

NEW = "/hc/en/requests/new/"


def test_a_form_that_was_too_long_to_take_in_says_so_in_the_reader_s_language(cast: Cast, visit: Visit) -> None:
    flag: Any = {"adjoin.too_large": True}
    for path, words in ((NEW, "more than 50 MB"), ("/hc/fr/requests/new/", "plus de 50 Mo")):
        page = visit("cyd").client.post(path, **flag)
        assert (page.status_code, words in page.content.decode()) == (413, True)


def test_a_stranger_s_files_are_named_as_they_are_and_asked_for_again(cast: Cast, visit: Visit) -> None:
    Brand.objects.filter(pk=cast.home.pk).update(admission="open")
    said = {"name": "Zoe", "email": "zoe@customer.example", "subject": "Kettle", "body": "It leaks."}
    visitor = visit()
    refused = visitor.send(NEW, {**said, "attachments": SimpleUploadedFile("run.exe", b"MZ")}).content.decode()
    assert "run.exe is of a kind" in refused
    assert "Run.exe" not in refused
    again = visitor.send(NEW, {**said, "body": "", "attachments": SimpleUploadedFile("a.txt", b"a")}).content.decode()
    assert "Choose your files again." in again


@pytest.mark.browser
@pytest.mark.parametrize("sizes", [[30, 30], [1] * 11], ids=["too large together", "too many"])
def test_too_much_is_said_as_soon_as_it_is_chosen(
    cast: Cast, open_page: Open, tmp_path: Path, sizes: list[int]
) -> None:
    page = open_page(NEW, name="cyd")
    _fill(page)
    page.get_by_label("Photos and files").set_input_files(_files(tmp_path, sizes))
    told = page.get_by_role("alert").filter(has_text="files")
    expect(told).to_have_text("Send at most 10 files at a time." if len(sizes) > 2 else _TOGETHER)
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_label("Photos and files")).to_be_focused()
    assert not Ticket.objects.exists()
    page.get_by_label("Photos and files").set_input_files(_files(tmp_path, [1]))
    expect(told).to_have_count(0)
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Broken kettle")).to_be_visible()


@pytest.mark.browser
def test_a_stranger_hears_at_once_which_file_is_not_taken(cast: Cast, open_page: Open, tmp_path: Path) -> None:
    Brand.objects.filter(pk=cast.home.pk).update(admission="open")
    page = open_page(NEW)
    page.get_by_label("Photos and files").set_input_files(_files(tmp_path, [6]))
    expect(page.get_by_text("0.txt is larger than 5 MB. Sign in to send larger files.")).to_be_visible()
    (tmp_path / "Run.EXE").write_text("MZ")
    page.get_by_label("Photos and files").set_input_files(tmp_path / "Run.EXE")
    expect(page.get_by_text("Run.EXE is of a kind")).to_be_visible()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_label("Photos and files")).to_be_focused()
    assert not SuspendedTicket.objects.exists()


def test_a_stranger_goes_on_as_a_whole_page_with_or_without_script(cast: Cast, visit: Visit) -> None:
    Brand.objects.filter(pk=cast.home.pk).update(admission="open")
    said = {"name": "Zoe", "email": "zoe@customer.example", "subject": "Kettle", "body": "It leaks."}
    assert visit().send(NEW, said).url == "/hc/en/requests/sent/"
    answer = visit().send(NEW, {**said, "email": "yve@customer.example"}, headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/hc/en/requests/sent/")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["cyd", None], ids=["signed in", "a stranger"])
def test_how_far_files_are_is_shown_on_their_way(cast: Cast, open_page: Open, tmp_path: Path, name: str | None) -> None:
    Brand.objects.filter(pk=cast.home.pk).update(admission="open")
    page = open_page(NEW, name=name) if name else open_page(NEW)
    if name is None:
        page.get_by_label("Your name").fill("Zoe")
        page.get_by_label("Your email address").fill("zoe@customer.example")
    page.get_by_label("Subject").fill("Broken kettle")
    page.get_by_label("Photos and files").set_input_files(_files(tmp_path, [4]))
    page.evaluate(_NOTE_PERCENTS)
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Say what happened, in a sentence or two.")).to_be_visible()
    assert page.evaluate("() => window.percents.at(-1)") == "100 %"
    expect(page.locator("upload-progress")).to_be_hidden()
    page.get_by_label("What can we help with?").fill("It leaks.")
    if name is None:
        page.get_by_label("Photos and files").set_input_files(_files(tmp_path, [4]))
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Broken kettle" if name else "Look at your mail")).to_be_visible()


@pytest.mark.browser
def test_a_connection_that_is_lost_and_a_refusal_are_told(cast: Cast, open_page: Open, tmp_path: Path) -> None:
    page = open_page(NEW, name="cyd")
    _fill(page)
    page.get_by_label("Photos and files").set_input_files(_files(tmp_path, [1]))
    page.route(f"**{NEW}", lambda route: route.abort())
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("alert").filter(has_text="There is no connection.")).to_be_visible()
    expect(page.locator("upload-progress")).to_be_hidden()
    with page.expect_response("**/suggestions/**"):
        page.get_by_label("Subject").press_sequentially("s")
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")  # until it is on the page
    expect(page.get_by_text("There is no connection.")).to_be_visible()
    page.get_by_label("Subject").fill("Broken kettle")
    page.keyboard.press("Escape")
    expect(page.get_by_text("There is no connection.")).to_have_count(0)

    page.unroute(f"**{NEW}")
    refusal: dict[str, Any] = {"status": 409, "body": '<div class="notice">Somebody was quicker.</div>'}
    page.route(f"**{NEW}", lambda route: route.fulfill(content_type="text/html", **refusal))
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("alert").filter(has_text="Somebody was quicker.")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("Broken kettle")

    page.unroute(f"**{NEW}")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="Broken kettle")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_cursor_starts_where_something_is_wrong(cast: Cast, open_page: Open, script: bool) -> None:
    page = open_page(NEW, name="cyd", java_script_enabled=script)
    page.get_by_label("Subject").fill("Broken kettle")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Say what happened, in a sentence or two.")).to_be_visible()
    expect(page.get_by_label("What can we help with?")).to_be_focused()


_NOTE_PERCENTS = """() => {
  window.percents = []
  const words = document.querySelector("upload-progress [data-percent]")
  new MutationObserver(() => window.percents.push(words.textContent)).observe(words, { childList: true })
}"""
_TOGETHER = "Together that is more than 50 MB. Send fewer or smaller files."


def _fill(page: Page) -> None:
    page.get_by_label("Subject").fill("Broken kettle")
    page.get_by_label("What can we help with?").fill("It leaks.")


def _files(folder: Path, megabytes: list[int]) -> list[Path]:
    """Files of these sizes, which take no room on the disk."""
    paths = [folder / f"{number}.txt" for number in range(len(megabytes))]
    for path, size in zip(paths, megabytes, strict=True):
        with path.open("wb") as file:
            file.truncate(size * 1024 * 1024)
    return paths
