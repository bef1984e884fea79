"""Macros: who is offered which, what they fill in, and that they widen nobody's rights."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.brands import actions as brands
from adjoin.desk_settings.models import DeskSettings
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.people import actions as people
from adjoin.rules import defaults, macro_writes, macros
from adjoin.rules.models import Macro
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast

TAKE_IT = [{"field": "assignee_id", "value": "current_user"}, {"field": "status", "value": "pending"}]

OF_EVERY_ACCOUNT = {title for title, _ in defaults.MACROS}


def macro(cast: Cast, title: str, actions: Any = (), **more: Any) -> Macro:
    more.setdefault("actor", cast.actor("ada"))
    return macro_writes.create_macro(title=title, actions=list(actions) or TAKE_IT, now=NOW, **more)


def offered(cast: Cast, who: str, ticket: Any = None) -> set[str]:
    return {one.title for one in macros.offered(cast.actor(who), ticket)} - OF_EVERY_ACCOUNT


def test_people_are_offered_what_is_everybodys_their_groups_and_their_own(cast: Cast) -> None:
    people.add_to_group(user=cast.users["ana"], group=cast.returns, now=NOW)
    macro(cast, "All")
    macro(cast, "Returns", group_ids=[cast.returns.pk])
    macro(cast, "Outdoor", brand_ids=[cast.outdoor.pk])
    macro(cast, "Home", brand_ids=[cast.home.pk])
    macro(cast, "Hers", owner_id=cast.users["ana"].pk, actor=cast.actor("ana"))
    macro(cast, "Off", is_active=False)
    assert offered(cast, "ana") == {"All", "Returns", "Outdoor", "Home", "Hers"}
    assert offered(cast, "ben") == {"All", "Outdoor"}
    assert offered(cast, "ada") == {"All", "Returns", "Outdoor", "Home"}
    assert offered(cast, "cyd") == set()
    assert "Outdoor" not in offered(cast, "ana", cast.ticket())  # a ticket of Home


def test_agents_who_see_only_their_own_customers_are_offered_only_what_is_for_them(cast: Cast) -> None:
    DeskSettings.objects.update_or_create(defaults={"agents_see_own_customers": True})
    people.add_to_group(user=cast.users["ben"], group=cast.returns, now=NOW)
    macro(cast, "All")
    macro(cast, "Returns", group_ids=[cast.returns.pk])
    macro(cast, "Returns at Home", group_ids=[cast.returns.pk], brand_ids=[cast.home.pk])
    macro(cast, "Outdoor", brand_ids=[cast.outdoor.pk])
    macro(cast, "Home", brand_ids=[cast.home.pk])
    assert offered(cast, "ben") == {"Returns", "Outdoor"}
    brands.set_brands_of(user=cast.users["ben"], brands=[], now=NOW)
    assert offered(cast, "ben") == {"Returns"}


def test_people_make_macros_for_themselves_and_more_only_as_their_role_says(cast: Cast) -> None:
    ana = cast.actor("ana")
    own = macro(cast, "Hers", owner_id=ana.user_id, actor=ana)
    shared = macro(cast, "All")
    for refused in ({}, {"group_ids": [cast.support.pk]}, {"owner_id": cast.users["ben"].pk}):
        with pytest.raises(NotAllowed):
            macro(cast, "More", actor=ana, **refused)
    with pytest.raises(NotAllowed):
        macro_writes.update_macro(actor=ana, macro_id=shared.pk, now=NOW, title="Mine")
    with pytest.raises(NotAllowed):  # nor does it become everybody's
        macro_writes.update_macro(actor=ana, macro_id=own.pk, now=NOW, owner_id=None)
    assert set(macro_writes.writable(ana)) == {own}
    assert set(macro_writes.writable(cast.actor("ada")).exclude(title__in=OF_EVERY_ACCOUNT)) == {shared}


def test_placeholders_are_filled_in_once_and_never_out_of_what_people_typed(cast: Cast) -> None:
    people.update_user(user=cast.users["cyd"], now=NOW, name="{{ticket.assignee.email}} <b>")
    ticket = cast.ticket(subject="{% for a in (1..9) %}{{current_user.name}}{% endfor %}")
    cast.update("ana", ticket, note="the secret plan")
    text = "Dear {{ticket.requester.name}}: {{ticket.title}} #{{ticket.id}} {{ticket.latest_comment}} {{a.b.c}}."
    made = macro(cast, "Hi", [{"field": "comment_value", "value": text}])
    draft = macros.apply(cast.actor("ana"), made, ticket)
    loop = "{% for a in (1..9) %}{{current_user.name}}{% endfor %}"
    assert draft.body == f"Dear {{{{ticket.assignee.email}}}} <b>: {loop} #{ticket.pk} My kettle is broken. ."
    html = macro(cast, "Html", [{"field": "comment_value_html", "value": "<p>{{ticket.requester.name}}</p>"}])
    assert "&lt;b&gt;" in macros.apply(cast.actor("ana"), html, ticket).html_body
    for broken in ("{% for %}", "{% include 'settings' %}", "{{ticket.id"):
        with pytest.raises(Invalid):
            macros.apply(cast.actor("ana"), macro(cast, "X", [{"field": "comment_value", "value": broken}]), ticket)


def test_a_loop_without_end_ends(cast: Cast) -> None:
    endless = "{% for a in (1..1000) %}{% for b in (1..1000) %}x{% endfor %}{% endfor %}"
    made = macro(cast, "Endless", [{"field": "comment_value", "value": endless}])
    with pytest.raises(Invalid, match="loop"):
        macros.apply(cast.actor("ana"), made, cast.ticket())


def test_applying_over_the_api_shows_the_ticket_and_saves_nothing(api: Caller, cast: Cast) -> None:
    text = [{"field": "comment_value", "value": "Hello {{ticket.requester.first_name}}"}]
    tags = [{"field": "current_tags", "value": "seen"}, {"field": "comment_mode_is_public", "value": "false"}]
    made = macro(cast, "Take it", [*TAKE_IT, *text, *tags])
    ticket = cast.ticket(tags=["kettle"])
    ana = api.as_("ana")
    shown = ana.get(f"/tickets/{ticket.pk}/macros/{made.pk}/apply").json()["result"]["ticket"]
    assert (shown["id"], shown["status"], shown["assignee_id"]) == (ticket.pk, "pending", cast.users["ana"].pk)
    assert shown["tags"] == ["kettle", "seen"]
    assert (shown["comment"]["body"], shown["comment"]["public"]) == ("Hello Cyd", False)
    alone = ana.get(f"/macros/{made.pk}/apply").json()["result"]["ticket"]
    assert alone["comment"]["scoped_body"] == [["channel:all", "Hello {{ticket.requester.first_name}}"]]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags) == ("new", ["kettle"])
    assert api.as_("ben").get(f"/tickets/{ticket.pk}/macros/{made.pk}/apply").status_code == 404


def test_macros_are_made_listed_changed_and_deleted_over_the_api(api: Caller, cast: Cast) -> None:
    ana, ada = api.as_("ana"), api.as_("ada")
    body = {"title": "Take it", "actions": TAKE_IT}
    assert ana.post("/macros", {"macro": body}).status_code == 403
    own = {**body, "restriction": {"type": "User", "id": cast.users["ana"].pk}}
    made = ana.post("/macros", {"macro": own})
    assert (made.status_code, made.json()["macro"]["restriction"]["type"]) == (201, "User")
    pk = made.json()["macro"]["id"]
    assert ada.get(f"/macros/{pk}").status_code == 404  # somebody's own is nobody else's
    assert pk in [one["id"] for one in ana.get("/macros/active").json()["macros"]]
    assert ana.put(f"/macros/{pk}", {"macro": {"title": "Mine"}}).json()["macro"]["title"] == "Mine"
    refused = ana.put(f"/macros/{pk}", {"macro": {"actions": [{"field": "status", "value": "closed"}]}})
    assert (refused.status_code, "Action 1: Status is one of" in refused.content.decode()) == (422, True)
    assert ana.delete(f"/macros/{pk}").status_code == 204
    assert ada.get("/macros").json()["count"] == len(defaults.MACROS)
