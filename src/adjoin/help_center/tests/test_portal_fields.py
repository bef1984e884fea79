"""Fields and forms in the help center, without any script."""

from __future__ import annotations

from adjoin.fields import actions as fields
from adjoin.fields.models import TicketForm
from adjoin.help_center.tests.conftest import OUTDOOR, Visit
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket

NEW = "/hc/en/requests/new/"


def test_whoever_asks_fills_in_what_is_theirs_and_nothing_else(cast: Cast, visit: Visit) -> None:
    ours = fields.create_field(type="text", title="Zqours", now=NOW)
    serial = fields.create_field(
        type="text", title="Zqinternal", title_in_portal="Serial number", now=NOW, required_in_portal=True
    )
    default = TicketForm.objects.get(is_default=True)
    fields.update_form(form=default, now=NOW, ticket_field_ids=[*default.ticket_field_ids, ours.pk, serial.pk])
    cyd = visit("cyd")
    page = cyd.get(NEW).content.decode()
    assert ("Serial number" in page, "Zqours" in page, "Zqinternal" in page) == (True, False, False)
    refused = cyd.file()
    assert (refused.status_code, b"Cannot be blank" in refused.content) == (422, True)
    sent = cyd.file(**{f"field_{serial.pk}": "A-1", f"field_{ours.pk}": "mine"})
    ticket = Ticket.objects.get()
    assert (sent.status_code, ticket.custom_fields) == (302, {serial.key: "A-1"})
    cast.update("ana", ticket, custom_fields={ours.pk: "zqsecret"})
    page = cyd.get(sent.url).content.decode()
    assert ("Serial number" in page, "A-1" in page, "zqsecret" in page, "Zqours" in page) == (True, True, False, False)


def test_of_several_forms_one_is_chosen_first_and_only_its_brand_has_it(cast: Cast, visit: Visit) -> None:
    tents = fields.create_form(name="Tents", now=NOW, in_all_brands=False, brand_ids=[cast.outdoor.pk])
    fields.create_form(name="Zqhidden", now=NOW, end_user_visible=False)
    assert 'name="subject"' in visit("cyd").get(NEW).content.decode()
    cyd = visit("cyd", host=OUTDOOR)
    page = cyd.get(NEW).content.decode()
    assert (f"?ticket_form_id={tents.pk}" in page, 'name="subject"' in page, "Zqhidden" in page) == (True, False, False)
    chosen = f"{NEW}?ticket_form_id={tents.pk}"
    assert cyd.send(chosen, {"subject": "Tent", "body": "Wet"}).status_code == 302
    assert Ticket.objects.get().ticket_form == tents


def test_what_a_condition_hides_does_not_count(cast: Cast, visit: Visit) -> None:
    broken = fields.create_field(type="checkbox", title="Broken", now=NOW, editable_in_portal=True)
    serial = fields.create_field(type="text", title="Serial", now=NOW, editable_in_portal=True)
    rows = [{"parent_field_id": broken.pk, "value": True, "child_fields": [{"id": serial.pk, "is_required": True}]}]
    default = TicketForm.objects.get(is_default=True)
    fields.update_form(form=default, now=NOW, ticket_field_ids=[broken.pk, serial.pk], end_user_conditions=rows)
    cyd = visit("cyd")
    assert "conditional-fields.js" in cyd.get(NEW).content.decode()
    assert cyd.file(**{f"field_{serial.pk}": "A-1"}).status_code == 302
    assert Ticket.objects.get().custom_fields == {}
    assert cyd.file("Second", **{f"field_{broken.pk}": "on"}).status_code == 422
    assert cyd.file("Third", **{f"field_{broken.pk}": "on", f"field_{serial.pk}": "A-1"}).status_code == 302
    assert Ticket.objects.get(subject="Third").custom_fields == {broken.key: True, serial.key: "A-1"}
