"""The account's own fields on the agents' pages of a ticket, without any script."""

from __future__ import annotations

from typing import Any

from django.test import Client

from adjoin.fields import actions as fields
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket

LEVELS = [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}]


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"host": HOST})
    client.force_login(cast.user(name))
    return client


def test_an_agent_changes_fields_and_form_among_the_properties(cast: Cast) -> None:
    level = fields.create_field(type="tagger", title="Level", now=NOW, options=LEVELS)
    why = fields.create_field(type="text", title="Why", now=NOW)
    parts = fields.create_field(type="multiselect", title="Parts", now=NOW, options=[{"name": "Lid", "value": "lid"}])
    rows = [{"parent_field_id": level.pk, "value": "gold", "child_fields": [{"id": why.pk, "is_required": True}]}]
    form = fields.create_form(
        name="Kettles", now=NOW, ticket_field_ids=[level.pk, why.pk, parts.pk], agent_conditions=rows
    )
    ticket = cast.ticket()
    ana, path = browser(cast, "ana"), f"/agent/tickets/{ticket.pk}/"
    assert b"Level" not in ana.get(path).content  # its form does not have it

    def save(**given: Any) -> Any:
        return ana.post(f"{path}update/", given)

    assert save(form=form.pk, **{"initial-form": ticket.ticket_form_id}).status_code == 302
    page = ana.get(path).content.decode()
    assert "Level" in page
    assert f'name="field_{why.pk}"' not in page
    refused = save(
        **{f"field_{level.pk}": "gold", f"initial-field_{level.pk}": "", "form": form.pk, "initial-form": form.pk}
    )
    assert (refused.status_code, b"Why is needed in this status" in refused.content) == (422, True)
    both = {f"field_{level.pk}": "tin", f"field_{parts.pk}": ["lid"], "form": form.pk, "initial-form": form.pk}
    assert save(**both).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.custom_fields, ticket.tags) == ({level.key: "tin", parts.key: ["lid"]}, ["lid", "tin"])
    same = {f"initial-{name}": value for name, value in both.items() if name != "initial-form"}
    assert b"Nothing was different" in ana.post(f"{path}update/", {**both, **same}, follow=True).content


def test_an_agent_files_a_ticket_with_another_form(cast: Cast) -> None:
    level = fields.create_field(type="tagger", title="Level", now=NOW, options=LEVELS)
    form = fields.create_form(name="Kettles", now=NOW, ticket_field_ids=[level.pk])
    ana = browser(cast, "ana")
    typed = {"requester": "cyd@example.com", "subject": "Typed", "mode": "reply", "body": "Words", "form": form.pk}
    typed["brand"] = cast.home.pk
    again = ana.post("/agent/tickets/new/", {**typed, "fields": "1"}).content.decode()
    assert 'value="Typed"' in again
    assert f'name="field_{level.pk}"' in again
    assert ana.post("/agent/tickets/new/", {**typed, f"field_{level.pk}": "gold"}).status_code == 302
    made = Ticket.objects.get()
    assert (made.ticket_form_id, made.custom_fields) == (form.pk, {level.key: "gold"})


def test_who_may_not_change_a_ticket_reads_its_fields(cast: Cast) -> None:
    ours = fields.create_field(type="text", title="Ours", now=NOW)
    theirs = fields.create_field(type="text", title="Theirs", now=NOW, visible_in_portal=True)
    ticket = cast.ticket("ben", custom_fields={ours.pk: "zqinternal", theirs.pk: "zqshown"}, status="closed")
    for who, sees in (("ana", True), ("ben", False)):
        page = browser(cast, who).get(f"/agent/tickets/{ticket.pk}/").content
        assert (b"zqshown" in page, b"zqinternal" in page) == (True, sees)


def test_a_lookup_is_chosen_among_what_its_reader_may_look_up(cast: Cast) -> None:
    people = fields.create_field(type="lookup", title="Fitter", now=NOW, target="zen:user")
    cause = fields.create_field(type="lookup", title="Cause", now=NOW, target="zen:ticket")
    form = fields.create_form(name="Repairs", now=NOW, ticket_field_ids=[people.pk, cause.pk])
    ticket, other = cast.ticket(ticket_form_id=form.pk), cast.ticket("eli", subject="Lid")
    ana, path = browser(cast, "ana"), f"/agent/tickets/{ticket.pk}/"
    asked = {"target": "zen:ticket", "q": "lid"}
    found = [browser(cast, name).get("/agent/tickets/lookup/", asked).content for name in ("ana", "ben")]
    assert [f'data-value="{other.pk}"'.encode() in one for one in found] == [True, False]  # ben is of another brand
    assert b"option" not in ana.get("/agent/tickets/lookup/", {"target": "zen:brand", "q": "a"}).content
    names = {f"field_{people.pk}": "Eli", f"field_{cause.pk}": str(other.pk)}
    assert ana.post(f"{path}update/", names).status_code == 302
    ticket.refresh_from_db()
    assert ticket.custom_fields == {people.key: str(cast.user("eli").pk), cause.key: str(other.pk)}
    page = ana.get(path).content.decode()
    assert f"#{other.pk} Lid</data>" in page
    assert ana.post(f"{path}update/", {f"field_{cause.pk}": "987654"}).status_code == 422
    assert b"Nothing has that name" in ana.post(f"{path}update/", {f"field_{people.pk}": "Nobody"}).content
