"""The rooms for ticket fields and ticket forms, without any script."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from adjoin.fields.models import TicketField, TicketForm
from adjoin.testing.api import HOST
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": HOST})
    client.force_login(cast.user(name))
    return client


def options(field: TicketField) -> list[tuple[str, str, bool]]:
    return list(field.options.order_by("position").values_list("name", "value", "is_default"))


def rows(*named: tuple[str, str], default: str = "") -> dict[str, str]:
    """Choices as the page sends them."""
    sent = {"options-count": str(len(named)), "options-default": default}
    for number, (name, value) in enumerate(named):
        sent |= {f"options-{number}-name": name, f"options-{number}-value": value}
    return sent


def test_choices_are_added_moved_and_removed_before_anything_is_saved(cast: Cast) -> None:
    ada, room = browser(cast, "ada"), "/admin/ticket-fields/new/?type=tagger"
    two = {"title": "", **rows(("Gold", "g"), ("Tin", "t"), default="1")}

    def after(do: str, **more: str) -> list[str]:
        page = ada.post(room, {**two, "do": do, **more})
        assert (page.status_code, b"Give it" in page.content) == (200, False)
        return re.findall(r'-name" id="choice-\d+-name" value="([^"]*)"', page.content.decode())

    assert after("up-1") == after("down-0") == ["Tin", "Gold"]
    assert after("remove-0") == ["Tin"]
    assert after("add") == ["Gold", "Tin", ""]
    assert after("many", **{"options-many": "Lead\nIron | fe"}) == ["Gold", "Tin", "Lead", "Iron"]
    assert after("remove-9") == after("up-0") == ["Gold", "Tin"]
    assert not TicketField.objects.filter(type="tagger").exists()


def test_a_field_is_made_moved_changed_and_deleted(cast: Cast) -> None:
    ada, room = browser(cast, "ada"), "/admin/ticket-fields/"
    assert browser(cast, "ana").get(room).status_code == 404
    assert b"One of several" in ada.get(f"{room}new/").content
    told: dict[str, Any] = {
        "title": "Level",
        "in_portal": "edit",
        "is_active": "on",
        **rows(("Gold", ""), ("Tin", "level_tin"), default="0"),
    }
    assert ada.post(f"{room}new/?type=tagger", told).status_code == 302
    field = TicketField.objects.get(title="Level")
    assert options(field) == [("Gold", "gold", True), ("Tin", "level_tin", False)]
    assert (field.editable_in_portal, field.required_in_portal, field.position) == (True, False, 7)
    ada.post(f"{room}move/", {"up": field.pk})
    assert TicketField.objects.get(pk=field.pk).position == 6
    page = ada.get(f"{room}{field.pk}/").content.decode()
    assert 'name="options-1-value" value="level_tin"' in page
    ticket = cast.ticket(custom_fields={field.pk: "gold"})
    again = {**told, **rows(("Silver", "gold"), ("Tin", "level_tin")), "in_portal": "nothing"}
    saved = ada.post(f"{room}{field.pk}/", again)
    assert (saved.status_code, options(field)[0]) == (302, ("Silver", "gold", False))
    refused = ada.post(f"{room}{field.pk}/", {**told, **rows(("A", "x"), ("B", "x"))})
    assert (refused.status_code, b"The tag x is there twice" in refused.content) == (422, True)
    ada.post(f"{room}{field.pk}/delete/", {"with_tags": "on"})
    run_jobs()
    ticket.refresh_from_db()
    assert (ticket.custom_fields, ticket.tags) == ({}, [])


def test_a_form_takes_fields_in_order_conditions_and_brands(cast: Cast) -> None:
    ada, room = browser(cast, "ada"), "/admin/ticket-forms/"
    for title, kind in (("Broken", "checkbox"), ("Serial", "text")):
        given = {"title": title, "in_portal": "edit", "is_active": "on"}
        ada.post(f"/admin/ticket-fields/new/?type={kind}", given)
    broken, serial = (TicketField.objects.get(title=title).pk for title in ("Broken", "Serial"))
    told = {
        "name": "Kettles",
        "is_active": "on",
        "end_user_visible": "on",
        "in_all_brands": "no",
        "brands": [cast.outdoor.pk],
        "requires_brand": "on",
        f"place_{serial}": "2",
        f"place_{broken}": "1",
        "agent_conditions_when": [f"{broken}=true", ""],
        "agent_conditions_show": [str(serial), ""],
        "agent_conditions_required": ["solved", "never"],
    }
    assert ada.post(f"{room}new/", told).status_code == 302
    form = TicketForm.objects.get(name="Kettles")
    assert (form.ticket_field_ids, form.requires_brand) == ([broken, serial], True)
    some = {"type": "SOME_STATUSES", "statuses": ["solved"]}
    child = {"id": serial, "is_required": True, "required_on_statuses": some}
    assert [one["child_fields"] for one in form.agent_conditions] == [[child]]
    page = ada.get(f"{room}{form.pk}/").content.decode()
    assert f'<option value="{broken}=true" selected>Broken is Yes' in page
    refused = ada.post(f"{room}{form.pk}/", {**told, "brands": []})
    assert (refused.status_code, b"Choose at least one" in refused.content) == (422, True)
    ada.post(f"{room}{form.pk}/default/")
    assert not TicketForm.objects.get(pk=form.pk).is_default  # it is not in all brands
    ada.post(f"{room}{form.pk}/clone/")
    ada.post(f"{room}move/", {"up": form.pk})
    ada.post(f"{room}{form.pk}/delete/")
    assert list(TicketForm.objects.in_order().values_list("name", flat=True)) == ["Default form", "Clone of Kettles"]
    for path in (room, "/admin/ticket-fields/", f"{room}{TicketForm.objects.get(is_default=True).pk}/"):
        assert ada.get(path).status_code == 200
