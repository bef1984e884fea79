"""The account's own fields in a real browser: they save themselves, and conditions show and hide them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adjoin.fields import actions as fields
from adjoin.fields.models import TicketForm
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.pages import Open
from adjoin.tickets.models import Ticket

pytestmark = pytest.mark.browser


def test_fields_save_themselves_and_conditions_show_and_hide_them(cast: Cast, open_page: Open) -> None:
    broken = fields.create_field(type="checkbox", title="Broken", now=NOW, editable_in_portal=True)
    serial = fields.create_field(type="text", title="Serial", now=NOW, editable_in_portal=True)
    rows = [{"parent_field_id": broken.pk, "value": True, "child_fields": [{"id": serial.pk}]}]
    default = TicketForm.objects.get(is_default=True)
    fields.update_form(
        form=default,
        now=NOW,
        ticket_field_ids=[broken.pk, serial.pk],
        agent_conditions=rows,
        end_user_conditions=rows,
    )
    ticket = cast.ticket()

    page = open_page(f"/agent/tickets/{ticket.pk}/", name="ana")
    expect(page.get_by_label("Serial")).to_have_count(0)
    page.get_by_label("Broken").check()
    page.get_by_label("Serial").fill("A-17")
    with page.expect_response(lambda answer: answer.url.endswith("/update/")):
        page.get_by_label("Serial").press("Tab")
    expect(page.get_by_label("Serial")).to_have_value("A-17")
    assert Ticket.objects.get(pk=ticket.pk).custom_fields == {broken.key: True, serial.key: "A-17"}

    page = open_page("/hc/en/requests/new/", name="cyd")
    expect(page.get_by_label("Serial")).to_be_hidden()
    page.get_by_label("Broken").check()
    expect(page.get_by_label("Serial")).to_be_visible()
    page.get_by_label("Broken").uncheck()
    expect(page.get_by_label("Serial")).to_be_hidden()
