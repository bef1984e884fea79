"""Writing down what came from a partner, inside the very transaction that changes the ticket.

It happens before rules can share the ticket on and before anybody hears of the change, so nothing that came in is ever
taken for news of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjoin.kernel import outbox, rows
from adjoin.sharing import history
from adjoin.sharing.crossing.reading import Said
from adjoin.sharing.models import PartnerFile, SharedComment, SharedTicket, SharingAgreement
from adjoin.sharing.terms import ShareRole, ShareState
from adjoin.tickets import uploads

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change


_WRITTEN = ("queued", "theirs", "received_number", "custom_fields", "original_id", "problem", "state", "updated_at")


@dataclass
class Receipt:
    """What one request of a partner brought. `shared` is None while the ticket is being created."""

    agreement: SharingAgreement
    uuid: str
    shared: SharedTicket | None
    said: tuple[Said, ...] = ()  # the comments that are let in, new ones only
    values: Mapping[str, Any] = field(default_factory=dict)  # subject, status, tags as the partner has them
    agreed: Mapping[str, Any] = field(default_factory=dict)  # the ones that stand on both sides now
    number: int = 0
    original_id: str = ""
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    event: str = ""  # "shared" or "unshared", for the ticket's history
    problem: str = ""  # what was left out

    def begin(self, change: Change) -> None:
        """Announce the event, and write the rest once the rows are there."""
        if self.event:
            change.record("TicketSharingEvent", agreement_id=self.agreement.pk, action=self.event)
        change.then(self._write)

    def write_values(self, shared: SharedTicket, now: datetime) -> None:
        """Remember what both sides now agree on. The caller holds the ticket's lock."""
        numbers = {key: value for key, value in shared.queued.get("numbers", {}).items() if key not in self.agreed}
        shared.queued = {**shared.queued, **self.agreed, "numbers": numbers}
        shared.theirs = {**shared.theirs, **self.values}
        shared.received_number = max(shared.received_number, self.number)
        shared.custom_fields = {**shared.custom_fields, **self.custom_fields}
        shared.original_id = self.original_id[:64] or shared.original_id
        shared.problem = self.problem or shared.problem
        if self.event:
            shared.state = ShareState.ACTIVE if self.event == "shared" else _left(shared)
        shared.updated_at = now
        if shared.pk:
            rows.put(shared, _WRITTEN)
        else:
            rows.insert(shared)

    def _write(self, change: Change) -> None:
        shared = self.shared or SharedTicket(
            agreement=self.agreement,
            ticket=change.ticket,
            uuid=self.uuid,
            role=ShareRole.RECEIVED,
            is_delivered=True,
            created_at=change.now,
        )
        self.write_values(shared, change.now)
        history.left_out(self.agreement, shared, self.problem, change.now)
        for said in self.said:
            comment = change.written_comments.get(said.uuid)
            if comment is not None:
                rows.add([SharedComment(shared_ticket=shared, comment=comment, uuid=said.uuid, is_ours=False)])
                self._name_files(shared, comment.pk, said, change.now)

    def _name_files(self, shared: SharedTicket, comment_id: int, said: Said, now: datetime) -> None:
        if not self.agreement.shares_attachments:
            return
        for file in said.files:
            row = PartnerFile.objects.create(
                shared_ticket=shared,
                comment_id=comment_id,
                url=file.url,
                file_name=uploads.clean_file_name(file.file_name),
                created_at=now,
            )
            outbox.publish("sharing.file_named", file_id=row.pk)


def write_receipt(change: Change, value: Any) -> None:
    """The field `sharing_receipt` of an update. Anything that is no `Receipt` comes from outside and is ignored."""
    if isinstance(value, Receipt):
        value.begin(change)


def _left(shared: SharedTicket) -> ShareState:
    return ShareState.UNSHARED if shared.is_sent else ShareState.ORPHAN
