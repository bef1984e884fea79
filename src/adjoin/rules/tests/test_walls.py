"""A trigger that could assign behind a wall says so before it runs, and afterwards what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from adjoin.people import actions as people
from adjoin.rules import actions, walls
from adjoin.rules.models import Trigger, TriggerNotice
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast


def warned(conditions: list[tuple[str, str, Any]], *does: tuple[str, Any], any_of: Any = ()) -> list[str]:
    def rows(lines: Any) -> list[dict[str, Any]]:
        return [{"field": field, "operator": operator, "value": str(value)} for field, operator, value in lines]

    done = [{"field": field, "value": str(value)} for field, value in does]
    return [one.says for one in walls.warnings({"all": rows(conditions), "any": rows(any_of)}, done)]


@pytest.fixture
def ben(cast: Cast) -> int:
    """Who works for Outdoor only."""
    people.add_to_group(user=cast.users["ben"], group=cast.support, now=NOW)
    return int(cast.users["ben"].pk)


def test_an_agent_of_one_brand_is_warned_of_unless_the_rule_keeps_to_it(cast: Cast, ben: int) -> None:
    home, outdoor = cast.home.pk, cast.outdoor.pk
    does = ("assignee_id", ben)
    (says,) = warned([], does)
    assert says.startswith(f"Ben Example does not work for {cast.home.name} and tickets without a brand.")
    assert warned([("brand_id", "is", outdoor)], does) == []
    assert warned([("brand_id", "is_not", home)], does) != []  # a ticket without a brand is left
    assert warned([("brand_id", "is_not", home), ("brand_id", "is_not", "")], does) == []
    assert warned([], does, ("brand_id", outdoor)) == []  # the rule moves it there itself
    assert warned([], does, any_of=[("brand_id", "is", outdoor)]) == []
    assert warned([], does, any_of=[("brand_id", "is", outdoor), ("status", "is", "new")]) != []
    assert warned([], ("assignee_id", cast.users["ada"].pk)) == []


def test_agents_who_left_private_groups_and_groups_without_the_brand_are_warned_of(cast: Cast, ben: int) -> None:
    ana = cast.users["ana"]
    in_brand = [("brand_id", "is", cast.outdoor.pk)]
    vault = people.create_group(name="Vault", is_public=False, now=NOW)
    assert warned(in_brand, ("group_id", vault.pk)) == [
        "Vault is private: whoever is not in it and no admin loses sight of these tickets.",
        "Nobody is in Vault.",
    ]
    assert any("could not read" in one for one in warned(in_brand, ("assignee_id", ben), ("group_id", vault.pk)))
    people.add_to_group(user=ana, group=cast.returns, now=NOW)
    assert warned([], ("group_id", cast.returns.pk)) == [
        "Nobody in Returns works for tickets without a brand: those tickets would wait there unseen."
    ]
    people.update_user(user=ana, now=NOW, is_suspended=True)
    assert "cannot be given tickets" in warned(in_brand, ("assignee_id", ana.pk))[0]


def test_what_fell_back_is_kept_with_the_trigger(cast: Cast, ben: int) -> None:
    made = actions.create_trigger(
        actor=cast.actor("ada"),
        title="To Ben",
        conditions={"all": [{"field": "update_type", "operator": "is", "value": "Create"}]},
        actions=[{"field": "assignee_id", "value": str(ben)}],
        now=NOW,
    )
    ticket = cast.ticket()
    notice = TriggerNotice.objects.get(trigger=made)
    assert (notice.ticket_id, notice.created_at) == (ticket.pk, NOW)
    assert notice.says.startswith("Ben Example has no access to this ticket")
    people.update_user(user=cast.users["ben"], now=NOW, is_active=False)
    assert cast.ticket().assignee_id is None  # one who left: the ticket stays with its group
    assert TriggerNotice.objects.filter(trigger=made).count() == 2


def test_a_rule_whose_group_goes_away_is_switched_off_with_a_notice_and_tickets_go_on(cast: Cast) -> None:
    made = actions.create_trigger(
        actor=cast.actor("ada"),
        title="To Returns",
        conditions={"all": []},
        actions=[{"field": "group_id", "value": str(cast.returns.pk)}],
        now=NOW,
    )
    people.delete_group(group=cast.returns, now=NOW)
    fresh = Trigger.objects.get(pk=made.pk)
    assert (fresh.is_active, fresh.notice) == (
        False,
        f"Action 1: Group {cast.returns.pk} is not there, or not any more",
    )
    assert cast.ticket().group_id is None
