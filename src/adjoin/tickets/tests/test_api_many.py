"""What the API promises of many tickets at once, of merging, redacting and bringing back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from adjoin.people import roles
from adjoin.people.models import CustomRole
from adjoin.testing.accounts import NOW
from adjoin.testing.api import Caller
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Attachment, Event, Ticket

NOT_FOUND = {"error": "RecordNotFound", "description": "Not found"}
NOBODYS = 987_654_321  # the number of no ticket


def with_role(cast: Cast, name: str, **configuration: Any) -> None:
    """Give an agent a custom role that reads everything and may what is said."""
    role = CustomRole.objects.create(
        name=f"Role of {name}",
        configuration=roles.configuration({"ticket_access": "all", "ticket_comment_access": "public", **configuration}),
        created_at=NOW,
        updated_at=NOW,
    )
    user = cast.user(name)
    user.custom_role = role
    user.save(update_fields=["custom_role"])


def results(api: Caller, who: str, answer: Any) -> list[dict[str, Any]]:
    """What came of the job that an answer tells of."""
    started = answer.json()["job_status"]
    assert (answer.status_code, started["status"]) == (200, "queued")
    run_jobs()
    job = api.as_(who).get(f"/job_statuses/{started['id']}").json()["job_status"]
    assert (job["status"], job["progress"]) == ("completed", job["total"])
    found: list[dict[str, Any]] = job["results"]
    return found


def test_many_tickets_are_created_each_on_its_own(api: Caller) -> None:
    bodies = [{"subject": "a", "comment": {"body": "x"}}, {"priority": "very"}, {"subject": "c", "comment": "y"}]
    first, refused, third = results(api, "ana", api.as_("ana").post("/tickets/create_many", {"tickets": bodies}))
    assert Ticket.objects.get(pk=first["id"]).subject == "a"
    assert Ticket.objects.get(pk=third["id"]).subject == "c"
    assert (first["success"], refused["success"], refused["error"]) == (True, False, "TicketCreate")
    assert refused["errors"] == {"priority": ["Priority: very is not one of low, normal, high, urgent"]}


def test_unreadable_tickets_of_a_bulk_update_are_not_found_and_the_others_are_changed(api: Caller, cast: Cast) -> None:
    mine, also_mine = cast.ticket(brand_id=cast.outdoor.pk), cast.ticket(brand_id=cast.outdoor.pk, tags=["old"])
    hidden = cast.ticket()  # ben works for another brand
    path = f"/tickets/update_many?ids={mine.pk},{hidden.pk},{NOBODYS},{also_mine.pk},{mine.pk}"
    change = {"ticket": {"priority": "high", "additional_tags": ["new"]}}
    found = {one["id"]: one for one in results(api, "ben", api.as_("ben").put(path, change))}
    assert [pk for pk, one in found.items() if one["success"]] == [mine.pk, also_mine.pk]
    for pk in (hidden.pk, NOBODYS):
        assert {name: one for name, one in found[pk].items() if name not in ("id", "index")} == {
            "success": False,
            "error": "RecordNotFound",
            "status": "Failed",
            "details": "Not found",
        }
    hidden.refresh_from_db()
    also_mine.refresh_from_db()
    assert (hidden.priority, also_mine.priority, also_mine.tags) == (None, "high", ["new", "old"])


def test_each_ticket_can_get_its_own_change(api: Caller, cast: Cast) -> None:
    one, other, changed_meanwhile = cast.ticket(), cast.ticket(), cast.ticket()
    bodies = [{"id": one.pk, "priority": "low"}, {"id": other.pk, "subject": "Tent"}]
    bodies.append({"id": changed_meanwhile.pk, "subject": "Tent"})
    answer = api.as_("ana").put("/tickets/update_many", {"tickets": bodies})
    cast.update("ada", changed_meanwhile, subject="Stove", at=timezone.now())
    done = results(api, "ana", answer)
    assert [result["success"] for result in done] == [True, True, False]
    assert "Somebody else changed this ticket meanwhile" in done[2]["details"]
    assert Ticket.objects.get(pk=one.pk).priority == "low"
    assert [Ticket.objects.get(pk=row.pk).subject for row in (other, changed_meanwhile)] == ["Tent", "Stove"]


def test_many_tickets_are_deleted_by_those_whose_role_deletes(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket()
    refused = results(api, "ana", api.as_("ana").delete(f"/tickets/destroy_many?ids={ticket.pk}"))
    assert (refused[0]["error"], refused[0]["details"]) == ("TicketDelete", "Your role does not delete tickets.")
    done = results(api, "ada", api.as_("ada").delete(f"/tickets/destroy_many?ids={ticket.pk}"))
    assert done == [{"index": 0, "id": ticket.pk, "action": "delete", "status": "Deleted", "success": True}]
    assert api.as_("ada").get(f"/tickets/{ticket.pk}").status_code == 404


def test_a_hundred_tickets_are_many_and_a_hundred_and_one_too_many(api: Caller) -> None:
    ids = ",".join(map(str, range(1, 102)))
    for answer in (
        api.as_("ana").put(f"/tickets/update_many?ids={ids}", {"ticket": {}}),
        api.as_("ana").delete(f"/tickets/destroy_many?ids={ids}"),
        api.as_("ana").post("/tickets/create_many", {"tickets": [{}] * 101}),
    ):
        assert (answer.status_code, answer.json()["error"], answer.json()["max_count"]) == (400, "TooManyValues", 100)


def test_a_job_has_no_more_rights_than_its_owner_has_when_it_runs(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket(brand_id=cast.outdoor.pk)
    answer = api.as_("ben").put(f"/tickets/update_many?ids={ticket.pk}", {"ticket": {"priority": "high"}})
    cast.users["ben"].__class__.objects.filter(pk=cast.users["ben"].pk).update(role="end-user")
    run_jobs()
    ticket.refresh_from_db()
    assert (answer.status_code, ticket.priority) == (200, None)


def test_a_merge_closes_the_others_with_a_link_and_tells_the_one_that_stays(api: Caller, cast: Cast) -> None:
    target, source = cast.ticket(subject="Kettle"), cast.ticket("eli", subject="Secret stove", tags=["stove"])
    body = {"ids": [source.pk], "source_comment": f"Goes on in #{target.pk}.", "source_comment_is_public": True}
    done = results(api, "ana", api.as_("ana").post(f"/tickets/{target.pk}/merge", body))
    assert done[0]["success"]
    source.refresh_from_db()
    assert (source.status, source.tags) == ("closed", ["closed_by_merge", "stove"])
    there, here = source.comments.order_by("pk").last(), target.comments.order_by("pk").last()
    assert there is not None
    assert here is not None
    assert (there.body, there.is_public) == (f"Goes on in #{target.pk}.", True)
    assert (here.body, here.is_public) == (f"Request #{source.pk} closed and merged into this request.", False)
    assert here.channel_source == {"rel": "merge", "from": {"ticket_id": source.pk}}
    assert not target.ccs.exists()  # nobody comes to read more by a merge


def test_a_merge_with_what_cannot_be_read_is_refused_in_the_same_words_on_both_ids(api: Caller, cast: Cast) -> None:
    mine, hidden = cast.ticket(brand_id=cast.outdoor.pk), cast.ticket()
    for target, source in ((mine.pk, hidden.pk), (hidden.pk, mine.pk), (mine.pk, NOBODYS), (NOBODYS, mine.pk)):
        answer = api.as_("ben").post(f"/tickets/{target}/merge", {"ids": [source]})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    problem = cast.ticket(type="problem")
    for linked in (problem.pk, NOBODYS):
        answer = api.as_("ben").put(f"/tickets/{mine.pk}", {"ticket": {"problem_id": linked}})
        told = answer.json()["details"]["problem_id"][0]["description"]
        assert (answer.status_code, told) == (422, f"Problem: {linked} does not exist or cannot be chosen")
    assert Ticket.objects.filter(status="closed").count() == 0


def test_a_merge_that_became_impossible_before_its_turn_changes_nothing(api: Caller, cast: Cast) -> None:
    target, source = cast.ticket(), cast.ticket()
    answer = api.as_("ana").post(f"/tickets/{target.pk}/merge", {"ids": [source.pk]})
    Ticket.objects.filter(pk=source.pk).update(brand=None)
    assert [one["error"] for one in results(api, "ana", answer)] == ["RecordNotFound"]
    source.refresh_from_db()
    assert (source.status, target.comments.count()) == ("new", 1)


@pytest.mark.parametrize("obstacle", ["closed", "itself", "role"])
def test_what_cannot_be_merged_says_why(api: Caller, cast: Cast, obstacle: str) -> None:
    target, source = cast.ticket(), cast.ticket()
    if obstacle == "closed":
        cast.update("ada", source, status="closed")
    if obstacle == "role":
        with_role(cast, "ana", ticket_editing=True)
    ids = [target.pk] if obstacle == "itself" else [source.pk]
    answer = api.as_("ana").post(f"/tickets/{target.pk}/merge", {"ids": ids})
    words = {"closed": "is closed", "itself": "choose other tickets", "role": "Your role does not merge tickets"}
    assert words[obstacle] in answer.content.decode()
    assert answer.status_code == (403 if obstacle == "role" else 422)


def test_an_incident_shows_its_problem_to_those_who_read_both(api: Caller, cast: Cast) -> None:
    problem = cast.ticket(type="problem", brand_id=cast.home.pk)
    incident = cast.ticket(brand_id=cast.outdoor.pk, type="incident", problem_id=problem.pk)
    assert api.as_("ana").get(f"/tickets/{incident.pk}").json()["ticket"]["problem_id"] == problem.pk
    assert api.as_("ana").get(f"/tickets/{problem.pk}").json()["ticket"]["has_incidents"] is True
    assert [one["id"] for one in api.as_("ana").get(f"/tickets/{problem.pk}/incidents").json()["tickets"]] == [
        incident.pk
    ]
    assert api.as_("ben").get(f"/tickets/{incident.pk}").json()["ticket"]["problem_id"] is None
    assert api.as_("ben").get(f"/tickets/{problem.pk}/incidents").status_code == 404
    assert [one["id"] for one in api.as_("ana").get("/problems").json()["tickets"]] == [problem.pk]
    assert api.as_("ben").get("/problems").json()["tickets"] == []


SECRET = "4111-secret"


def test_redacted_words_are_gone_and_the_history_says_that_something_was(api: Caller, cast: Cast) -> None:
    said = NewComment(html_body=f'<p>Card <b>{SECRET}</b>, <a href="https://x.example/{SECRET}">see</a></p>')
    ticket = cast.ticket(comment=said)
    comment = ticket.comments.get()
    answer = api.as_("ada").put(f"/tickets/{ticket.pk}/comments/{comment.pk}/redact", {"text": SECRET})
    assert answer.json()["comment"]["body"].startswith("Card ▇▇▇▇▇▇▇▇▇▇▇, ")
    assert "<b>▇▇▇▇▇▇▇▇▇▇▇</b>" in answer.json()["comment"]["html_body"]
    for path in (f"/tickets/{ticket.pk}/comments", f"/tickets/{ticket.pk}/audits", f"/tickets/{ticket.pk}"):
        assert SECRET not in api.as_("ada").get(path).content.decode()
    assert api.as_("ada").get("/search", query=SECRET).json()["count"] == 0
    event = Event.objects.get(audit__ticket=ticket, type="CommentRedactionEvent")
    assert event.data == {"comment_id": comment.pk}


def test_an_answer_that_is_kept_for_a_repeated_request_is_redacted_too(api: Caller) -> None:
    body, key = {"ticket": {"comment": {"body": f'Card "{SECRET}"'}}}, {"Idempotency_Key": "k1"}
    answer = api.as_("ada").post("/tickets", body, **key)
    pk = answer.json()["ticket"]["id"]
    comment = Ticket.objects.get(pk=pk).comments.get()
    api.as_("ada").put(f"/tickets/{pk}/comments/{comment.pk}/redact", {"text": f'"{SECRET}"'})
    again = api.as_("ada").post("/tickets", body, **key)
    assert (again["x-idempotency-lookup"], again.json()["ticket"]["id"]) == ("hit", pk)
    assert SECRET not in again.content.decode()


def test_words_across_tags_are_redacted_too(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket(comment=NewComment(html_body="<p>Card 4111<b>-secret</b></p>"))
    comment = ticket.comments.get()
    path = f"/tickets/{ticket.pk}/comments/{comment.pk}/redact"
    assert api.as_("ada").put(path, {"text": SECRET}).status_code == 200
    comment.refresh_from_db()
    assert "secret" not in comment.body + comment.html_body
    assert api.as_("ada").put(path, {"text": SECRET}).status_code == 422  # it is not there any more


def test_marked_words_are_redacted_on_closed_tickets_too(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket(status="closed", comment=NewComment(body=f"Card {SECRET} & more"))
    comment = ticket.comments.get()
    plainly = api.as_("ada").put(f"/tickets/{ticket.pk}/comments/{comment.pk}/redact", {"text": SECRET})
    assert "This ticket is closed" in plainly.content.decode()
    body = {"ticket_id": ticket.pk, "html_body": f"<p>Card <redact>{SECRET} &amp; more</redact></p>"}
    assert api.as_("ada").put(f"/comment_redactions/{comment.pk}", body).json()["comment"]["body"] == (
        "Card ▇▇▇▇▇▇▇▇▇▇▇ ▇ ▇▇▇▇"
    )


def test_a_comment_is_not_found_under_another_tickets_address(api: Caller, cast: Cast) -> None:
    ticket, other, hidden = cast.ticket(), cast.ticket(), cast.ticket()
    Ticket.objects.filter(pk=hidden.pk).update(brand=None)
    comment = ticket.comments.get()
    with_role(cast, "ana", ticket_redaction=True)
    paths = [
        f"/tickets/{other.pk}/comments/{comment.pk}/redact",
        f"/tickets/{ticket.pk}/comments/{NOBODYS}/redact",
        f"/tickets/{hidden.pk}/comments/{hidden.comments.get().pk}/redact",
        f"/tickets/{other.pk}/comments/{comment.pk}/attachments/{NOBODYS}/redact",
    ]
    for path in paths:
        answer = api.as_("ana").put(path, {"text": "kettle"})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND), path
    elsewhere = {"ticket_id": other.pk, "html_body": "<redact>kettle</redact>"}
    assert api.as_("ana").put(f"/comment_redactions/{comment.pk}", elsewhere).status_code == 404
    comment.refresh_from_db()
    assert comment.body == "My kettle is broken."


def test_redacting_takes_a_role_that_redacts(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket()
    answer = api.as_("ana").put(f"/tickets/{ticket.pk}/comments/{ticket.comments.get().pk}/redact", {"text": "kettle"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        403,
        "Your role does not redact what was said on tickets.",
    )


def test_a_redacted_file_is_gone_with_its_address(api: Caller, cast: Cast) -> None:
    token = api.as_("ana").upload("card.txt", SECRET.encode()).json()["upload"]["token"]
    ticket = cast.ticket()
    api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"comment": {"body": "Here", "uploads": [token]}}})
    file = Attachment.objects.get()
    path = f"/tickets/{ticket.pk}/comments/{file.comment_id}/attachments/{file.pk}/redact"
    old_address = f"/attachments/token/{file.token}/"
    assert b"".join(api.as_("ana").get(old_address).streaming_content) == SECRET.encode()
    shown = api.as_("ada").put(path).json()["attachment"]
    assert (shown["file_name"], shown["deleted"], shown["size"]) == ("redacted.txt", True, 9)
    assert api.as_("ana").get(old_address).status_code == 404
    event = Event.objects.get(type="AttachmentRedactionEvent")
    assert event.data == {"comment_id": file.comment_id, "attachment_id": file.pk}


def test_deleted_tickets_are_seen_and_restored_by_those_whose_role_says_so(api: Caller, cast: Cast) -> None:
    ticket, hidden = cast.ticket(), cast.ticket(brand_id=cast.outdoor.pk)
    for one in (ticket, hidden):
        assert api.as_("ada").delete(f"/tickets/{one.pk}").status_code == 204
    assert api.as_("ana").get("/deleted_tickets").status_code == 403
    assert api.as_("ana").put(f"/deleted_tickets/{ticket.pk}/restore").status_code == 403
    listed = api.as_("ada").get("/deleted_tickets").json()["deleted_tickets"]
    assert [one["id"] for one in listed] == [ticket.pk, hidden.pk]
    assert (listed[0]["actor"]["name"], listed[0]["previous_state"], listed[0]["description"]) == (
        "Ada Example",
        "new",
        "My kettle is broken.",
    )
    with_role(cast, "ben", view_deleted_tickets=True)
    assert [one["id"] for one in api.as_("ben").get("/deleted_tickets").json()["deleted_tickets"]] == [hidden.pk]
    assert api.as_("ben").put(f"/deleted_tickets/{ticket.pk}/restore").json() == NOT_FOUND  # another brand's
    assert api.as_("ben").put(f"/deleted_tickets/{hidden.pk}/restore").json() == {}
    assert api.as_("ben").get(f"/tickets/{hidden.pk}").status_code == 200
    assert api.as_("ada").put(f"/deleted_tickets/restore_many?ids={ticket.pk},{NOBODYS}").json() == {}
    assert api.as_("ana").get(f"/tickets/{ticket.pk}").status_code == 200


def test_tags_and_fields_are_two_rights(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket(tags=["a"])
    with_role(cast, "ana", ticket_tag_editing=True)
    assert api.as_("ana").put(f"/tickets/{ticket.pk}/tags", {"tags": ["b"]}).json() == {"tags": ["a", "b"]}
    assert api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"priority": "low"}}).status_code == 403
    CustomRole.objects.all().update(configuration=roles.configuration({"ticket_access": "all", "ticket_editing": True}))
    assert api.as_("ana").put(f"/tickets/{ticket.pk}/tags", {"tags": ["c"]}).status_code == 403
    assert api.as_("ana").put(f"/tickets/{ticket.pk}", {"ticket": {"priority": "low"}}).status_code == 200


def test_tickets_go_to_other_groups_and_brands_by_those_whose_role_says_so(api: Caller, cast: Cast) -> None:
    ticket = cast.ticket(brand_id=cast.outdoor.pk, group_id=cast.support.pk)

    def gives(**fields: int) -> int:
        return int(api.as_("ben").put(f"/tickets/{ticket.pk}", {"ticket": fields}).status_code)

    with_role(cast, "ben", ticket_editing=True)
    assert (gives(group_id=cast.returns.pk), gives(brand_id=cast.home.pk)) == (422, 422)
    assert gives(group_id=cast.support.pk, brand_id=cast.outdoor.pk) == 200  # as it is
    may = {"assign_tickets_to_any_group": True, "assign_tickets_to_any_brand": True, "ticket_editing": True}
    CustomRole.objects.all().update(configuration=roles.configuration({"ticket_access": "all", **may}))
    assert gives(group_id=cast.returns.pk) == 200
    moved = api.as_("ben").put(f"/tickets/{ticket.pk}", {"ticket": {"brand_id": cast.home.pk}})
    assert (moved.status_code, list(moved.json()["ticket"])) == (200, ["url", "id"])  # gone, and no more is told
    assert api.as_("ben").get(f"/tickets/{ticket.pk}").json() == NOT_FOUND


def test_an_agent_who_only_asked_for_a_ticket_sees_what_end_users_see(api: Caller, cast: Cast) -> None:
    fields: dict[str, Any] = {
        "tags": ["secret"],
        "group_id": cast.returns.pk,
        "external_id": "x",
        "followers": [cast.users["ada"].pk],
    }
    ticket = cast.ticket("ben", ccs=[cast.users["dee"].pk], **fields)  # in a brand that is not ben's
    shown = api.as_("ben").get(f"/tickets/{ticket.pk}").json()["ticket"]
    assert (shown["tags"], shown["group_id"], shown["assignee_id"], shown["external_id"]) == ([], None, None, None)
    assert (shown["follower_ids"], shown["collaborator_ids"]) == ([], [cast.users["dee"].pk])
    for path in ("tags", "followers", "collaborators"):
        answer = api.as_("ben").get(f"/tickets/{ticket.pk}/{path}").content.decode()
        assert "secret" not in answer
        assert str(cast.users["ada"].email) not in answer
    whole = api.as_("ana").get(f"/tickets/{ticket.pk}").json()["ticket"]
    assert (whole["tags"], whole["group_id"]) == (["secret"], cast.returns.pk)
