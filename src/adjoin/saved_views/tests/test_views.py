"""What saved views promise."""

from __future__ import annotations

from adjoin.desk_settings import actions as desk_settings
from adjoin.saved_views import queries
from adjoin.saved_views.models import View
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


def view(title: str) -> View:
    return View.objects.get(title=title)


def test_a_new_account_has_the_views_agents_expect(cast: Cast) -> None:
    titles = [one.title for one in queries.views_for(cast.actor("ana"))]
    assert titles[:4] == [
        "Your unsolved tickets",
        "Unassigned tickets",
        "All unsolved tickets",
        "Recently updated tickets",
    ]
    assert len(titles) == 8


def test_end_users_have_no_views(cast: Cast) -> None:
    assert queries.views_for(cast.actor("cyd")) == []


def test_a_view_never_widens_what_its_reader_may_see(cast: Cast) -> None:
    cast.ticket(brand_id=cast.home.pk)
    outdoor = cast.ticket(brand_id=cast.outdoor.pk)
    everything = view("All unsolved tickets")
    assert list(queries.tickets(cast.actor("ben"), everything)) == [outdoor]
    assert queries.counts(cast.actor("ben"), [everything]) == {everything.pk: 1}
    assert queries.counts(cast.actor("ada"), [everything]) == {everything.pk: 2}


def test_current_user_means_whoever_looks(cast: Cast) -> None:
    mine = cast.ticket(assignee_id=cast.users["ana"].pk)
    assert list(queries.tickets(cast.actor("ana"), view("Your unsolved tickets"))) == [mine]
    assert list(queries.tickets(cast.actor("ada"), view("Your unsolved tickets"))) == []


def test_personal_and_group_views_are_for_their_people(cast: Cast) -> None:
    View.objects.create(title="Mine", owner=cast.users["ana"], created_at=NOW, updated_at=NOW)
    View.objects.create(
        title="Returns only", group_ids=[cast.returns.pk, cast.returns.pk + 1000], created_at=NOW, updated_at=NOW
    )
    titles = {name: {one.title for one in queries.views_for(cast.actor(name))} for name in ("ana", "ada")}
    assert "Mine" in titles["ana"]
    assert "Mine" not in titles["ada"]
    assert "Returns only" not in titles["ana"]


def test_agents_of_partners_are_offered_no_view_that_names_somebody_elses_customers(cast: Cast) -> None:
    desk_settings.change(now=NOW, agents_see_own_customers=True)
    club, who = cast.organizations["Kettle Club"].pk, {"created_at": NOW, "updated_at": NOW}
    rows = {
        "Their brand": ("brand_id", str(cast.outdoor.pk)),
        "Other brand": ("brand_id", str(cast.home.pk)),
        "Kettle Club": ("organization_id", str(club)),
        "Shared with Maker": ("sent_to", "1"),
        "Mine": ("assignee_id", "current_user"),
    }
    for title, (field, value) in rows.items():
        condition = {"field": field, "operator": "is", "value": value}
        View.objects.create(title=title, conditions={"all": [condition], "any": []}, **who)
    titles = {name: {one.title for one in queries.views_for(cast.actor(name))} for name in ("ana", "ben")}
    assert titles["ben"] & set(rows) == {"Their brand", "Mine"}
    assert titles["ana"] >= set(rows)
