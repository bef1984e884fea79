"""A webhook made, tried and followed in its log, in a real browser and on a phone."""

from __future__ import annotations

from typing import IO

import pytest
from playwright.sync_api import expect

from adjoin.adapters import http
from adjoin.adapters.http import Answer, Request
from adjoin.testing import axe
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.testing.pages import Open, look_like, too_wide

pytestmark = pytest.mark.browser


class Thanks:
    """The port `HttpClient`, as a program that thanks for everything."""

    def send(self, request: Request, *, into: IO[bytes] | None = None) -> Answer:
        return Answer(200, {}, b"thanks a lot")


def test_a_webhook_is_made_tried_and_its_log_tells_what_was_said(cast: Cast, open_page: Open) -> None:
    before = http.use(Thanks())
    try:
        page = open_page("/admin/webhooks/new/")
        page.get_by_label("Name", exact=True).fill("Kettle club")
        page.get_by_label("Endpoint").fill("https://hooks.example/in")
        page.get_by_label("What happens to tickets, people").check()
        page.get_by_label("Ticket created").check()
        page.get_by_role("button", name="Make the webhook").click()
        page.get_by_role("button", name="Send it once").click()
        expect(page.get_by_text("It works")).to_be_visible()
        expect(page.get_by_text("thanks a lot")).to_be_visible()
        ticket = cast.ticket(subject="A kettle to tell of")
        run_jobs()
        page.goto(page.url.partition("test/")[0])
        page.get_by_role("row").filter(has_text=f"#{ticket.pk}").get_by_role("link").click()
        expect(page.get_by_text("A kettle to tell of")).to_be_visible()
    finally:
        http.use(before)
    look_like(page, "phone", "dark")
    assert (too_wide(page), axe.grave(page)) == ([], [])
