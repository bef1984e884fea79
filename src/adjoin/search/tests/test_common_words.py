"""A word that many comments have is looked for in another way, and finds the same."""

from __future__ import annotations

import pytest

from adjoin.search import queries, tickets
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Ticket


@pytest.fixture
def kettles(cast: Cast) -> list[Ticket]:
    """One said in public, one in a note only, one in the subject, one in another brand."""
    noted = cast.ticket("cyd", subject="Lid", comment=NewComment(body="It is loose."))
    return [
        cast.ticket("cyd", subject="Broken", comment=NewComment(body="My kettle leaks.")),
        cast.update("ana", noted, note="Same kettle as yesterday."),
        cast.ticket("cyd", subject="Kettle", comment=NewComment(body="It is cold.")),
        cast.ticket("eli", subject="Other", comment=NewComment(body="A camping kettle."), brand_id=cast.outdoor.pk),
    ]


@pytest.mark.parametrize("who", ["ada", "ana", "ben", "cyd", "dee", "eli"])
@pytest.mark.parametrize("text", ["kettle", "kett", "kettle -leaks", "kettle leaks", "-kettle", '"my kettle"', "lid"])
def test_a_common_word_finds_the_same_as_a_rare_one(
    cast: Cast, kettles: list[Ticket], monkeypatch: pytest.MonkeyPatch, text: str, who: str
) -> None:
    def found() -> list[int]:
        return list(queries.tickets(cast.actor(who), text, NOW).newest_first().values_list("pk", flat=True))

    gathered = found()
    monkeypatch.setattr(tickets, "COMMENTS_MANY", -1)
    assert found() == gathered


def test_a_common_word_of_a_note_is_not_felt_by_customers(
    cast: Cast, kettles: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "COMMENTS_MANY", -1)
    public, noted, subject, _ = (ticket.pk for ticket in kettles)
    assert set(queries.tickets(cast.actor("cyd"), "kettle", NOW).values_list("pk", flat=True)) == {public, subject}
    assert noted in queries.tickets(cast.actor("ana"), "kettle", NOW).values_list("pk", flat=True)
