"""Fields that the account adds to its tickets: what they keep, the tags in step with them, who sees and sets them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.fields import actions as fields
from adjoin.fields.models import TicketField, TicketForm
from adjoin.kernel.errors import Invalid
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Event, Ticket

LEVELS = [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}]
PARTS = [{"name": "Lid", "value": "lid"}, {"name": "Base", "value": "base"}]
KINDS: list[tuple[str, dict[str, Any], Any, Any, Any]] = [  # type, more, a good value, how it is kept, a bad value
    ("text", {}, " A  line ", "A line", ["x"]),
    ("textarea", {}, "Two\nlines", "Two\nlines", 7),
    ("checkbox", {"tag": "ticked"}, "true", True, "perhaps"),
    ("integer", {}, "0", 0, "4.5"),
    ("decimal", {}, "4.5", 4.5, "NaN"),
    ("date", {}, "2026-03-04", "2026-03-04", "2026-13-40"),
    ("regexp", {"pattern": "[A-Z]{2}-[0-9]+"}, "AB-7", "AB-7", "ab-7"),
    ("tagger", {"options": LEVELS}, "gold", "gold", "lead"),
    ("multiselect", {"options": LEVELS}, ["tin", "gold"], ["tin", "gold"], ["tin", "lead"]),
    ("partialcreditcard", {}, "4242 4242 4242 4242", "XXXXXXXXXXXX4242", "42"),
    ("lookup", {"target": "zen:user"}, "cyd", "cyd", 987654321),
]


def made(type: str, title: str = "Level", **columns: Any) -> TicketField:
    return fields.create_field(type=type, title=title, now=NOW, **columns)


@pytest.mark.parametrize(("type_", "more", "good", "kept", "bad"), KINDS, ids=[one[0] for one in KINDS])
def test_a_field_keeps_what_fits_its_type_and_tells_of_each_change(
    api: Caller, cast: Cast, type_: str, more: dict[str, Any], good: Any, kept: Any, bad: Any
) -> None:
    field, ana = made(type_, **more), api.as_("ana")
    cyd = cast.users["cyd"].pk
    good, kept = (cyd, str(cyd)) if good == "cyd" else (good, kept)
    path = f"/tickets/{cast.ticket().pk}"
    empty = {"checkbox": False, "multiselect": []}.get(type_)
    assert ana.get(path).json()["ticket"]["custom_fields"] == [{"id": field.pk, "value": empty}]
    told = ana.put(path, {"ticket": {"custom_fields": [{"id": field.pk, "value": good}, {"id": 1, "value": 1}]}}).json()
    assert told["ticket"]["custom_fields"] == told["ticket"]["fields"] == [{"id": field.pk, "value": kept}]
    moved = next(one for one in told["audit"]["events"] if one["field_name"] == str(field.pk))
    assert (moved["type"], moved["previous_value"]) == ("Change", None)
    assert moved["value"] == (kept if isinstance(kept, list) else str(kept).lower() if kept is True else str(kept))
    refused = ana.put(path, {"ticket": {"fields": {str(field.pk): bad}}})
    assert (refused.status_code, list(refused.json()["details"])) == (422, [str(field.pk)])
    cleared = ana.put(path, {"ticket": {"custom_fields": [{"id": field.pk, "value": None}]}}).json()["ticket"]
    assert cleared["custom_fields"] == [{"id": field.pk, "value": empty}]
    assert Ticket.objects.get(pk=path.rpartition("/")[2]).custom_fields == {}


def test_nothing_but_the_end_of_a_card_number_is_kept_anywhere(api: Caller, cast: Cast) -> None:
    field = made("partialcreditcard")
    body = {"comment": {"body": "Paid"}, "custom_fields": [{"id": field.pk, "value": "4111-1111-1111-1234"}]}
    assert b"XXXXXXXXXXXX1234" in api.as_("ana").post("/tickets", {"ticket": body}).content
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_event WHERE data::text ~ '4111|1111'")
        assert cursor.fetchone() == (0,)


def test_tags_follow_values_and_values_follow_tags(cast: Cast) -> None:
    level, parts = made("tagger", options=LEVELS), made("multiselect", "Parts", options=PARTS)
    box = made("checkbox", "Broken", tag="broken")
    ticket = cast.ticket(tags=["kettle"], custom_fields={level.pk: "gold", parts.pk: ["lid"]})
    assert ticket.tags == ["gold", "kettle", "lid"]
    ticket = cast.update("ana", ticket, custom_fields={level.pk: "tin", box.pk: True})
    assert ticket.tags == ["broken", "kettle", "lid", "tin"]
    ticket = cast.update("ana", ticket, tags=["base", "gold", "kettle", "lid", "tin"])
    assert ticket.custom_fields == {level.key: "gold", parts.key: ["lid", "base"]}
    assert ticket.tags == ["base", "gold", "kettle", "lid"]
    ticket = cast.update("ana", ticket, tags=["kettle"])
    assert ticket.custom_fields == {}
    assert cast.ticket(tags=["tin"]).custom_fields == {level.key: "tin"}


def test_an_update_of_neither_tags_nor_values_asks_nothing_of_fields(cast: Cast) -> None:
    made("tagger", options=LEVELS)
    ticket = cast.ticket()
    with CaptureQueriesContext(connection) as asked:
        cast.update("ana", ticket, priority="high")
    assert not [one for one in asked.captured_queries if "fields_" in one["sql"] and "SELECT" in one["sql"]]


def test_what_agents_must_fill_in_keeps_a_ticket_from_being_solved(api: Caller, cast: Cast) -> None:
    field = made("integer", "Cause", is_required=True)
    form = TicketForm.objects.get(is_default=True)
    ticket = cast.ticket()
    api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"status": "solved"}})  # the form does not have it
    fields.update_form(form=form, now=NOW, ticket_field_ids=[*form.ticket_field_ids, field.pk])
    second = cast.ticket()
    refused = api.as_("ana").put(f"/tickets/{second.pk}", {"ticket": {"status": "solved"}})
    assert refused.status_code == 422
    assert "Cause is needed to solve the ticket" in refused.content.decode()
    cast.update("cyd", second, status="solved")  # whoever asked is never kept
    assert cast.update("ana", ticket, status="open", custom_fields={field.pk: 0}).status == "open"
    assert cast.update("ana", ticket, status="solved").status == "solved"


def test_end_users_set_and_see_only_what_is_theirs(api: Caller, cast: Cast) -> None:
    ours, shown = made("text", "Ours"), made("text", "Shown", visible_in_portal=True)
    theirs = made("text", "Theirs", editable_in_portal=True)
    given = [{"id": one.pk, "value": f"from cyd {one.pk}"} for one in (ours, shown, theirs)]
    body = {"request": {"subject": "Kettle", "comment": {"body": "Broken"}, "custom_fields": given}}
    made_ = api.as_("cyd").post("/requests", body).json()["request"]
    assert made_["custom_fields"] == made_["fields"]
    assert made_["custom_fields"] == [
        {"id": shown.pk, "value": None},
        {"id": theirs.pk, "value": f"from cyd {theirs.pk}"},
    ]
    ticket = Ticket.objects.get(pk=made_["id"])
    cast.update("ana", ticket, custom_fields={ours.pk: "zqinternal", shown.pk: "for all"})
    for path in (f"/requests/{ticket.pk}", "/requests", f"/requests/{ticket.pk}/comments"):
        assert b"zqinternal" not in api.as_("cyd").get(path).content
    assert b"zqinternal" in api.as_("ana").get(f"/tickets/{ticket.pk}").content


def test_an_agent_who_only_asked_sees_the_fields_of_whoever_asks(api: Caller, cast: Cast) -> None:
    ours = made("text", "Ours")
    ticket = cast.ticket("ben", custom_fields={ours.pk: "zqinternal"})
    told = api.as_("ben").get(f"/tickets/{ticket.pk}")
    assert told.status_code == 200
    assert b"zqinternal" not in told.content


def test_a_field_that_points_at_tickets_names_none_that_its_reader_may_not_read(api: Caller, cast: Cast) -> None:
    field = made("lookup", "Cause", target="zen:ticket")
    hidden = cast.ticket()
    ticket = cast.ticket(brand_id=cast.outdoor.pk, custom_fields={field.pk: hidden.pk})
    for who, value in (("ana", str(hidden.pk)), ("ben", None)):
        shown = api.as_(who).get(f"/tickets/{ticket.pk}").json()["ticket"]["custom_fields"]
        assert shown == [{"id": field.pk, "value": value}]
    with pytest.raises(Invalid, match="cannot be chosen"):
        cast.update("ben", ticket, custom_fields={field.pk: hidden.pk})


def test_a_choice_that_is_the_default_begins_on_new_tickets_of_its_form(cast: Cast) -> None:
    level = made("tagger", options=[*LEVELS, {"name": "Iron", "value": "iron", "default": True}])
    form = TicketForm.objects.get(is_default=True)
    assert cast.ticket().custom_fields == {}
    fields.update_form(form=form, now=NOW, ticket_field_ids=[*form.ticket_field_ids, level.pk])
    assert (cast.ticket().custom_fields, cast.ticket().tags) == ({level.key: "iron"}, ["iron"])
    assert cast.ticket(custom_fields={level.pk: None}).custom_fields == {}


def test_values_go_with_their_field_and_with_their_choice(cast: Cast) -> None:
    level, parts = made("tagger", options=LEVELS), made("multiselect", "Parts", options=PARTS)
    ticket = cast.ticket(custom_fields={level.pk: "gold", parts.pk: ["lid", "base"]})
    fields.remove_option(field=parts, option=parts.options.get(value="lid"), now=NOW)
    run_jobs()
    assert Ticket.objects.get(pk=ticket.pk).custom_fields == {level.key: "gold", parts.key: ["base"]}
    key = level.key
    fields.delete_field(field=level, now=NOW, with_tags=True)
    fields.delete_field(field=parts, now=NOW)
    run_jobs()
    after = Ticket.objects.get(pk=ticket.pk)
    assert (after.custom_fields, after.tags) == ({}, ["base", "lid"])
    assert Event.objects.filter(audit__ticket=ticket, data__field_name=key).exists()


def test_a_ticket_solved_long_ago_is_not_kept_by_a_field_that_came_later(cast: Cast) -> None:
    ticket = cast.update("ana", cast.ticket(), status="solved")
    cause, note = made("text", "Cause", is_required=True), made("text", "Note")
    form = TicketForm.objects.get(is_default=True)
    fields.update_form(form=form, now=NOW, ticket_field_ids=[cause.pk, note.pk])
    assert cast.update("ana", ticket, custom_fields={note.pk: "Afterwards"}).custom_fields == {note.key: "Afterwards"}
