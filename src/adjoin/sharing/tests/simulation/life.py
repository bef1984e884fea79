"""What people at the three desks do, and what their desks do in the background."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.db import connection, transaction

from adjoin.kernel.errors import DeskError
from adjoin.sharing.agreements import closing
from adjoin.sharing.crossing import files
from adjoin.sharing.delivery import rounds, sending, settling
from adjoin.sharing.models import PartnerFile, SharingAgreement
from adjoin.sharing.shares import actions as sharing
from adjoin.sharing.terms import FileState
from adjoin.sharing.tests.simulation import undoing
from adjoin.sharing.tests.simulation.clocks import Clocks
from adjoin.sharing.tests.simulation.memory import Memory
from adjoin.sharing.tests.simulation.network import BadNetwork, Crash
from adjoin.sharing.tests.simulation.world import COLOURS, Desk, World
from adjoin.testing.cast import WEB
from adjoin.tickets import actions as tickets
from adjoin.tickets import uploads
from adjoin.tickets.changes import NewComment
from adjoin.tickets.models import Comment, Ticket

STATUSES = ("open", "pending", "hold", "solved")
TAGS = ("kettle", "leak", "urgent", "warranty", *COLOURS)
ROUNDS_MAX = 60


class Undone(Exception):
    """The process in which somebody pressed a button died just before its commit."""


@dataclass
class Life:
    """One run of the world."""

    world: World
    network: BadNetwork
    clocks: Clocks
    chance: random.Random
    memory: Memory = field(default_factory=Memory)

    @property
    def story(self) -> list[str]:
        """What happened, for whoever reads a failure."""
        return self.network.story

    def branch(self, chance: random.Random) -> Life:
        """Another life with the same past."""
        return Life(self.world, self.network, self.clocks, chance, self.memory.copy())

    def begin(self) -> None:
        """A customer asks Acme, and Acme shares the question."""
        acme = self.world.desks["acme"]
        with acme.open():
            ticket = tickets.create(
                actor=acme.agent,
                now=self.clocks.here(),
                via=WEB,
                comment=NewComment(body="zq0begin word-begin public", author_id=acme.customer_id),
                requester_id=acme.customer_id,
                subject="Kettle",
            ).ticket
            self.memory.agreements, self.memory.outbound = dict(self.world.agreements), dict(self.world.outbound)
            self.memory.said = {name: {} for name in self.world.desks}
            self.memory.said["acme"]["word-begin public"] = ticket.comments.get().pk
            partner = self.chance.choice(["maker", "carrier"])
            self._share(acme, ticket.pk, partner)

    def step(self, number: int) -> None:
        """One thing happens somewhere."""
        with self.clocks.later(self.chance.choice([2, 5, 30, 90, 600, 5000])):
            desk = self.world.desks[self.chance.choice(list(self.world.desks))]
            with desk.open():
                self._happens(desk, number)

    def heal(self) -> None:
        """The network is good again: what is under way arrives, and all queues are emptied.

        Where something had ended, the ticket is shared again, as far as it can be."""
        self.network.is_bad, self.network.crash_after = False, ""
        while self.network.deliver_something_late():
            pass
        self._rest()
        if self.memory.has_ended and self.chance.random() < 0.4:
            for sharer, partner in sorted(self.memory.shared):
                with self.world.desks[sharer].open():
                    for ticket_id in Ticket.objects.values_list("pk", flat=True):
                        self._share(self.world.desks[sharer], ticket_id, partner)
            self._rest()

    def _rest(self) -> None:
        for _ in range(ROUNDS_MAX):
            with self.clocks.later(4000):
                worked = [self._work(desk) for desk in self.world.desks.values()]
            if not any(worked):
                return
        raise AssertionError("The desks do not come to rest.")

    def _happens(self, desk: Desk, number: int) -> None:
        luck = self.chance.random()
        ticket_id = Ticket.objects.values_list("pk", flat=True).first()
        partners = [partner for sharer, partner in self.memory.outbound if sharer == desk.name]
        if luck < 0.38:
            self._in_background(desk)
        elif luck < 0.48:
            self.story.append(f"{number} something late arrives")
            self.network.deliver_something_late()
        elif luck < 0.52:
            undoing.end_or_begin(self, desk)
        elif ticket_id is None:
            self._in_background(self.world.desks["acme"])
        elif luck < 0.75:
            self._write(desk, ticket_id, number)
        elif luck < 0.79:
            self._hold(desk, ticket_id)
        elif luck < 0.88 and self.memory.said[desk.name]:
            undoing.redact(self, desk, ticket_id) if luck < 0.84 else undoing.recall(self, desk, ticket_id)
        elif luck < 0.94:
            self._share(desk, ticket_id, self.chance.choice(partners))
        else:
            self._unshare(desk, ticket_id, self.chance.choice(partners))

    def _write(self, desk: Desk, ticket_id: int, number: int) -> None:
        """Somebody says something, changes fields, or both."""
        fields: dict[str, Any] = {}
        if self.chance.random() < 0.4:
            fields["status"] = self.chance.choice(STATUSES)
        elif self.chance.random() < 0.2:
            fields["custom_status_id"] = self.chance.choice(desk.status_ids)
        if self.chance.random() < 0.3:
            fields["tags"] = self.chance.sample(TAGS, self.chance.randrange(3))
        if self.chance.random() < 0.2:
            fields["subject"] = f"Kettle, says {desk.name} at {number}"
        if self.chance.random() < 0.2:
            fields["custom_fields"] = {desk.field_id: self.chance.choice([*COLOURS, None])}
        kind = self.chance.choice(["public"] * 6 + ["private"] * 3 + ["local"])
        words = f"word-{desk.name}-{number} {kind}"
        body = f"zq{number}{desk.name} {words}"
        comment: NewComment | None = NewComment(body=body, is_public=kind == "public", is_local=kind == "local")
        if fields and self.chance.random() < 0.3:
            comment = None
        elif self.chance.random() < 0.15:
            self._attach(comment, f"{desk.name}-{number}")
        now = self.clocks.here()
        happened = self.do(
            f"{number} {desk.name} {fields} {body if comment else ''}",
            lambda: tickets.update(actor=desk.agent, ticket_id=ticket_id, now=now, via=WEB, comment=comment, **fields),
        )
        if happened and comment:
            self.memory.said[desk.name][words] = Comment.objects.values_list("pk", flat=True).get(body=body)

    def _attach(self, comment: NewComment | None, name: str) -> None:
        bytes_of = io.BytesIO(f"bytes of file-{name}.txt".encode())
        if comment is not None:
            comment.attachments.append(
                uploads.keep(stream=bytes_of, file_name=f"file-{name}.txt", now=self.clocks.here())
            )

    def _hold(self, desk: Desk, ticket_id: int) -> None:
        """Somebody holds back something said, or a file of it, from one partner, or releases it."""
        in_force = sorted(SharingAgreement.objects.filter(status="accepted").values_list("uuid", "pk"))
        comments = list(Comment.objects.order_by("pk").prefetch_related("attachments"))
        if not in_force or not comments:
            return
        uuid, agreement_id = self.chance.choice(in_force)
        said = self.chance.choice(comments)
        file = said.attachments.first() if self.chance.random() < 0.5 else None
        canary, now = file.file_name if file else said.body, self.clocks.here()
        is_held = (uuid, canary) in self.memory.held
        step = sharing.release if is_held else sharing.hold
        where: dict[str, Any] = {"ticket_id": ticket_id, "agreement_id": agreement_id, "comment_id": said.pk}
        happened = self.do(
            f"{desk.name} {step.__name__}s {canary} under {uuid[:4]}",
            lambda: step(actor=desk.agent, **where, attachment_id=file.pk if file else None, now=now),
        )
        if happened and is_held:
            del self.memory.held[uuid, canary]
        elif happened and not canary.startswith("Recalled by "):  # a blank comment says what the subject says, too
            self.memory.held[uuid, canary] = len(self.network.crossed)

    def _share(self, desk: Desk, ticket_id: int, partner: str) -> None:
        if self.do(f"{desk.name} shares with {partner}", self._sharing(sharing.share, desk, ticket_id, partner)):
            self.memory.shared.add((desk.name, partner))

    def _unshare(self, desk: Desk, ticket_id: int, partner: str) -> None:
        step = self._sharing(sharing.unshare, desk, ticket_id, partner)
        self.memory.has_ended |= self.do(f"{desk.name} unshares from {partner}", step)

    def _sharing(self, step: Callable[..., Any], desk: Desk, ticket_id: int, partner: str) -> Callable[[], Any]:
        agreement_id, now = self.memory.outbound[desk.name, partner], self.clocks.here()
        return lambda: step(actor=desk.agent, ticket_id=ticket_id, agreement_id=agreement_id, now=now)

    def do(self, words: str, step: Callable[[], Any]) -> bool:
        """Have somebody do something; now and then the process dies before it is kept. Whether it happened."""
        dies = self.network.is_bad and self.chance.random() < 0.05
        self.story.append(f"{words}{' (undone)' if dies else ''}")
        try:
            with transaction.atomic():
                step()
                if dies:
                    raise Undone
        except Undone:
            return False
        except DeskError as error:
            self.story.append(f"    refused: {error}")
            return False
        return True

    def _in_background(self, desk: Desk) -> None:
        """The desk's worker does what is due, and may die between any two steps of it."""
        luck = self.chance.random()
        self.story.append(f"{desk.name} works")
        self.network.crash_after = "sent" if luck < 0.1 else ""
        dies = {"taken": mock.Mock(side_effect=Crash), "taken_together": mock.Mock(side_effect=Crash)}
        dies_late = mock.patch.multiple(settling, **dies) if 0.1 <= luck < 0.2 else nullcontext()
        try:
            with dies_late:
                self._work(desk)
        except Crash:
            self.story.append(f"{desk.name}'s worker dies")

    def _work(self, desk: Desk) -> bool:
        with desk.open():
            is_invited, ends, sends = _waits()
            if is_invited:
                undoing.accept_invitations(self, desk)
            for agreement_id in closing.unfinished() if ends else ():
                closing.close_some(agreement_id, self.clocks.here())
            if not (sends or is_invited):
                return ends
            due = sending.due_partners(self.clocks.here())
            for agreement_id in due:
                rounds.send_waiting(agreement_id, self.clocks.here)
            named = PartnerFile.objects.filter(state=FileState.WAITING).exclude(next_attempt_at__gt=self.clocks.here())
            file_ids = list(named.order_by("pk").values_list("pk", flat=True))
            for file_id in file_ids:
                files.fetch(file_id, self.clocks.here())
            return bool(due or file_ids or is_invited)


def _waits() -> tuple[bool, bool, bool]:
    """Whether an invitation waits, an ended agreement has tickets, and anything is to be sent or fetched, due or not.

    Most of the time nothing is, and this is quick."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS(SELECT FROM sharing_sharingagreement WHERE status = 'pending' AND direction = 'inbound'),"
            " EXISTS(SELECT FROM sharing_sharedticket s JOIN sharing_sharingagreement a ON a.id = s.agreement_id"
            " WHERE s.state = 'active' AND a.status = 'inactive'),"
            " EXISTS(SELECT FROM sharing_delivery WHERE state = 'waiting')"
            " OR EXISTS(SELECT FROM sharing_partnerfile WHERE state = 'waiting')"
        )
        is_invited, ends, sends = cursor.fetchone()
        return is_invited, ends, sends
