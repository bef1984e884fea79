"""The fields that an account adds to its people and organizations, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.people.models import User
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

LEVELS = [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}]
TYPES: list[tuple[str, dict[str, Any], Any, Any, Any]] = [  # type, more, a good value, how it is kept, a bad value
    ("text", {}, " A  line ", "A line", ["x"]),
    ("textarea", {}, "Two\nlines", "Two\nlines", 7),
    ("checkbox", {"tag": "VIP"}, "true", True, "perhaps"),
    ("integer", {}, "42", 42, "4.5"),
    ("decimal", {}, "4.5", 4.5, "NaN"),
    ("date", {}, "2026-03-04", "2026-03-04", "2026-13-40"),
    ("regexp", {"regexp_for_validation": "[A-Z]{2}-[0-9]+"}, "AB-7", "AB-7", "ab-7"),
    ("dropdown", {"custom_field_options": LEVELS}, "gold", "gold", "lead"),
    ("multiselect", {"custom_field_options": LEVELS}, ["tin", "gold"], ["tin", "gold"], ["lead"]),
]


def whose(cast: Cast, holder: str) -> Any:
    return cast.users["cyd"] if holder == "user" else cast.organizations["Kettle Club"]


@pytest.mark.parametrize("holder", ["user", "organization"])
def test_a_field_of_its_own_keeps_what_fits_its_type(api: Caller, cast: Cast, holder: str) -> None:
    ada, row = api.as_("ada"), whose(cast, holder)
    path, fields = f"/{holder}s/{row.pk}", f"/{holder}_fields"

    def shown(said: Any) -> Any:
        return said.json()[holder][f"{holder}_fields"]

    for type_, more, good, kept, bad in TYPES:
        body = {f"{holder}_field": {"key": "level", "title": "Level", "type": type_, **more}}
        assert api.as_("ana").post(fields, body).status_code == 403
        made = ada.post(fields, body)
        assert (made.status_code, made.json()[f"{holder}_field"]["key"]) == (201, "level"), made.content
        assert ada.post(fields, body).status_code == 422
        empty = {"checkbox": False, "multiselect": []}.get(type_)
        assert shown(api.as_("ana").get(path)) == {"level": empty}
        written = ada.put(path, {holder: {f"{holder}_fields": {"level": good, "unknown": 1}}})
        assert shown(written) == {"level": kept}
        gives = {"checkbox": ["vip"], "dropdown": ["gold"], "multiselect": ["gold", "tin"]}.get(type_, [])
        assert written.json()[holder]["tags"] == gives
        refused = ada.put(path, {holder: {f"{holder}_fields": {"level": bad}}})
        assert (refused.status_code, list(refused.json()["details"])) == (422, ["level"])
        assert ada.put(path, {holder: {f"{holder}_fields": {"level": None}}}).json()[holder]["tags"] == []
        ada.put(path, {holder: {f"{holder}_fields": {"level": good}, "tags": []}})
        assert ada.delete(f"{fields}/level").status_code == 204
        ada.put(path, {holder: {"tags": []}})  # those of a field that is gone are tags like others
        assert shown(api.as_("ana").get(path)) == {}
    assert type(row).objects.get(pk=row.pk).custom_fields == {}


@pytest.mark.parametrize("holder", ["user", "organization"])
def test_fields_and_their_choices_are_changed_and_put_into_order(api: Caller, cast: Cast, holder: str) -> None:
    ada, noun, row = api.as_("ada"), f"{holder}_field", whose(cast, holder)
    for key in ("a", "b"):
        ada.post(f"/{noun}s", {noun: {"key": key, "title": key, "type": "text"}})
    ada.post(f"/{noun}s", {noun: {"key": "c", "title": "c", "type": "multiselect", "custom_field_options": LEVELS}})
    listed = {one["key"]: one["id"] for one in ada.get(f"/{noun}s").json()[f"{noun}s"]}
    ada.put(f"/{noun}s/reorder", {f"{noun}_ids": [listed["c"], listed["a"]]})
    assert [one["key"] for one in ada.get(f"/{noun}s").json()[f"{noun}s"]] == ["c", "a", "b"]
    changed = ada.put(f"/{noun}s/a", {noun: {"title": "New", "type": "date"}}).json()[noun]
    assert (changed["title"], changed["type"]) == ("New", "text")
    nested = {noun: {"key": "z", "title": "z", "type": "regexp", "regexp_for_validation": "(a+)+"}}
    assert ada.post(f"/{noun}s", nested).status_code == 422
    options = f"/{noun}s/c/options"
    gold, tin = (one["id"] for one in ada.get(options).json()["custom_field_options"])
    new = ada.post(options, {"custom_field_option": {"name": "Lead", "value": "lead"}})
    assert (new.status_code, new.json()["custom_field_option"]["position"]) == (201, 2)
    again = ada.post(options, {"custom_field_option": {"id": gold, "name": "Pure gold"}})
    assert (again.status_code, again.json()["custom_field_option"]["value"]) == (200, "gold")
    ada.put(f"/{holder}s/{row.pk}", {holder: {f"{noun}s": {"c": ["gold", "tin"]}}})
    assert ada.delete(f"{options}/{tin}").status_code == 204
    assert type(row).objects.get(pk=row.pk).custom_fields == {"c": ["gold"]}
    assert ada.get(f"{options}/{tin}").status_code == 404


def test_end_users_neither_see_nor_write_what_agents_keep_about_them(api: Caller, cast: Cast) -> None:
    api.as_("ada").post("/user_fields", {"user_field": {"key": "score", "title": "Score", "type": "integer"}})
    cyd = cast.users["cyd"]
    made = api.as_("ada").post("/users", {"user": {"name": "New", "user_fields": {"score": 7}}}).json()["user"]
    assert made["user_fields"] == {"score": 7}
    assert "user_fields" not in api.as_("cyd").get("/users/me").json()["user"]
    assert api.as_("cyd").put(f"/users/{cyd.pk}", {"user": {"user_fields": {"score": 1}}}).status_code == 403
    assert api.as_("cyd").get("/user_fields").status_code == 403
    assert User.objects.get(pk=cyd.pk).custom_fields == {}
