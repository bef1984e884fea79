"""The bell of the workspace, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.testing.pages import Open, look_like, too_wide

pytestmark = pytest.mark.browser


def test_the_bell_leads_to_what_is_new_and_from_there_to_the_ticket(cast: Cast, open_page: Open) -> None:
    ticket = cast.ticket(assignee_id=cast.users["ana"].pk, subject="The lid is lost")
    run_jobs()
    page = open_page("/agent/", name="ana")
    look_like(page, "phone", "light")
    assert too_wide(page) == []  # with a number beside the bell
    page.get_by_role("link", name=re.compile("News")).click()
    unread = page.get_by_text("Unread")
    expect(unread).to_have_count(2)  # the two rules that told of it
    page.get_by_role("list", name="The latest first").get_by_role("link", name="The lid is lost").first.click()
    expect(page).to_have_url(re.compile(f"/agent/tickets/{ticket.pk}/"))
    page.goto(page.url.partition("/tickets/")[0] + "/notifications/")
    expect(unread).to_have_count(1)
