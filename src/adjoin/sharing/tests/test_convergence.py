"""Whatever happens in whatever order: in the end both desks say the same, and each word stands once."""

from __future__ import annotations

import random
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest

from adjoin.sharing.delivery import sending
from adjoin.sharing.models import SharedTicket
from adjoin.sharing.shares import actions as shares
from adjoin.sharing.terms import Terms
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.partners import Network, PartnersDesk, agree
from adjoin.tickets.models import Ticket

STEPS = 20
STATUSES = ["open", "pending", "hold", "solved"]
TAGS = ["kettle", "leak", "urgent", "warranty"]


@pytest.mark.parametrize("seed", range(4))
def test_both_desks_end_equal(cast: Cast, makers_desk: PartnersDesk, network: Network, seed: int) -> None:
    chance = random.Random(seed)
    agreement = agree(network, makers_desk.account, Terms(syncs_tags=True))
    ticket = cast.ticket()
    shares.share(actor=cast.actor("ana"), ticket_id=ticket.pk, agreement_id=agreement.pk, now=NOW)
    network.run()
    said = {"My kettle is broken."}
    for step in range(STEPS):
        now = NOW + timedelta(hours=2 * step)
        match chance.randrange(8):
            case 0 | 1:
                said.add(f"acme {step}")
                cast.update("ana", ticket, at=now, say=f"acme {step}", status=chance.choice(STATUSES))
            case 2 | 3:
                said.add(f"maker {step}")
                makers_desk.says(f"maker {step}", at=now, status=chance.choice(STATUSES))
            case 4:
                cast.update("ana", ticket, at=now, tags=chance.sample(TAGS, 2), subject=f"Kettle {step}")
            case 5:
                makers_desk.says(at=now, tags=chance.sample(TAGS, 2), subject=f"Kettle, {step}")
            case 6:
                _only_one_side_sends(chance, makers_desk, now)
            case _:
                network.lost_answers = chance.randrange(3)
                network.run(now)
                _something_old_arrives_again(chance, network)
    network.lost_answers = 0
    network.run(NOW + timedelta(hours=2 * STEPS + 2))
    ours, theirs = Ticket.objects.get(pk=ticket.pk), makers_desk.ticket
    assert (ours.status, ours.subject, ours.tags) == (theirs.status, theirs.subject, theirs.tags)
    words = sorted(comment.body for comment in ours.comments.all())
    assert words == sorted(said)
    assert words == sorted(body for body, _ in makers_desk.said())
    assert SharedTicket.objects.get().problem == makers_desk.shared.problem == ""


def _only_one_side_sends(chance: random.Random, desk: PartnersDesk, now: datetime) -> None:
    """The queues of one desk move on, the other's do not."""
    with desk.open() if chance.random() < 0.5 else nullcontext():
        for agreement_id, shared_ticket_id in sending.due_queues(now):
            sending.drain(agreement_id, shared_ticket_id, lambda: now)


def _something_old_arrives_again(chance: random.Random, network: Network) -> None:
    """A request that was sent before reaches its desk once more, out of order."""
    updates = [request for request in network.log if request.method == "PUT" and "/tickets/" in request.url]
    if updates:
        network.lost_answers = 0
        network.send(chance.choice(updates))
