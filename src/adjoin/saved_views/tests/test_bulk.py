"""What the bulk bar of a list promises, here without any script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from adjoin.people import roles
from adjoin.people.models import CustomRole, User
from adjoin.rules.models import Macro
from adjoin.saved_views import queries
from adjoin.saved_views.models import View
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.tickets.models import Ticket

CHANGE = "/agent/tickets/change/"
NOBODYS = 987_654_321  # the number of no ticket


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


def done(client: Client, response: Any) -> str:
    """The page that says what came of a job."""
    assert response.status_code == 302
    assert client.get(response.url).headers["Refresh"] == "2"
    run_jobs()
    return text(client.get(response.url))


def may(cast: Cast, name: str, **configuration: Any) -> None:
    """Give an agent a custom role that reads everything and may what is said."""
    role = CustomRole.objects.create(
        name=name,
        configuration=roles.configuration({"ticket_access": "all", "ticket_comment_access": "public", **configuration}),
        created_at=NOW,
        updated_at=NOW,
    )
    User.objects.filter(pk=cast.users[name].pk).update(custom_role=role)


def test_ticked_tickets_are_changed_and_unreadable_ones_are_not_found(cast: Cast, sign_in: Any) -> None:
    mine = [cast.ticket(brand_id=cast.outdoor.pk, tags=["old"]) for _ in range(2)]
    hidden, ben = cast.ticket(), sign_in("ben")
    form = {"ids": [mine[0].pk, hidden.pk, NOBODYS, mine[1].pk], "status": "pending", "assignee": cast.users["ben"].pk}
    page = done(ben, ben.post(CHANGE, {**form, "add_tags": "a b", "remove_tags": "old", "back": "/agent/tickets/?a=1"}))
    assert "2 changed, 2 could not be found." in page
    assert 'href="/agent/tickets/?a=1"' in page
    for ticket in mine:
        ticket.refresh_from_db()
        assert (ticket.status, ticket.assignee_id, ticket.tags) == ("pending", cast.users["ben"].pk, ["a", "b"])
    hidden.refresh_from_db()
    assert (hidden.status, hidden.tags) == ("new", [])


def test_all_of_a_list_is_what_its_view_and_filters_hold_for_the_person(cast: Cast, sign_in: Any) -> None:
    low, high = cast.ticket(priority="low"), cast.ticket(priority="high")
    elsewhere = cast.ticket("dee", brand_id=cast.outdoor.pk, priority="high")
    view = View.objects.get(title="All unsolved tickets")
    cast.users["ana"].refresh_from_db()
    form = {"all": "1", "view": view.pk, "filters": "?priority=high", "add_tags": "now"}
    ben = sign_in("ben")
    assert "1 changed." in done(ben, ben.post(CHANGE, form))
    tagged = set(Ticket.objects.filter(tags=["now"]).values_list("pk", flat=True))
    assert tagged == {elsewhere.pk}
    assert {low.pk, high.pk}.isdisjoint(tagged)


def test_what_is_refused_is_told_ticket_by_ticket(cast: Cast, sign_in: Any) -> None:
    ticket, ana = cast.ticket(), sign_in("ana")
    page = done(ana, ana.post(CHANGE, {"ids": [ticket.pk], "assignee": cast.users["ben"].pk}))
    assert "0 changed, 1 could not be changed." in page
    assert f"#{ticket.pk}: Assignee: Ben Example has no access to this ticket" in page


def test_a_change_that_takes_tickets_from_sight_asks_first(cast: Cast, sign_in: Any) -> None:
    ticket, ben = cast.ticket(brand_id=cast.outdoor.pk), sign_in("ben")
    may(cast, "ben", ticket_editing=True, assign_tickets_to_any_brand=True)
    form = {"ids": [ticket.pk], "brand": cast.home.pk}
    asked = ben.post(CHANGE, form)
    assert asked.status_code == 200
    assert "You will no longer see 1 of these 1 ticket." in text(asked)
    assert f'name="ids" value="{ticket.pk}"' in text(asked)
    run_jobs()
    assert Ticket.objects.get(pk=ticket.pk).brand_id == cast.outdoor.pk
    assert "1 changed." in done(ben, ben.post(CHANGE, {**form, "sure": "1"}))
    assert Ticket.objects.get(pk=ticket.pk).brand_id == cast.home.pk
    assert ben.get(f"/agent/tickets/{ticket.pk}/").status_code == 404


def test_nothing_ticked_and_nothing_chosen_are_said(cast: Cast, sign_in: Any) -> None:
    ticket, ana = cast.ticket(), sign_in("ana")
    assert "Select some tickets first." in text(ana.post(CHANGE, {"status": "open"}, follow=True))
    assert "Choose what to change first." in text(ana.post(CHANGE, {"ids": [ticket.pk]}, follow=True))
    refused = ana.post(CHANGE, {"ids": [ticket.pk], "back": "https://evil.example/"}, headers={"hx-request": "true"})
    assert (refused.status_code, "evil.example" in text(refused)) == (422, False)


def test_the_bar_has_what_the_role_changes(cast: Cast, sign_in: Any) -> None:
    Macro.objects.all().delete()  # one would be something to do with tickets for any role
    cast.ticket(brand_id=cast.outdoor.pk)

    def bar() -> set[str]:
        page = text(sign_in("ben").get("/agent/tickets/"))
        names = ("status", "assignee", "group", "brand", "add_tags", "remove_tags")
        shown = {name for name in names if f'id="bulk_{name}"' in page}
        return (
            shown | ({"delete"} if 'value="delete"' in page else set()) | ({"ids"} if 'name="ids"' in page else set())
        )

    assert bar() == {"status", "assignee", "group", "brand", "add_tags", "remove_tags", "ids"}
    may(cast, "ben", ticket_tag_editing=True, ticket_deletion=True)
    assert bar() == {"add_tags", "remove_tags", "delete", "ids"}
    CustomRole.objects.all().update(configuration=roles.configuration({"ticket_access": "all"}))
    assert bar() == set()


def test_somebody_elses_job_is_not_there(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket()
    address = sign_in("ana").post(CHANGE, {"ids": [ticket.pk], "status": "open"}).url
    assert sign_in("ada").get(address).status_code == 404


def test_deleted_tickets_come_back_by_those_whose_role_sees_them(cast: Cast, sign_in: Any) -> None:
    ticket, ada = cast.ticket(subject="Gone kettle"), sign_in("ada")
    assert "1 deleted." in done(ada, ada.post(CHANGE, {"ids": [ticket.pk], "do": "delete"}))
    page = text(ada.get("/agent/deleted/"))
    assert "Gone kettle" in page
    assert "by Ada Example" in page
    assert sign_in("ana").get("/agent/deleted/").status_code == 404
    assert sign_in("ana").post(f"/agent/deleted/{ticket.pk}/restore/").status_code == 404
    assert "is back." in text(ada.post(f"/agent/deleted/{ticket.pk}/restore/", follow=True))
    assert sign_in("ana").get(f"/agent/tickets/{ticket.pk}/").status_code == 200


def test_tickets_without_a_brand_have_a_view_for_admins_and_a_way_into_one(cast: Cast, sign_in: Any) -> None:
    lost, kept = cast.ticket(subject="Brandless kettle"), cast.ticket()
    Ticket.objects.filter(pk=lost.pk).update(brand=None)
    view = View.objects.get(title="Without a brand")
    ada = sign_in("ada")
    assert list(queries.tickets(cast.actor("ada"), view)) == [lost]
    assert "Brandless kettle" in text(ada.get(f"/agent/views/{view.pk}/"))
    assert sign_in("ana").get(f"/agent/views/{view.pk}/").status_code == 404
    form = {"all": "1", "view": view.pk, "brand": cast.home.pk}
    assert "1 changed." in done(ada, ada.post(CHANGE, form))
    assert {row.brand_id for row in Ticket.objects.filter(pk__in=[lost.pk, kept.pk])} == {cast.home.pk}


def test_a_view_written_by_an_admin_shows_a_partner_agent_no_more_than_they_read(cast: Cast, sign_in: Any) -> None:
    own, hidden = cast.ticket("dee", brand_id=cast.outdoor.pk), cast.ticket()
    for view in queries.views_for(cast.actor("ada")):
        assert set(queries.tickets(cast.actor("ben"), view)) <= {own}
    everything = View.objects.get(title="All unsolved tickets")
    assert set(queries.tickets(cast.actor("ada"), everything)) == {own, hidden}
    assert queries.counts(cast.actor("ben"), [everything]) == {everything.pk: 1}


def test_a_ticket_one_only_asked_for_is_not_found_by_what_agents_wrote_on_it(cast: Cast, sign_in: Any) -> None:
    ticket = cast.ticket("ben", subject="Ben's own kettle", tags=["fraud"], group_id=cast.returns.pk)  # not his brand
    ben = sign_in("ben")
    assert "own kettle" in text(ben.get("/agent/tickets/"))
    for filters in ({"tag": "fraud"}, {"tag": "other"}, {"assignee": "none"}, {"group": cast.returns.pk}):
        assert "own kettle" not in text(ben.get("/agent/tickets/", filters)), filters
    assert "own kettle" in text(sign_in("ana").get("/agent/tickets/", {"tag": "fraud"}))
    assert ticket.tags == ["fraud"]
