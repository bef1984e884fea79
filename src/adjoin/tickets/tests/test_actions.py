"""What updating a ticket promises."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from adjoin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import WEB, Cast
from adjoin.tickets import actions
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Audit, Ticket


def test_a_new_ticket_keeps_what_was_said_and_who_asked(cast: Cast) -> None:
    ticket = cast.ticket("cyd", tags=["Kettle", "kettle", "broken"])
    assert (ticket.status, ticket.tags, ticket.is_public) == ("new", ["broken", "kettle"], True)
    assert ticket.organization == cast.organizations["Kettle Club"]
    assert [comment.body for comment in ticket.comments.all()] == ["My kettle is broken."]
    assert Audit.objects.filter(ticket=ticket).count() == 1


def test_assigning_opens_a_new_ticket_and_brings_the_agents_group(cast: Cast) -> None:
    ticket = cast.update("ana", cast.ticket(), assignee_id=cast.users["ana"].pk)
    assert (ticket.status, ticket.group) == ("open", cast.support)


def test_solving_makes_the_agent_the_assignee(cast: Cast) -> None:
    ticket = cast.update("ana", cast.ticket(), status="solved", say="Here is a new one.")
    assert (ticket.assignee, ticket.solved_at) == (cast.users["ana"], NOW)


def test_a_reply_from_the_requester_reopens(cast: Cast) -> None:
    ticket = cast.update("ana", cast.ticket(), status="pending", say="Which kettle is it?")
    assert cast.update("cyd", ticket, say="The blue one.").status == "open"


def test_an_end_user_cannot_say_anything_in_private(cast: Cast) -> None:
    ticket = cast.ticket()
    cast.update("cyd", ticket, note="psst")
    assert ticket.comments.latest("pk").is_public


def test_a_comment_asks_the_database_for_little(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ticket, ana = cast.ticket(), cast.actor("ana")
    with django_assert_max_num_queries(20):  # two of them a savepoint, where others begin and commit
        said = NewComment(body="Let me look.")
        actions.update(actor=ana, ticket_id=ticket.pk, now=NOW, via=WEB, comment=said)


def test_an_agent_outside_the_brand_finds_no_such_ticket(cast: Cast) -> None:
    with pytest.raises(NotFound):
        cast.update("ben", cast.ticket(), say="Let me help.")


def test_an_end_user_changes_no_fields(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        cast.update("cyd", cast.ticket(), priority="urgent")


def test_nobody_is_assigned_behind_a_wall(cast: Cast) -> None:
    with pytest.raises(Invalid, match="no access"):
        cast.update("ada", cast.ticket(), assignee_id=cast.users["ben"].pk)


def test_a_safe_update_refuses_to_overwrite_what_changed_meanwhile(cast: Cast) -> None:
    ticket = cast.ticket()
    stale = NOW.replace(year=2025)
    with pytest.raises(Conflict):
        cast.update("ana", ticket, priority="high", unless_changed_since=stale)
    assert Ticket.objects.get(pk=ticket.pk).priority is None


def test_nothing_of_a_refused_update_stays(cast: Cast) -> None:
    ticket = cast.ticket()
    with pytest.raises(Invalid):
        cast.update("ana", ticket, say="I promise.", priority="very")
    assert ticket.comments.count() == 1


@pytest.mark.parametrize("field", ["status", "priority", "type", "assignee_id", "group_id", "brand_id"])
@pytest.mark.parametrize("value", ["nonsense", -1, 2**70, [], {}, True])
def test_wrong_values_are_named(cast: Cast, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        cast.update("ada", cast.ticket(), **{field: value})
    assert field in caught.value.details


def test_an_update_that_changes_nothing_leaves_no_audit(cast: Cast) -> None:
    ticket = cast.ticket(priority="high")
    cast.update("ana", ticket, priority="high")
    assert Audit.objects.filter(ticket=ticket).count() == 1


def test_a_light_agent_only_writes_notes(cast: Cast) -> None:
    cast.add("lea", "agent", only_private_comments=True)
    ticket = cast.ticket()
    cast.update("lea", ticket, say="Looks like the fuse.")
    assert not ticket.comments.latest("pk").is_public
    with pytest.raises(NotAllowed):
        cast.update("lea", ticket, status="solved")


def test_html_is_made_harmless(cast: Cast) -> None:
    ticket = cast.ticket()
    evil = NewComment(html_body='<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:x()">there</a></p>')
    actions.update(actor=cast.actor("ana"), ticket_id=ticket.pk, now=NOW, via=WEB, comment=evil)
    said = ticket.comments.latest("pk")
    assert said.html_body == '<p>Hi<a rel="noopener noreferrer nofollow">there</a></p>'
    assert said.body == "Hithere"


def test_an_end_user_adds_people_and_removes_nobody(cast: Cast) -> None:
    ticket = cast.ticket(ccs=[cast.users["eli"].pk])
    cast.update("cyd", ticket, ccs=[cast.users["dee"].pk])
    assert set(ticket.ccs.values_list("pk", flat=True)) == {cast.users["eli"].pk, cast.users["dee"].pk}
