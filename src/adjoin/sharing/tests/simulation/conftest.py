"""The stage on which seeds are played."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from adjoin.accounts.models import Account
from adjoin.adapters import http
from adjoin.kernel import ids, outbox
from adjoin.sharing.delivery import copies, together
from adjoin.sharing.tests.simulation import world
from adjoin.sharing.tests.simulation.clocks import Clocks
from adjoin.sharing.tests.simulation.names import Names
from adjoin.sharing.tests.simulation.network import BadNetwork
from adjoin.sharing.tests.simulation.playing import Stage
from adjoin.sharing.wire import floods
from adjoin.testing.partners import Network
from adjoin.tickets import live


@pytest.fixture
def stage(acme: Account, maker: Account, network: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The world, its network and its clocks. Nothing is deferred or announced: the simulation is the worker."""
    monkeypatch.setattr(live, "announce", lambda ticket_id: None)
    for topic in ("sharing.queued", "sharing.answered", "sharing.file_named", "sharing.ended"):
        monkeypatch.setitem(outbox._subscribers, topic, [])
    monkeypatch.setattr(floods, "check_requests", lambda agreement, now, times=1: None)
    monkeypatch.setattr(floods, "check_invitations", lambda address, now: None)
    names = Names()
    monkeypatch.setattr(ids, "new_secret", names.new)
    made = world.build(network)
    monkeypatch.setattr(copies, "may_send", lambda now: True)
    monkeypatch.setattr(together, "LEAST", 1)  # there is one ticket only: it goes as many would, or alone
    clocks = Clocks()
    bad = BadNetwork({f"{name}.localhost": desk.account for name, desk in made.desks.items()})
    before = http.use(bad)
    with mock.patch("django.utils.timezone.now", clocks.here):
        yield Stage(made, bad, clocks, names)
    http.use(before)
