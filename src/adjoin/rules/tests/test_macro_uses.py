"""Macros that fill in the account's own fields, are counted, and are suggested where they were used."""

from __future__ import annotations

from typing import Any

from django.test import Client

from adjoin.fields import actions as fields
from adjoin.rules.models import MacroUse
from adjoin.testing.accounts import NOW
from adjoin.testing.api import HOST, Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Event


def made(api: Caller, title: str, *lines: Any) -> int:
    says = {"field": "comment_value", "value": f"{title}."}
    answer = api.as_("ada").post("/macros", {"macro": {"title": title, "actions": [says, *lines]}})
    assert answer.status_code == 201, answer.content
    return int(answer.json()["macro"]["id"])


def test_a_macro_fills_in_fields_that_the_account_has_added(api: Caller, cast: Cast) -> None:
    level = fields.create_field(type="tagger", title="Level", now=NOW, options=[{"name": "Gold", "value": "gold"}])
    until = fields.create_field(type="date", title="Until", now=NOW)
    key, day = f"custom_fields_{level.pk}", {"field": f"custom_fields_{until.pk}", "value": ["days_from_now", "2"]}
    macro = made(api, "Gold", {"field": key, "value": "gold"}, day)
    told = api.as_("ada").get("/macros/definitions").json()["definitions"]["actions"]
    assert key in {one["subject"] for one in told}
    ticket = cast.ticket()
    result = api.as_("ana").get(f"/tickets/{ticket.pk}/macros/{macro}/apply").json()["result"]["ticket"]
    values = {one["id"]: one["value"] for one in result["custom_fields"]}
    assert (values[level.pk], len(values[until.pk])) == ("gold", 10)
    client = Client(headers={"host": HOST})
    client.force_login(cast.user("ana"))
    client.post(f"/agent/tickets/{ticket.pk}/comment/", {"mode": "reply", "body": "Gold.", "macro": macro})
    ticket.refresh_from_db()
    assert (ticket.custom_fields[level.key], ticket.tags) == ("gold", ["gold"])
    wrong = {"field": key, "value": "lead"}
    assert api.as_("ada").post("/macros", {"macro": {"title": "X", "actions": [wrong]}}).status_code == 422
    fields.delete_field(field=level, now=NOW)
    assert api.as_("ada").get(f"/macros/{macro}").json()["macro"]["active"] is False


def test_what_was_sent_is_counted_told_and_suggested_on_tickets_alike(api: Caller, cast: Cast) -> None:
    parts, other = made(api, "Parts"), made(api, "Other")
    mine = {"field": "status", "value": "open"}
    own = {"title": "Own", "actions": [mine], "restriction": {"type": "User", "id": cast.users["ana"].pk}}
    foreign = int(api.as_("ana").post("/macros", {"macro": own}).json()["macro"]["id"])
    returns: dict[str, Any] = {"group_id": cast.returns.pk}
    for macro in (parts, parts, other):
        body = {"comment": {"body": "Done."}, "macro_ids": [macro, foreign, 999]}
        assert api.as_("ada").put(f"/tickets/{cast.ticket(**returns).pk}", {"ticket": body}).status_code == 200
    told = [event.data["macro_title"] for event in Event.objects.filter(type="AgentMacroReference").order_by("pk")]
    assert told == ["Parts", "Parts", "Other"]  # none that its sender may not use
    rows = api.as_("ada").get("/macros?include=usage_1h,usage_7d").json()["macros"]
    counts = {one["id"]: (one["usage_1h"], one["usage_7d"]) for one in rows}
    MacroUse.objects.update(used_at="2030-01-01T00:00Z")  # so that the page, which knows the hour, counts them too
    client = Client(headers={"host": HOST})
    client.force_login(cast.user("ana"))

    def often(**where: Any) -> str:
        page = client.get(f"/agent/tickets/{cast.ticket(**where).pk}/").content.decode()
        return page.partition("Often used on tickets like this")[2].partition(">All<")[0]

    suggested = often(**returns)
    assert 0 < suggested.index("Parts") < suggested.index("Other")
    assert {pk for pk, used in counts.items() if any(used)} == {parts, other}
    assert "Parts" in often(brand_id=cast.outdoor.pk)  # of the same form
