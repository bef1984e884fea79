"""What triggers promise."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.fields import actions as fields
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.people import actions as people
from adjoin.people.models import UserField
from adjoin.rules import actions, checking
from adjoin.rules.models import Trigger
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets import chronicle
from adjoin.tickets.models import Comment, Event


def trigger(cast: Cast, *, when: list[tuple[str, str, Any]], does: list[tuple[str, Any]], any_of: Any = ()) -> Trigger:
    return actions.create_trigger(
        actor=cast.actor("ada"),
        title="Test",
        conditions={
            "all": [{"field": f, "operator": o, "value": v} for f, o, v in when],
            "any": [{"field": f, "operator": o, "value": v} for f, o, v in any_of],
        },
        actions=[{"field": field, "value": value} for field, value in does],
        now=NOW,
    )


def test_a_trigger_changes_the_ticket_in_the_same_audit_and_signs_it(cast: Cast) -> None:
    made = trigger(
        cast,
        when=[("update_type", "is", "Create"), ("brand_id", "is", str(cast.home.pk))],
        does=[("current_tags", "warranty_claim")],
    )
    ticket = cast.ticket()
    assert ticket.tags == ["warranty_claim"]
    event = Event.objects.get(audit__ticket=ticket, data__field_name="tags")
    assert event.data["via"]["source"] == {
        "from": {"id": made.pk, "title": "Test", "deleted": False, "revision_id": made.revision_id},
        "to": {},
        "rel": "trigger",
    }


def test_a_trigger_sees_what_one_before_it_did_and_one_after_it_is_seen_in_the_next_pass(cast: Cast) -> None:
    trigger(cast, when=[("current_tags", "includes", "second")], does=[("current_tags", "third")])
    trigger(cast, when=[("current_tags", "includes", "first")], does=[("current_tags", "second")])
    assert cast.ticket(tags=["first"]).tags == ["first", "second", "third"]


def test_two_triggers_that_undo_each_other_end_after_each_has_fired_once(cast: Cast) -> None:
    trigger(cast, when=[("priority", "is", "low")], does=[("priority", "high")])
    trigger(cast, when=[("priority", "is", "high")], does=[("priority", "low")])
    assert cast.ticket(priority="low").priority == "low"


def test_an_inactive_trigger_does_nothing(cast: Cast) -> None:
    Trigger.objects.filter(
        pk=trigger(cast, when=[("update_type", "is", "Create")], does=[("current_tags", "no")]).pk
    ).update(is_active=False)
    assert cast.ticket().tags == []


def test_a_trigger_never_assigns_behind_a_wall(cast: Cast) -> None:
    trigger(cast, when=[("update_type", "is", "Create")], does=[("assignee_id", str(cast.users["ben"].pk))])
    ticket = cast.ticket()
    assert (ticket.assignee_id, ticket.group) == (None, cast.support)
    assert Event.objects.filter(audit__ticket=ticket, type="Error").count() == 1


def test_a_trigger_that_has_gone_wrong_is_noted_and_the_ticket_goes_on(cast: Cast) -> None:
    made = trigger(cast, when=[("update_type", "is", "Create")], does=[("priority", "high")])
    Trigger.objects.filter(pk=made.pk).update(actions=[{"field": "no_such_action", "value": 1}])
    ticket = cast.ticket()
    assert Event.objects.filter(audit__ticket=ticket, type="Error").exists()


@pytest.mark.parametrize(
    ("conditions", "does", "complaint"),
    [
        ([("nonsense", "is", "x")], [("priority", "low")], "Condition 1 of those that all have to hold: no such field"),
        ([("status", "resembles", "new")], [("priority", "low")], "Status takes is, is_not"),
        ([("status", "is", "lost")], [("priority", "low")], "Status is one of"),
        ([], [], "at least one is needed"),
        ([], [("priority", "very")], "Action 1: Priority is one of"),
        ([], [("launch", 1)], "Action 1: no such action"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_line(
    cast: Cast, conditions: Any, does: Any, complaint: str
) -> None:
    with pytest.raises(Invalid, match=complaint):
        trigger(cast, when=conditions, does=does)


def test_only_admins_make_triggers(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.create_trigger(actor=cast.actor("ana"), title="Mine", conditions={}, actions=[], now=NOW)


def test_a_trigger_for_a_group_that_has_gone_is_noted_and_the_ticket_goes_on(cast: Cast) -> None:
    made = trigger(cast, when=[("update_type", "is", "Create")], does=[("group_id", str(cast.returns.pk))])
    Trigger.objects.filter(pk=made.pk).update(actions=[{"field": "group_id", "value": "987654"}])
    ticket = cast.ticket()
    assert ticket.group_id is None
    assert "no longer there" in Event.objects.get(audit__ticket=ticket, type="Error").data["message"]


def test_triggers_count_what_has_happened_to_a_ticket_this_update_included(cast: Cast) -> None:
    cast_to = {"reopens": 1, "replies": 2, "agent_stations": 2, "group_stations": 2, "number_of_incidents": 1}
    ada, ana = cast.users["ada"].pk, cast.users["ana"].pk
    ticket = cast.ticket(assignee_id=ana, group_id=cast.support.pk, type="problem")
    cast.ticket(type="incident", problem_id=ticket.pk)
    cast.update("ana", ticket, say="Try the switch.", status="solved")
    for key, number in cast_to.items():
        trigger(cast, when=[(key, "is", str(number)), ("cc", "is", "true")], does=[("current_tags", key)])
        trigger(cast, when=[(key, "greater_than", str(number))], does=[("current_tags", "beyond")])
    moved: dict[str, Any] = {"assignee_id": ada, "group_id": cast.returns.pk, "ccs": {cast.users["eli"].pk}}
    people.add_to_group(user=cast.users["ada"], group=cast.returns, now=NOW)
    ticket = cast.update("ada", ticket, say="It broke again.", status="open", **moved)
    assert ticket.tags == sorted(cast_to)
    with pytest.raises(Invalid, match="takes a number"):
        trigger(cast, when=[("reopens", "is", "often")], does=[("priority", "low")])


@pytest.mark.parametrize("digits", [20, 5000])
def test_a_number_beyond_all_numbers_is_refused(cast: Cast, digits: int) -> None:
    until = fields.create_field(type="date", title="Until", now=NOW)
    number, once = "9" * digits, [("update_type", "is", "Create")]
    for condition in (("reopens", "less_than"), (f"custom_fields_{until.pk}", "within_next_n_days")):
        with pytest.raises(Invalid, match="at most"):
            trigger(cast, when=[(*condition, number)], does=[("priority", "low")])
    for mail in ("notification_user", "notification_group"):
        with pytest.raises(Invalid, match="the id of a"):
            trigger(cast, when=once, does=[(mail, [number, "Hello", "x"])])


def test_a_rule_replies_in_the_name_of_who_answers_and_that_is_no_answer_in_what_is_measured(cast: Cast) -> None:
    people.create_field(UserField, key="level", type="text", title="Level", now=NOW)
    people.update_user(user=cast.user("cyd"), now=NOW, custom_fields={"level": "secret"})
    words = "Dear {{ticket.requester.first_name}}{{ticket.requester.custom_fields.level}}, #{{ticket.id}} is with us."
    actions.create_trigger(
        actor=cast.actor("ada"),
        title="Say hello",
        conditions={"all": [{"field": "update_type", "operator": "is", "value": "Create"}]},
        actions=[
            {"field": "reply_public", "value": [words]},
            {"field": "reply_internal", "value": "{{ticket.title}} came in."},
        ],
        now=NOW,
    )
    ticket = cast.ticket(subject="{{ticket.id}}", assignee_id=cast.users["ana"].pk)
    first, reply, note = Comment.objects.filter(ticket=ticket).order_by("pk")
    assert (reply.body, reply.author_id) == (f"Dear Cyd, #{ticket.pk} is with us.", cast.users["ana"].pk)
    assert (note.body, note.is_public) == ("{{ticket.id}} came in.", False)  # what people typed is no template
    assert (first.channel, reply.channel, reply.channel_source["from"]["title"]) == ("web", "rule", "Say hello")
    told = Event.objects.get(audit__ticket=ticket, data__comment_id=reply.pk)
    assert told.data["via"]["source"]["rel"] == "trigger"
    assert [pk for at, (pk, role, partner) in chronicle.public_comments(ticket)] == [cast.users["cyd"].pk]
    assert cast.ticket().comments.get(is_public=True, channel="rule").author_id == cast.users["ada"].pk
    for wrong in ("", [""], ["a", "b"], "{% if %}", 7):
        with pytest.raises(Invalid):
            checking.actions([{"field": "reply_public", "value": wrong}])
