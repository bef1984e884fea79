"""What the rules say of a ticket in memory is what they say of the same ticket in the database."""

from __future__ import annotations

from adjoin.access import actors, assignable, deleted, readable
from adjoin.people.models import User
from adjoin.testing.desk import PEOPLE, READERS, Desk
from adjoin.tickets.models import Ticket


def test_a_ticket_in_memory_is_read_by_those_who_read_it_in_the_database(desk: Desk) -> None:
    tickets = list(Ticket.objects.filter(pk__in=[one.pk for one in desk.tickets.values()]))
    for who in PEOPLE:
        actor = desk.actor(who)
        written = set(readable.tickets_as_agent(actor).values_list("pk", flat=True))
        in_memory = {ticket.pk for ticket in tickets if assignable.could_read(actor, ticket)}
        assert in_memory == written & {ticket.pk for ticket in tickets}, who


def test_agents_are_offered_a_ticket_exactly_where_they_could_read_it(desk: Desk) -> None:
    able_people = list(assignable.agents().values_list("pk", flat=True))
    loaded = actors.load_many(able_people)
    assert desk.users["ben"].pk in able_people
    for name, ticket in desk.tickets.items():
        if ticket.deleted_at is not None:
            continue
        offered = {pk for pk, _ in assignable.agents_for(ticket)}
        assert offered == {pk for pk in able_people if assignable.could_work_on(loaded[pk], ticket)}, name


def test_light_suspended_and_former_agents_are_offered_nothing(desk: Desk) -> None:
    offered = set(assignable.agents().values_list("pk", flat=True))
    out = User.objects.exclude(role__in=("agent", "admin"), is_active=True, is_suspended=False)
    assert offered.isdisjoint(out.values_list("pk", flat=True))
    assert offered.isdisjoint(User.objects.filter(only_private_comments=True).values_list("pk", flat=True))


def test_deleted_tickets_are_found_by_those_who_may_and_would_read_them(desk: Desk) -> None:
    def found(who: str) -> set[int]:
        return set(Ticket.objects.filter(deleted.found_by(desk.actor(who))).values_list("pk", flat=True))

    gone = {ticket.pk for ticket in Ticket.objects.exclude(deleted_at=None)}
    assert gone
    assert found("ada") == gone
    assert [who for who in PEOPLE if found(who) and who != "ada"] == []
    assert "deleted" in READERS
