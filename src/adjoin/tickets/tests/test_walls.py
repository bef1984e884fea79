"""Tickets that leave somebody's sight while they look at them, and rules before walls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client

from adjoin.access import readable
from adjoin.accounts import current
from adjoin.brands import actions as brands
from adjoin.kernel.wording import tell
from adjoin.people import actions as people
from adjoin.people import roles
from adjoin.people.models import CustomRole, User
from adjoin.project import live_readers
from adjoin.rules import actions as rules
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets import choices
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Event, Ticket


@pytest.fixture
def sign_in(cast: Cast) -> Callable[..., Client]:
    """A browser at Acme's own host in which somebody is signed in."""

    def sign_in(name: str) -> Client:
        client = Client(headers={"host": "acme.localhost"})
        client.force_login(cast.user(name), backend="adjoin.people.backends.PasswordBackend")
        return client

    return sign_in


def text(response: Any) -> str:
    return str(response.content.decode())


def hears(cast: Cast, client: Client, ticket: Ticket) -> bool:
    """Whether the stream of news would still tell of that ticket."""
    cookies = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with mock.patch.object(live_readers, "close_old_connections"):  # the test's own connection stays open
        return ticket.pk in (live_readers.readable_ids(current.schema(), cookies, [ticket.pk]) or set())


def may(cast: Cast, name: str, **configuration: Any) -> None:
    """Give an agent a custom role that reads everything, answers, and may what is said."""
    said = {"ticket_access": "all", "ticket_comment_access": "public", "ticket_editing": True, **configuration}
    role = CustomRole.objects.create(name=name, configuration=roles.configuration(said), created_at=NOW, updated_at=NOW)
    User.objects.filter(pk=cast.users[name].pk).update(custom_role=role)


def address(ticket: Ticket, verb: str = "") -> str:
    return f"/agent/tickets/{ticket.pk}/{verb}"


@pytest.mark.parametrize("loss", ["ticket moves", "agent leaves the brand"])
def test_whoever_loses_a_ticket_while_it_is_open_does_nothing_more_on_it(cast: Cast, sign_in: Any, loss: str) -> None:
    ticket, ben = cast.ticket(brand_id=cast.outdoor.pk, subject="Vanishing kettle"), sign_in("ben")
    assert ben.get(address(ticket)).status_code == 200
    assert hears(cast, ben, ticket)
    if loss == "ticket moves":
        cast.update("ada", ticket, brand_id=cast.home.pk)
    else:
        brands.set_brands_of(user=cast.user("ben"), brands=[], now=NOW)
    unknown = ben.get("/agent/tickets/987654321/live/")
    for answer in (
        ben.get(address(ticket)),
        ben.get(address(ticket, "live/")),
        ben.post(address(ticket, "comment/"), {"mode": "reply", "body": "Kept draft"}),
        ben.post(address(ticket, "update/"), {"status": "solved"}),
        ben.get(address(ticket, "merge/")),
    ):
        assert answer.status_code == 404
    assert text(ben.get(address(ticket, "live/"))) == text(unknown)
    assert not hears(cast, ben, ticket)
    assert "Vanishing kettle" not in text(ben.get("/agent/search/", {"q": "vanishing"}))
    assert ticket.comments.count() == 1


def test_giving_a_ticket_away_asks_first_and_says_what_it_costs(cast: Cast, sign_in: Any) -> None:
    ticket, ben = cast.ticket(brand_id=cast.outdoor.pk), sign_in("ben")
    may(cast, "ben", assign_tickets_to_any_brand=True)
    form = {"brand": cast.home.pk, "initial-brand": cast.outdoor.pk}
    for how in ({}, {"headers": {"hx-request": "true"}}):
        asked = ben.post(address(ticket, "update/"), form, **how)
        assert asked.status_code == 422
        assert "You will no longer see this ticket" in text(asked)
        assert f"Move it to {cast.home.name}" in text(asked)
        ticket.refresh_from_db()
        assert ticket.brand_id == cast.outdoor.pk
    gone = ben.post(address(ticket, "update/"), {**form, "sure": "1"}, headers={"hx-request": "true"})
    assert gone.headers["HX-Redirect"] == "/agent/"
    ticket.refresh_from_db()
    assert ticket.brand_id == cast.home.pk
    assert "no longer yours to read" in text(ben.get("/agent/tickets/"))


def test_who_keeps_a_ticket_is_not_asked(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket(brand_id=cast.outdoor.pk, followers=[cast.users["ben"].pk])
    may(cast, "ben", assign_tickets_to_any_brand=True)
    assert sign_in("ben").post(address(ticket, "update/"), {"brand": cast.home.pk}).status_code == 302
    other = cast.ticket(brand_id=cast.outdoor.pk)
    assert sign_in("ana").post(address(other, "update/"), {"brand": cast.home.pk}).status_code == 302


def test_a_ticket_goes_to_a_brand_by_those_whose_role_says_so(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket(brand_id=cast.outdoor.pk)
    page = text(sign_in("ben").get(address(ticket)))
    assert f'<option value="{cast.home.pk}">' not in page.split('id="property_brand"')[1].split("</select>")[0]
    assert sign_in("ben").post(address(ticket, "update/"), {"brand": cast.home.pk}).status_code == 422


def test_assignees_are_offered_who_could_read_the_ticket(cast: Cast) -> None:
    home, outdoor = cast.ticket(), cast.ticket(brand_id=cast.outdoor.pk)
    ana, ben, ada = (cast.users[name].pk for name in ("ana", "ben", "ada"))
    assert {pk for pk, _ in choices.agents(cast.actor("ana"), ticket=home)} == {ada, ana}
    assert {pk for pk, _ in choices.agents(cast.actor("ana"), ticket=outdoor)} == {ada, ana, ben}


def test_tags_alone_are_offered_to_those_who_change_nothing_else(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket(brand_id=cast.outdoor.pk, tags=["a"])
    may(cast, "ben", ticket_editing=False, ticket_tag_editing=True)
    page = text(sign_in("ben").get(address(ticket)))
    assert 'id="property_status"' not in page
    assert "property_tags" in page
    assert sign_in("ben").post(address(ticket, "update/"), {"tags": "a b", "status": "solved"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.tags, ticket.status) == (["a", "b"], "new")


def _trigger(cast: Cast, **does: Any) -> None:
    rules.create_trigger(
        actor=cast.actor("ada"),
        title="Route",
        conditions={"all": [{"field": "update_type", "operator": "is", "value": "Create"}], "any": []},
        actions=[{"field": field, "value": str(value)} for field, value in does.items()],
        now=NOW,
    )


def test_a_rule_leaves_a_ticket_to_its_group_rather_than_assign_behind_a_wall(cast: Cast) -> None:
    _trigger(cast, assignee_id=cast.users["ben"].pk)
    ticket = cast.ticket(group_id=cast.returns.pk)
    assert (ticket.assignee_id, ticket.group_id) == (None, cast.returns.pk)
    event = Event.objects.get(audit__ticket=ticket, type="Error")
    assert tell(event.data["message"]) == "Ben Example has no access to this ticket, so it stays with Returns."
    assert event.data["via"]["source"]["from"]["title"] == "Route"
    assert cast.ticket(brand_id=cast.outdoor.pk).assignee_id == cast.users["ben"].pk  # no wall there


def test_a_rule_takes_no_ticket_out_of_a_private_group(cast: Cast) -> None:
    vault = people.create_group(name="Vault", now=NOW, is_public=False)
    _trigger(cast, assignee_id=cast.users["ana"].pk)
    ticket = cast.ticket(group_id=vault.pk)
    assert (ticket.assignee_id, ticket.group_id) == (None, vault.pk)


def test_a_rule_that_moves_a_ticket_takes_it_from_whom_it_shuts_out(cast: Cast) -> None:
    _trigger(cast, assignee_id=cast.users["ben"].pk, brand_id=cast.home.pk)
    ticket = cast.ticket(brand_id=cast.outdoor.pk)
    ticket.refresh_from_db()
    assert (ticket.brand_id, ticket.assignee_id) == (cast.home.pk, None)
    assert "Ben Example has no access" in tell(Event.objects.get(audit__ticket=ticket, type="Error").data["message"])


def test_a_rule_written_by_an_admin_gives_whom_it_serves_no_more_rights(cast: Cast) -> None:
    _trigger(cast, brand_id=cast.home.pk)
    said = NewComment(body="My kettle is broken.")
    ticket = cast.ticket("dee", by="ben", brand_id=cast.outdoor.pk, comment=said)
    ticket.refresh_from_db()
    assert ticket.brand_id == cast.home.pk
    assert not readable.tickets(cast.actor("ben")).filter(pk=ticket.pk).exists()


def test_merging_offers_and_takes_only_what_can_be_read(cast: Cast, sign_in: Any) -> None:
    source = cast.ticket(brand_id=cast.outdoor.pk)
    same, hidden = cast.ticket(brand_id=cast.outdoor.pk, subject="Same kettle"), cast.ticket(subject="Hidden kettle")
    ben = sign_in("ben")
    for words, finds in (("", True), ("kettle", True), (str(same.pk), True), (str(hidden.pk), False), ("stove", False)):
        page = text(ben.get(address(source, "merge/"), {"q": words}))
        assert ("Same kettle" in page) is finds, words
        assert "Hidden kettle" not in page
    for target in (hidden.pk, 987_654_321):
        refused = ben.post(address(source, "merge/"), {"target": target})
        assert refused.status_code == 422
        assert "Not found" in text(refused)
    assert "Choose the ticket that goes on." in text(ben.post(address(source, "merge/"), {}))
    assert ben.post(address(source, "merge/"), {"target": same.pk}).url == address(same)
    source.refresh_from_db()
    assert source.status == "closed"


def test_words_are_redacted_on_a_page_by_those_whose_role_says_so(cast: Cast, sign_in: Any) -> None:
    ticket, other = cast.ticket(brand_id=cast.outdoor.pk), cast.ticket(brand_id=cast.outdoor.pk)
    comment, ben = ticket.comments.get(), sign_in("ben")
    page = address(ticket, f"comments/{comment.pk}/redact/")
    assert ">Redact<" not in text(ben.get(address(ticket)))
    assert ben.post(page, {"words": "kettle"}).status_code == 403
    may(cast, "ben", ticket_redaction=True)
    assert ">Redact<" in text(ben.get(address(ticket)))
    assert ben.get(address(other, f"comments/{comment.pk}/redact/")).status_code == 404
    assert "is not in this comment" in text(ben.post(page, {"words": "stove"}))
    assert ben.post(page, {"words": "kettle"}).url == address(ticket)
    comment.refresh_from_db()
    assert comment.body == "My ▇▇▇▇▇▇ is broken."
