"""What the API promises of tickets."""

from __future__ import annotations

from datetime import timedelta

from adjoin.people.models import User
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.tickets.models import Ticket

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
