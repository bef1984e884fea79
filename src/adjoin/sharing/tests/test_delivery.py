"""What delivery promises: in order, once, whatever happens in between."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from adjoin.accounts import current
from adjoin.adapters import http
from adjoin.adapters.http import Answer, GuardedClient, Request
from adjoin.adapters.tests.test_http import Server, reply
from adjoin.sharing.agreements import actions
from adjoin.sharing.delivery import rounds, sending, settling, tasks
from adjoin.sharing.models import Delivery, SharedComment, SharedTicket, SharingAgreement
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.shares import queries
from adjoin.sharing.terms import Terms, pause_after
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets import actions as tickets
from adjoin.tickets.models import Audit, Comment, Ticket

MAKER = "maker.localhost"


@pytest.fixture
def agreement(agreed: None, cast: Cast, makers_desk: PartnersDesk, network: Network) -> SharingAgreement:
    return agree(network, makers_desk.account, Terms(syncs_tags=True))


@pytest.fixture
def ticket(cast: Cast, agreement: SharingAgreement, network: Network) -> Ticket:
    """A ticket that Maker has."""
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    network.log.clear()
    return ticket


def later(seconds: float) -> Any:
    return NOW + timedelta(seconds=seconds)


def test_an_update_crosses_with_few_statements(
    cast: Cast, ticket: Ticket, network: Network, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cast.update("ana", ticket, say="Once, so that PostgreSQL has every statement ready.")
    network.run()
    with django_assert_max_num_queries(26):  # written, and put into the queue
        cast.update("ana", ticket, say="Let me look.")
    (partner,) = sending.due_partners(NOW)
    with django_assert_max_num_queries(52):  # sent there and taken there, one after the other
        rounds.send_waiting(partner, lambda: NOW)
    assert not sending.due_partners(NOW)


def test_a_partner_who_was_away_gets_everything_in_order(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    network.down.add(MAKER)
    for word in ("one", "two", "three"):
        cast.update("ana", ticket, say=word, status="pending" if word == "two" else "open")
        network.run()
    waiting = queries.waiting(SharedTicket.objects.get())
    assert waiting is not None
    assert (waiting.partner, waiting.since, waiting.is_silent, waiting.count) == ("Maker", NOW, True, 3)
    assert any(mark.label == "Waiting for Maker" for mark in queries.marks(cast.actor("ana"), [ticket])[ticket.pk])
    network.run(later(3 * 24 * 3600))
    network.down.clear()
    network.run(later(4 * 24 * 3600))
    assert [body for body, _ in makers_desk.said()][1:] == ["one", "two", "three"]
    assert makers_desk.ticket.status == "open"
    assert queries.waiting(SharedTicket.objects.get()) is None
    assert SharingAgreement.objects.get().unanswered_since is None


def test_an_answer_that_was_lost_doubles_nothing(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    network.lost_answers = 2
    cast.update("ana", ticket, say="Once.", status="pending")
    for seconds in (0, 10, 20):
        network.run(later(seconds))
    assert [body for body, _ in makers_desk.said()].count("Once.") == 1
    with makers_desk.open():
        assert Audit.objects.count() == 2
    assert Delivery.objects.filter(state="waiting").count() == 0


def test_what_arrives_twice_does_not_undo_what_happened_since(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    network.lost_answers = 1
    cast.update("ana", ticket, status="pending")
    network.run()
    network.down.add("acme.localhost")
    makers_desk.says(status="solved")
    network.run(later(10))  # ours again: Maker had it before it solved the ticket
    assert makers_desk.ticket.status == "solved"
    network.down.clear()
    network.run(later(60))
    ticket.refresh_from_db()
    assert (ticket.status, makers_desk.ticket.status) == ("solved", "solved")


def test_two_changes_that_cross_end_the_same_on_both_sides(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    cast.update("ana", ticket, status="solved")
    makers_desk.says("Is it dry now?", status="pending")
    network.run()
    ticket.refresh_from_db()
    assert ticket.status == makers_desk.ticket.status == "solved"
    assert ticket.comments.count() == len(makers_desk.said()) == 2


def test_nothing_that_came_in_is_sent_back(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    makers_desk.says("Hello", status="pending", subject="Kettle, broken", tags=["kettle"])
    network.run()
    assert [request.url for request in network.log if MAKER in request.url] == []
    ticket.refresh_from_db()
    assert (ticket.status, ticket.subject, ticket.tags) == ("pending", "Kettle, broken", ["kettle"])


def test_tags_of_both_sides_are_kept(cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network) -> None:
    cast.update("ana", ticket, tags=["ours"])
    makers_desk.says(tags=["theirs"])
    network.run()
    ticket.refresh_from_db()
    assert ticket.tags == makers_desk.ticket.tags == ["ours", "theirs"]
    makers_desk.says(tags=["theirs"])
    network.run()
    ticket.refresh_from_db()
    assert ticket.tags == makers_desk.ticket.tags == ["theirs"]


def test_on_hold_stays_on_hold_between_adjoin_desks_and_is_open_on_the_wire(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    cast.update("ana", ticket, status="hold")
    network.run()
    assert makers_desk.ticket.status == "hold"
    assert json.loads(network.log[-1].body)["status"] == "open"


def test_the_first_in_a_queue_is_never_overtaken(cast: Cast, ticket: Ticket, network: Network) -> None:
    network.answers[MAKER] = Answer(500, {}, b"")
    cast.update("ana", ticket, say="first")
    cast.update("ana", ticket, say="second")
    network.run()
    network.run(later(5))
    assert "first" in network.bodies(MAKER)
    assert "second" not in network.bodies(MAKER)


def test_a_queue_in_work_is_left_alone(cast: Cast, ticket: Ticket, network: Network) -> None:
    """Another process holds the lock; it is gone the moment that process dies."""
    shared = SharedTicket.objects.get()
    cast.update("ana", ticket, say="first")
    name = f"{current.schema()}:sharing:{shared.agreement_id}:{shared.pk}"
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        rounds.send_waiting(shared.agreement_id, lambda: NOW)
        assert network.log == []
    finally:
        other.close()
    network.run()
    assert len(network.log) == 1


@pytest.mark.parametrize("status", [401, 403, 405])
def test_a_refusal_stops_and_is_shown_and_the_next_update_carries_it_again(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network, status: int
) -> None:
    network.answers[MAKER] = Answer(status, {}, b'{"error": {"message": "no"}}')
    cast.update("ana", ticket, say="refused at first")
    network.run()
    assert len(network.log) == 1
    assert "Maker" in SharedTicket.objects.get().problem
    network.answers.clear()
    cast.update("ana", ticket, say="taken")
    network.run()
    assert {body for body, _ in makers_desk.said()} >= {"refused at first", "taken"}
    assert SharedTicket.objects.get().problem == ""


def test_gone_ends_the_sharing_of_that_ticket(cast: Cast, ticket: Ticket, network: Network) -> None:
    network.answers[MAKER] = Answer(410, {}, b"")
    cast.update("ana", ticket, say="one")
    cast.update("ana", ticket, say="two")
    network.run()
    assert len(network.log) == 1
    assert SharedTicket.objects.get().state == "unshared"


def test_a_share_the_partner_has_already_is_sent_once_as_an_update(
    cast: Cast, agreement: SharingAgreement, network: Network
) -> None:
    network.answers[MAKER] = Answer(422, {}, b"")
    ticket = cast.ticket()
    network.log.clear()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert [request.method for request in network.log] == ["POST", "PUT"]
    assert SharedTicket.objects.get().state == "unshared"


def test_a_ticket_the_partner_lost_is_sent_whole(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    with makers_desk.open():
        SharedTicket.objects.all().delete()
    cast.update("ana", ticket, say="Still there?")
    network.run()
    assert [request.method for request in network.log] == ["PUT", "POST"]
    assert {body for body, _ in makers_desk.said()} == {"My kettle is broken.", "Still there?"}


def test_a_page_instead_of_an_answer_counts_and_is_noted(cast: Cast, ticket: Ticket, network: Network) -> None:
    network.answers[MAKER] = Answer(200, {"content-type": "text/html"}, b"<h1>Oops</h1>")
    cast.update("ana", ticket, say="one")
    network.run()
    assert Delivery.objects.filter(state="waiting").count() == 0
    assert "page instead of data" in SharingAgreement.objects.get().warning


@pytest.mark.parametrize(("status", "state"), [(200, "sent"), (503, "waiting"), (422, "failed")])
def test_an_answer_without_end_is_cut_short_and_its_status_counts(
    cast: Cast, ticket: Ticket, status: int, state: str
) -> None:
    server = Server()
    server.answer = lambda request: reply(request, status, b"<p>" + b"x" * 5_000_000)
    SharingAgreement.objects.update(partner_url=server.url(host=MAKER).rstrip("/"))
    cast.update("ana", ticket, say="Hello")
    before = http.use(GuardedClient())
    try:
        rounds.send_waiting(SharingAgreement.objects.get().pk, lambda: NOW)
    finally:
        http.use(before)
        server.stop()
    assert Delivery.objects.latest("pk").state == state


def test_a_long_ticket_goes_in_pieces(
    cast: Cast, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    ticket = cast.ticket()
    for number in range(30):
        cast.update("ana", ticket, say=f"{number} " + "x" * 60_000)
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    assert [body.split()[0] for body, _ in makers_desk.said()][1:] == [str(number) for number in range(30)]
    assert max(len(request.body) for request in network.log) < 3 * 1024 * 1024


def test_pauses_grow_from_a_second_to_an_hour() -> None:
    pauses = [pause_after(failures).total_seconds() for failures in range(1, 60)]
    assert (pauses[0], pauses[-1]) == (1.0, 3600.0)
    assert pauses == sorted(pauses)


def test_a_partner_who_speaks_first_is_answered_at_once(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    network.down.add(MAKER)
    cast.update("ana", ticket, say="Are you there?")
    for seconds in (0, 5, 20, 60, 600):
        network.run(later(seconds))
    network.down.clear()
    makers_desk.says("Back again.")
    network.run(later(601))
    assert ("Are you there?", True) in makers_desk.said()


def test_deleting_a_ticket_takes_it_back(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    tickets.delete(actor=cast.actor("ada"), ticket_id=ticket.pk, now=NOW)
    network.run()
    assert makers_desk.shared.state == "orphan"


def test_an_invitation_nobody_takes_fails_after_three_days_and_says_why(
    cast: Cast, makers_desk: PartnersDesk, network: Network
) -> None:
    network.down.add(MAKER)
    agreement = actions.invite(actor=cast.actor("ada"), partner="maker", terms=Terms(), now=NOW)
    network.run()
    network.run(later(3600))
    agreement.refresh_from_db()
    assert (agreement.status, agreement.unanswered_since) == ("pending", NOW)
    network.run(NOW + timedelta(days=4))
    agreement.refresh_from_db()
    assert agreement.status == "failed"
    assert "could not be reached for three days" in agreement.failure


def test_every_comment_that_crossed_is_known_by_the_same_name_on_both_sides(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    makers_desk.says("Hello")
    network.run()
    ours = set(SharedComment.objects.values_list("uuid", flat=True))
    with makers_desk.open():
        assert set(SharedComment.objects.values_list("uuid", flat=True)) == ours
    assert len(ours) == 2


class Killed(BaseException):
    """The process is gone, as far as one process can tell."""


@pytest.mark.parametrize("moment", ["before it is asked", "before it answers", "before the answer is written down"])
def test_whoever_is_killed_loses_nothing_and_doubles_nothing(
    cast: Cast,
    ticket: Ticket,
    makers_desk: PartnersDesk,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    cast.update("ana", ticket, say="one", status="pending")
    cast.update("ana", ticket, say="two", status="open")
    real = network.send

    def send(request: Request, **more: Any) -> Answer:
        if moment != "before it is asked":
            real(request, **more)
        raise Killed

    def settle(*arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if moment == "before the answer is written down":
            patched.setattr(settling, "taken", settle)
        else:
            patched.setattr(network, "send", send)
        for _ in range(3):
            with pytest.raises(Killed):
                network.run()
    network.run()
    assert [body for body, _ in makers_desk.said()] == ["My kettle is broken.", "one", "two"]
    assert makers_desk.ticket.status == "open"
    with makers_desk.open():
        assert Audit.objects.count() == 3


def test_a_partner_who_asks_us_to_wait_is_given_that_time_and_not_called_silent(
    cast: Cast, ticket: Ticket, makers_desk: PartnersDesk, network: Network
) -> None:
    network.answers[MAKER] = Answer(503, {"retry-after": "60"}, b"")
    cast.update("ana", ticket, say="one")
    for seconds in (0, 30, 59):
        network.run(later(seconds))
    assert len(network.log) == 1
    waiting = queries.waiting(SharedTicket.objects.get())
    assert waiting is not None
    assert not waiting.is_silent
    network.answers.clear()
    network.run(later(61))
    assert ("one", True) in makers_desk.said()


def test_the_sweep_wakes_workers_without_a_job(cast: Cast, ticket: Ticket) -> None:
    cast.update("ana", ticket, say="one")
    with CaptureQueriesContext(connection) as asked:
        tasks.start_what_is_due(NOW)
    assert any(tasks.CHANNEL in one["sql"] for one in asked.captured_queries)
    assert "sharing.deliver" not in run_jobs()


def test_updates_of_many_tickets_go_in_one_request_and_each_has_its_answer(
    cast: Cast, ticket: Ticket, agreement: SharingAgreement, makers_desk: PartnersDesk, network: Network
) -> None:
    closed, other = cast.ticket(), cast.ticket()
    for one in (closed, other):
        shares.share(actor=cast.actor("ana"), ticket_id=one.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    with makers_desk.open():
        copy = SharedTicket.objects.get(original_id=closed.pk).ticket_id
        Ticket.objects.filter(pk=copy).update(status="closed", solved_at=NOW)
    network.log.clear()
    network.lost_answers = 1
    for one in (ticket, closed, other):
        cast.update("ana", one, say=f"news of {one.pk}", subject=f"Kettle {one.pk}")
    network.run()
    network.run(later(2))
    together, probe, rest = [request.url.rpartition("/")[2] for request in network.log]
    assert (together, rest) == ("together", "together")
    assert probe != "together"  # one is enough to see that the partner is back
    failed = Delivery.objects.filter(state="failed").values_list("shared_ticket__ticket_id", "last_status")
    assert list(failed) == [(closed.pk, 422)]
    assert not Delivery.objects.filter(state="waiting").exists()
    with makers_desk.open():
        bodies = list(Comment.objects.order_by("pk").values_list("body", flat=True))
        assert {body for body in bodies if "news" in body} == {f"news of {one.pk}" for one in (ticket, other)}
    assert SharedTicket.objects.get(ticket=other).theirs["subject"] == f"Kettle {other.pk}"


def test_what_was_sent_long_ago_is_forgotten(cast: Cast, ticket: Ticket, makers_desk: PartnersDesk) -> None:
    tasks.forget_sent(NOW + timedelta(days=80))
    assert Delivery.objects.exists()
    tasks.forget_sent(NOW + timedelta(days=100))
    assert not Delivery.objects.exists()
    assert SharedComment.objects.count() == 1
