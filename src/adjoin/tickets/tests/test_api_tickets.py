"""What the API promises of tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adjoin.people.models import User
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Audit, Ticket

TICKET_KEYS = [  # as Zendesk's own answers have them
    *("url", "id", "external_id", "via", "created_at", "updated_at", "generated_timestamp", "type", "subject"),
    *("raw_subject", "description", "priority", "status", "recipient", "requester_id", "submitter_id", "assignee_id"),
    *("organization_id", "group_id", "collaborator_ids", "follower_ids", "email_cc_ids", "forum_topic_id"),
    *("problem_id", "has_incidents", "is_public", "due_at", "tags", "custom_fields", "satisfaction_rating"),
    *("sharing_agreement_ids", "custom_status_id", "fields", "followup_ids", "ticket_form_id", "brand_id"),
    *("allow_channelback", "allow_attachments", "from_messaging_channel"),
]
COMMENT_KEYS = [
    *("id", "type", "author_id", "body", "html_body", "plain_body", "public", "attachments", "audit_id", "via"),
    *("created_at", "metadata"),
]
NOT_FOUND = {"error": "RecordNotFound", "description": "Not found"}


def _ids(answer: Any) -> list[int]:
    return [ticket["id"] for ticket in answer.json()["tickets"]]


def _path(url: str) -> str:
    return url.removeprefix("http://acme.localhost")


def test_a_ticket_has_zendesks_keys_in_zendesks_order(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd", tags=["kettle"])
    answer = api.as_("ana").get(f"/tickets/{ticket.pk}.json")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    shown = answer.json()["ticket"]
    assert list(shown) == TICKET_KEYS
    assert shown["url"] == f"http://acme.localhost/api/v2/tickets/{ticket.pk}.json"
    assert (shown["description"], shown["via"]["channel"]) == ("My kettle is broken.", "web")
    assert (shown["created_at"], shown["tags"], shown["brand_id"]) == ("2026-03-04T10:00:00Z", ["kettle"], cast.home.pk)
    assert shown["generated_timestamp"] == int(NOW.timestamp())


def test_a_new_ticket_answers_201_with_its_place_and_audit(api: Caller) -> None:
    body = {"ticket": {"subject": "Tent", "comment": {"body": "It leaks."}, "requester": {"email": "Fay@example.com"}}}
    answer = api.as_("ana").post("/tickets", body)
    ticket = answer.json()["ticket"]
    assert (answer.status_code, answer["Location"], ticket["via"]["channel"]) == (201, ticket["url"], "api")
    assert [event["type"] for event in answer.json()["audit"]["events"]].count("Comment") == 1
    asked = api.as_("ana").get(f"/users/{ticket['requester_id']}").json()["user"]
    assert (asked["email"], asked["name"], asked["role"]) == ("fay@example.com", "fay", "end-user")


def test_a_refused_ticket_leaves_nobody_behind(api: Caller) -> None:
    body = {"ticket": {"comment": {"body": "x"}, "requester": {"email": "fay@example.com"}, "priority": "very"}}
    assert api.as_("ana").post("/tickets", body).status_code == 422
    assert not User.objects.filter(email="fay@example.com").exists()


def test_an_update_changes_fields_and_says_something_in_one_audit(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd", tags=["a"])
    change = {
        "comment": {"html_body": "<p>We <b>look</b><script>x()</script></p>", "public": False},
        "priority": "high",
        "assignee_email": "ana@example.com",
        "due_at": "2026-04-01T12:00:00+02:00",
        "additional_tags": ["b"],
        "remove_tags": ["a"],
        "email_ccs": [{"user_email": "dee@example.com"}, {"user_id": cast.users["eli"].pk, "action": "put"}],
        "followers": [{"user_id": cast.users["ada"].pk}],
    }
    answer = api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": change}).json()
    shown, comment = answer["ticket"], api.as_("ana").get(f"/tickets/{ticket.pk}/comments").json()["comments"][-1]
    assert (shown["priority"], shown["assignee_id"], shown["tags"]) == ("high", cast.users["ana"].pk, ["b"])
    assert (shown["due_at"], shown["status"]) == ("2026-04-01T10:00:00Z", "open")
    assert shown["email_cc_ids"] == sorted([cast.users["dee"].pk, cast.users["eli"].pk])
    assert shown["follower_ids"] == [cast.users["ada"].pk]
    assert shown["collaborator_ids"] == sorted([*shown["email_cc_ids"], *shown["follower_ids"]])
    assert (comment["html_body"], comment["body"], comment["public"]) == (
        '<div class="zd-comment" dir="auto"><p>We <b>look</b></p></div>',
        "We look",
        False,
    )
    change_events = {event["field_name"]: event for event in answer["audit"]["events"] if event["type"] == "Change"}
    assert (change_events["priority"]["value"], change_events["priority"]["previous_value"]) == ("high", None)
    removed = {"ticket": {"email_ccs": [{"user_email": "dee@example.com", "action": "delete"}]}}
    again = api.as_("ana").put(f"/tickets/{ticket.pk}", removed).json()["ticket"]
    assert again["email_cc_ids"] == [cast.users["eli"].pk]


def test_collaborators_are_named_by_id_address_or_both(api: Caller, cast: Cast) -> None:
    named = [cast.users["dee"].pk, "ana@example.com", {"name": "Fay", "email": "fay@example.com"}]
    body = {"ticket": {"comment": {"body": "x"}, "collaborators": named}}
    shown = api.as_("ada").post("/tickets", body).json()["ticket"]
    fay = User.objects.get(email="fay@example.com")
    assert (shown["email_cc_ids"], shown["follower_ids"]) == ([cast.users["dee"].pk, fay.pk], [cast.users["ana"].pk])
    people = api.as_("ada").get(f"/tickets/{shown['id']}/collaborators").json()["users"]
    assert {user["id"] for user in people} == set(shown["collaborator_ids"])


def test_keys_that_mean_nothing_are_named_and_ignored(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket()
    answer = api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"subject": "Tent", "ho\nho": 1, "id": 5}})
    assert answer.json()["ticket"]["subject"] == "Tent"
    assert answer["x-zendesk-api-warn"] == (
        'Removed restricted keys ["ticket.ho\\nho", "ticket.id"] from parameters according to whitelist'
    )


def test_a_new_ticket_goes_on_from_a_closed_one_that_its_writer_reads(api: Caller, cast: Cast) -> None:
    there = cast.outdoor.pk
    closed, open_ = (
        cast.ticket(status="closed", assignee_id=cast.users["ben"].pk, brand_id=there),
        cast.ticket(brand_id=there),
    )
    elsewhere = cast.ticket(status="closed", assignee_id=cast.users["ana"].pk)
    body = {"subject": "Again", "comment": {"body": "It leaks again."}}
    ben = api.as_("ben")
    made = ben.post("/tickets", {"ticket": {**body, "via_followup_source_id": closed.pk}})
    assert made.status_code == 201, made.content
    source = made.json()["ticket"]["via"]["source"]
    assert (source["rel"], source["from"]) == ("follow_up", {"ticket_id": closed.pk, "channel": "web"})
    shown = ben.get(f"/tickets/{closed.pk}").json()["ticket"]["followup_ids"]
    assert shown == [made.json()["ticket"]["id"]]
    for pk in (open_.pk, elsewhere.pk, 987654, "x"):
        refused = ben.post("/tickets", {"ticket": {**body, "via_followup_source_id": pk}})
        assert (refused.status_code, "via_followup_source_id" in refused.json().get("details", {})) == (422, True)


def test_a_safe_update_is_refused_when_somebody_was_quicker(api: Caller, cast: Cast) -> None:
    ticket, ana = cast.ticket(), api.as_("ana")
    stamp = ana.get(f"/tickets/{ticket.pk}").json()["ticket"]["updated_at"]
    safe = {"safe_update": True, "updated_stamp": stamp}
    assert ana.put(f"/tickets/{ticket.pk}", {"ticket": {"priority": "low", **safe}}).status_code == 200
    answer = ana.put(f"/tickets/{ticket.pk}", {"ticket": {"priority": "high", **safe}})
    assert (answer.status_code, answer.json()["error"]) == (409, "UpdateConflict")
    assert Ticket.objects.get(pk=ticket.pk).priority == "low"


def test_what_does_not_exist_and_what_may_not_be_read_answer_alike(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket()  # ben works for another brand
    for pk in (ticket.pk, 999_999, 2**63 - 1, 2**63, 10**30):
        for answer in (
            api.as_("ben").get(f"/tickets/{pk}"),
            api.as_("ben").put(f"/tickets/{pk}", {"ticket": {"subject": "x"}}),
            api.as_("ben").get(f"/tickets/{pk}/comments"),
            api.as_("ben").get(f"/tickets/{pk}/audits"),
            api.as_("ben").delete(f"/tickets/{pk}"),
        ):
            assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_admins_delete_agents_do_not(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket()
    assert api.as_("ana").delete(f"/tickets/{ticket.pk}").json()["error"]["title"] == "Forbidden"
    gone = api.as_("ada").delete(f"/tickets/{ticket.pk}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert api.as_("ada").get(f"/tickets/{ticket.pk}").status_code == 404


@pytest.mark.parametrize("sort", ["", "id", "-id", "updated_at", "-updated_at", "status", "-created_at"])
def test_cursors_walk_through_every_ticket_once_there_and_back(api: Caller, cast: Cast, sort: str) -> None:
    made = [cast.ticket("cyd", at=NOW + timedelta(hours=number % 3)).pk for number in range(7)]
    cast.update("ana", Ticket.objects.get(pk=made[3]), status="pending", at=NOW + timedelta(days=1))
    ana, parameters = api.as_("ana"), {"page[size]": 3, **({"sort": sort} if sort else {})}
    pages = [ana.get("/tickets", **parameters)]
    while pages[-1].json()["meta"]["has_more"]:
        link = pages[-1].json()["links"]["next"]
        assert link.startswith("http://acme.localhost/api/v2/tickets.json?")
        pages.append(ana.get(_path(link)))
    seen = [pk for page in pages for pk in _ids(page)]
    assert (sorted(seen), len(pages), "count" in pages[0].json()) == (made, 3, False)
    if sort in ("", "id", "-id"):
        assert seen == (made if sort != "-id" else made[::-1])
    back = ana.get(_path(pages[-1].json()["links"]["prev"]))
    assert _ids(back) == seen[3:6]
    assert _ids(ana.get(_path(back.json()["links"]["prev"]))) == seen[:3]
    beyond = ana.get(_path(pages[-1].json()["links"]["next"])).json()
    assert (beyond["tickets"], beyond["meta"]["after_cursor"], beyond["links"]["next"]) == ([], None, None)


def test_numbered_pages_walk_through_every_ticket_once(api: Caller, cast: Cast) -> None:
    made = [cast.ticket("cyd").pk for _ in range(7)]
    ana, seen = api.as_("ana"), list[int]()
    page = ana.get("/tickets", per_page=3, sort_by="created_at", sort_order="desc").json()
    assert (page["count"], page["previous_page"]) == (7, None)
    while True:
        seen += [ticket["id"] for ticket in page["tickets"]]
        if page["next_page"] is None:
            break
        page = ana.get(_path(page["next_page"])).json()
    assert seen == made[::-1]
    assert "page=2" in page["previous_page"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"page": "x"},
        {"page": 101, "per_page": 100},
        {"page[size]": 0},
        {"page[size]": "many"},
        {"page[size]": 2, "page[after]": "!!!"},
        {"page[size]": 2, "page[after]": "WyJpZCIsbnVsbCw5XQ", "sort": "updated_at"},
        {"page[size]": 2, "page[after]": "bnVsbA"},
        {"page[size]": 2, "sort": "shoe_size"},
    ],
)
def test_pages_that_cannot_be_are_refused(api: Caller, parameters: dict[str, Any]) -> None:
    answer = api.as_("ana").get("/tickets", **parameters)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidPaginationParameter")


def test_more_than_a_hundred_rows_are_a_hundred(api: Caller, cast: Cast) -> None:
    cast.ticket()
    assert api.as_("ana").get("/tickets", per_page=100_000).json()["count"] == 1
    assert api.as_("ana").get("/tickets", **{"page[size]": 100_000}).status_code == 200


def test_many_are_shown_by_their_ids_up_to_a_hundred(api: Caller, cast: Cast) -> None:
    first, second = cast.ticket(), cast.ticket()
    hidden = cast.ticket(brand_id=cast.outdoor.pk)
    asked = f"{second.pk},{first.pk},{hidden.pk},x,{2**70}"
    shown = api.as_("ana").get("/tickets/show_many", ids=asked).json()
    assert [ticket["id"] for ticket in shown["tickets"]] == [first.pk, second.pk, hidden.pk]
    ben = api.as_("ben").get("/tickets/show_many", ids=asked).json()
    assert ([ticket["id"] for ticket in ben["tickets"]], ben["count"]) == ([hidden.pk], 1)
    many = api.as_("ana").get("/tickets/show_many", ids=",".join(map(str, range(1, 102))))
    assert (many.status_code, many.json()["error"], many.json()["max_count"]) == (400, "TooManyValues", 100)


def test_lists_of_people_and_organizations_show_only_what_the_agent_reads(api: Caller, cast: Cast) -> None:
    ana, cyd, club = cast.users["ana"].pk, cast.users["cyd"].pk, cast.organizations["Kettle Club"].pk
    asked = cast.ticket("cyd", ccs=[cast.users["dee"].pk], followers=[ana], external_id="E-1")
    outdoor = cast.ticket("cyd", brand_id=cast.outdoor.pk, assignee_id=cast.users["ben"].pk)
    ada, ben = api.as_("ada"), api.as_("ben")
    assert _ids(ada.get(f"/users/{cyd}/tickets/requested")) == [asked.pk, outdoor.pk]
    assert _ids(ben.get(f"/users/{cyd}/tickets/requested")) == [outdoor.pk]
    assert _ids(ada.get(f"/users/{cast.users['dee'].pk}/tickets/ccd")) == [asked.pk]
    assert _ids(ada.get(f"/users/{ana}/tickets/followed")) == [asked.pk]
    assert _ids(ben.get(f"/users/{cast.users['ben'].pk}/tickets/assigned")) == [outdoor.pk]
    assert _ids(ben.get(f"/organizations/{club}/tickets")) == [outdoor.pk]
    assert ben.get(f"/organizations/{club}/tickets/count").json()["count"]["value"] == 1
    assert _ids(ada.get("/tickets", external_id="E-1")) == [asked.pk]
    assert ada.get("/users/999999/tickets/requested").json() == NOT_FOUND


def test_what_is_sideloaded_stands_beside_the_tickets(api: Caller, cast: Cast) -> None:
    cast.ticket("cyd", assignee_id=cast.users["ana"].pk)
    asked = "users,groups,organizations,brands,last_audits,comment_count,teapots,None"
    body = api.as_("ana").get("/tickets", include=asked).json()
    assert {user["name"] for user in body["users"]} == {"Ana Example", "Cyd Example"}
    assert ([one["name"] for one in body["groups"]], [one["name"] for one in body["brands"]]) == (["Support"], ["Acme"])
    assert [one["name"] for one in body["organizations"]] == ["Kettle Club"]
    assert (body["tickets"][0]["comment_count"], len(body["last_audits"])) == (1, 1)


def test_a_list_asks_as_often_for_thirty_as_for_three(api: Caller, cast: Cast) -> None:
    ana, asked = api.as_("ana"), list[int]()
    ana.get("/tickets")  # the first call of a minute notes when the token was used
    for amount in (3, 27):
        for _ in range(amount):
            cast.ticket("cyd", ccs=[cast.users["dee"].pk], followers=[cast.users["ada"].pk])
        with CaptureQueriesContext(connection) as queries:
            ana.get("/tickets", include="users,groups,organizations,brands,last_audits,comment_count", per_page=50)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_comments_have_zendesks_keys_and_their_authors(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket("cyd")
    cast.update("ana", ticket, note="Fragile.", at=NOW + timedelta(hours=1))
    body = api.as_("ana").get(f"/tickets/{ticket.pk}/comments", include="users").json()
    assert [list(comment) for comment in body["comments"]] == [COMMENT_KEYS] * 2
    assert {user["id"] for user in body["users"]} == {cast.users["cyd"].pk, cast.users["ana"].pk}
    newest = api.as_("ana").get(f"/tickets/{ticket.pk}/comments", sort_order="desc").json()["comments"]
    assert [comment["body"] for comment in newest] == ["Fragile.", "My kettle is broken."]
    assert api.as_("ana").get(f"/tickets/{ticket.pk}/comments/count").json()["count"]["value"] == 2


def test_audits_tell_everything_in_order(api: Caller, cast: Cast) -> None:
    ticket = cast.update("ana", cast.ticket("cyd"), status="pending", say="Which one?")
    audits = api.as_("ana").get(f"/tickets/{ticket.pk}/audits").json()["audits"]
    assert [list(audit) for audit in audits] == [
        ["id", "ticket_id", "created_at", "author_id", "metadata", "events", "via"]
    ] * 2
    assert audits[0]["author_id"] == -1
    change = next(event for event in audits[1]["events"] if event["type"] == "Change")
    assert (change["field_name"], change["value"], change["previous_value"]) == ("status", "pending", "new")
    one = api.as_("ana").get(f"/tickets/{ticket.pk}/audits/{audits[1]['id']}").json()["audit"]
    assert one == audits[1]
    assert api.as_("ana").get(f"/tickets/{ticket.pk + 1}/audits/{audits[1]['id']}").status_code == 404


def test_tags_are_set_added_and_removed(api: Caller, cast: Cast) -> None:
    ticket, ana = cast.ticket(tags=["old"]), api.as_("ana")
    path = f"/tickets/{ticket.pk}/tags"
    answer = ana.post(path, {"tags": ["Kettle", "blue"]})
    assert (answer.status_code, answer.json()) == (201, {"tags": ["blue", "kettle"]})
    assert ana.put(path, {"tags": ["hot"]}).json() == {"tags": ["blue", "hot", "kettle"]}
    assert ana.delete(path, {"tags": ["blue", "Hot"]}).status_code == 204
    assert ana.get(path).json() == {"tags": ["kettle"]}
    stale = {"tags": ["x"], "safe_update": True, "updated_stamp": "2001-01-01T00:00:00Z"}
    assert ana.put(path, stale).status_code == 409


def test_an_agent_who_only_asked_reads_no_notes(api: Caller, cast: Cast) -> None:
    theirs = cast.ticket("ben")  # in a brand that is not his
    cast.update("ana", theirs, note="canary-9d2e")
    ben = api.as_("ben")
    paths = (f"/tickets/{theirs.pk}", f"/tickets/{theirs.pk}/comments", f"/tickets/{theirs.pk}/audits")
    for answer in (*(ben.get(path) for path in paths), ben.get("/tickets", include="last_audits")):
        assert answer.status_code == 200
        assert "canary-9d2e" not in answer.content.decode()
    assert ben.get(f"/tickets/{theirs.pk}/audits").json()["audits"] == []


def test_a_closed_ticket_takes_no_more(api: Caller, cast: Cast) -> None:
    ticket = cast.update("ada", cast.ticket(), status="closed")
    answer = api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"comment": {"body": "x"}}})
    assert (answer.status_code, answer.json()["error"], list(answer.json()["details"])) == (
        422,
        "RecordInvalid",
        ["base"],
    )


WRONG: list[tuple[Any, int, str]] = [
    ("{", 400, ""),
    ("[]", 400, ""),
    ("null", 400, ""),
    ('{"ticket": {"subject": "\\ud800"}}', 400, ""),
    ('{"ticket": {"due_at": NaN}}', 400, ""),
    ("[" * 100_000, 400, ""),
    (b"\xff\xfe", 400, ""),
    ({}, 400, ""),
    ({"ticket": "x"}, 400, ""),
    ({"ticket": {"subject": 5}}, 422, "subject"),
    ({"ticket": {"subject": {"a": 1}}}, 422, "subject"),
    ({"ticket": {"status": "happy"}}, 422, "status"),
    ({"ticket": {"status": None}}, 422, "status"),
    ({"ticket": {"priority": ["high"]}}, 422, "priority"),
    ({"ticket": {"type": "cat"}}, 422, "type"),
    ({"ticket": {"assignee_id": 2**70}}, 422, "assignee_id"),
    ({"ticket": {"assignee_id": "ana"}}, 422, "assignee_id"),
    ({"ticket": {"assignee_email": "nobody@example.com"}}, 422, "assignee_email"),
    ({"ticket": {"requester_id": -1}}, 422, "requester_id"),
    ({"ticket": {"requester": "cyd"}}, 422, "requester"),
    ({"ticket": {"requester": {"name": "Cyd"}}}, 422, "requester"),
    ({"ticket": {"requester": {"email": "no address"}}}, 422, "email"),
    ({"ticket": {"brand_id": 999_999}}, 422, "brand_id"),
    ({"ticket": {"due_at": "tomorrow"}}, 422, "due_at"),
    ({"ticket": {"due_at": 5}}, 422, "due_at"),
    ({"ticket": {"external_id": {"a": 1}}}, 422, "external_id"),
    ({"ticket": {"tags": 5}}, 422, "tags"),
    ({"ticket": {"tags": [["a"]]}}, 422, "tags"),
    ({"ticket": {"additional_tags": {"a": 1}}}, 422, "additional_tags"),
    ({"ticket": {"comment": {"body": ""}}}, 422, "comment"),
    ({"ticket": {"comment": 5}}, 422, "comment"),
    ({"ticket": {"comment": {"body": 5}}}, 422, "comment"),
    ({"ticket": {"comment": {"body": "x", "public": "perhaps"}}}, 422, "public"),
    ({"ticket": {"comment": {"body": "x", "author_id": 999_999}}}, 422, "author_id"),
    ({"ticket": {"comment": {"body": "x", "uploads": ["nope"]}}}, 422, "uploads"),
    ({"ticket": {"comment": {"body": "x", "uploads": [5]}}}, 422, "uploads"),
    ({"ticket": {"email_ccs": "dee"}}, 422, "email_ccs"),
    ({"ticket": {"email_ccs": [{"user_id": 999_999}]}}, 422, "email_ccs"),
    ({"ticket": {"collaborators": [[1]]}}, 422, "collaborators"),
    ({"ticket": {"collaborators": list(range(101))}}, 400, ""),
    ({"ticket": {"safe_update": True}}, 422, "updated_stamp"),
    ({"ticket": {"submitter_id": "me"}}, 422, "submitter_id"),
]


def test_wrong_bodies_get_a_clear_error_and_change_nothing(api: Caller, cast: Cast) -> None:
    ticket, ana = cast.ticket(subject="As it was"), api.as_("ana")
    people, tickets = User.objects.count(), Ticket.objects.count()
    for body, status, field in WRONG:
        answer = ana.put(f"/tickets/{ticket.pk}", body)
        told = answer.json()
        named = list(told.get("details", {field: 0}))
        assert (answer.status_code, "error" in told, named) == (status, True, [field]), str(body)[:80]
        if status == 400:
            assert ana.post("/tickets", body).status_code == 400
    kept = Ticket.objects.get(pk=ticket.pk)
    assert (kept.subject, kept.status, kept.comments.count()) == ("As it was", "new", 1)
    assert Audit.objects.filter(ticket=ticket).count() == 1
    assert (User.objects.count(), Ticket.objects.count()) == (people, tickets)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"comment": None}, "base"),
        ({"requester_id": 999_999}, "requester_id"),
        ({"submitter_id": 999_999}, "submitter_id"),
        ({"organization_id": "x", "status": "x"}, "status"),
    ],
)
def test_wrong_new_tickets_are_refused(api: Caller, wrong: dict[str, Any], field: str) -> None:
    answer = api.as_("ana").post("/tickets", {"ticket": {"comment": {"body": "x"}, **wrong}})
    assert (answer.status_code, list(answer.json()["details"]), Ticket.objects.count()) == (422, [field], 0)


def test_text_may_hold_anything_that_is_text(api: Caller) -> None:
    odd = "NUL \x00 bell \x07 \U0001f600 \u202e ; DROP TABLE tickets_ticket; -- %s {{x}} <b>"
    body = {"ticket": {"subject": odd, "comment": {"body": odd}, "tags": [odd], "external_id": odd}}
    answer = api.as_("ana").post("/tickets", body)
    assert answer.status_code == 201
    ticket = answer.json()["ticket"]
    assert "\x00" not in ticket["subject"]
    assert "DROP TABLE" in ticket["subject"]
    assert "<b>" not in api.as_("ana").get(f"/tickets/{ticket['id']}/comments").json()["comments"][0]["html_body"]
