"""Sending what waits for one partner: in each round the first update of many tickets.

Every ticket's queue keeps its own lock and its order, as in `sending`; only the asking is done once for all of them.
Who is killed in a round has lost nothing: what was not settled waits and is sent again, with the same uuids and
numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from adjoin.kernel import prepared, queues, statements
from adjoin.sharing.delivery import copies, queueing, sending, together
from adjoin.sharing.delivery.sending import Clock
from adjoin.sharing.models import Delivery, SharingAgreement
from adjoin.sharing.terms import TOGETHER_MAX

# The tickets whose first update may go now, after one of them in order of their ids: the index `delivery_waiting` is
# walked until there are enough. So each has its turn, however much waits.
_DUE = prepared.Statement("""
SELECT first.shared_ticket_id FROM (
    SELECT DISTINCT ON (shared_ticket_id) shared_ticket_id, next_attempt_at
      FROM sharing_delivery
     WHERE state = 'waiting' AND agreement_id = $1 AND shared_ticket_id > $2
     ORDER BY shared_ticket_id, id) first
  JOIN sharing_sharingagreement agreement ON agreement.id = $1
 WHERE (first.next_attempt_at IS NULL OR first.next_attempt_at <= $3) AND agreement.status = 'accepted'
   AND (agreement.next_attempt_at IS NULL OR agreement.next_attempt_at <= $3)
 LIMIT $4
""")
# Whether something about the agreement itself waits.
_ITS_OWN = prepared.Statement("""
SELECT EXISTS (SELECT FROM sharing_delivery WHERE state = 'waiting' AND agreement_id = $1 AND shared_ticket_id IS NULL)
""")
_BEGIN = prepared.Statement("""
UPDATE sharing_delivery SET attempts = attempts + 1
 WHERE state = 'waiting' AND id IN (
    SELECT DISTINCT ON (shared_ticket_id) id FROM sharing_delivery
     WHERE state = 'waiting' AND agreement_id = $1 AND shared_ticket_id = ANY($2::bigint[])
     ORDER BY shared_ticket_id, id)
RETURNING id, shared_ticket_id, verb, path, payload::text, has_changed_verb, attempts, created_at
""")


def send_waiting(agreement_id: int, clock: Clock) -> None:
    """Send a partner what is due, until the rest must wait or is being sent by somebody else.

    Nothing is sent while the desk may be a copy of another (`copies`)."""
    if not copies.may_send(clock()):
        return
    if _ITS_OWN.rows(agreement_id) == [(True,)]:
        sending.drain(agreement_id, None, clock)
    after, has_sent = 0, False
    while True:
        found = _due(agreement_id, after, clock())
        has_sent |= bool(found) and _send_round(agreement_id, found, clock)
        if len(found) == TOGETHER_MAX:
            after = found[-1]
        elif has_sent:
            after, has_sent = 0, False  # something may have come in behind us
        else:
            return


def _due(agreement_id: int, after: int, now: datetime) -> list[int]:
    return [shared_ticket_id for (shared_ticket_id,) in _DUE.rows(agreement_id, after, now, TOGETHER_MAX)]


def _send_round(agreement_id: int, shared_ticket_ids: Sequence[int], clock: Clock) -> bool:
    """Send the first update of each of these tickets that nobody else is sending for; whether there was one."""
    with queues.held([queueing.name_of(agreement_id, one) for one in shared_ticket_ids]) as are_mine:
        mine = [one for one, is_mine in zip(shared_ticket_ids, are_mine, strict=True) if is_mine]
        agreement = next(iter(_agreements(agreement_id)), None) if mine else None
        if agreement is None or not _may_go(agreement, clock()):
            return False
        if agreement.unanswered_since is not None:
            mine = mine[:1]  # one is enough to see whether the partner is back
        rows = [_delivery(agreement, *row) for row in sorted(_BEGIN.rows(agreement_id, mine))]
        together.send(agreement, rows, clock)
    return bool(rows)


@statements.kept(is_prepared=True)
def _agreements(agreement_id: int) -> QuerySet[SharingAgreement]:
    return SharingAgreement.objects.filter(pk=agreement_id)


def _delivery(
    agreement: SharingAgreement,
    pk: int,
    shared_ticket_id: int,
    verb: str,
    path: str,
    payload: str | None,
    has_changed_verb: bool,
    attempts: int,
    created_at: datetime,
) -> Delivery:
    """A row as it leaves. What becomes of it is written to the row as it is by then."""
    return Delivery(
        pk=pk,
        agreement=agreement,
        shared_ticket_id=shared_ticket_id,
        verb=verb,
        path=path,
        payload=None if payload is None else json.loads(payload),
        has_changed_verb=has_changed_verb,
        attempts=attempts,
        created_at=created_at,
    )


def _may_go(agreement: SharingAgreement, now: datetime) -> bool:
    """Whether it still may: another round may have found the partner silent since."""
    return agreement.is_accepted and not (agreement.next_attempt_at and agreement.next_attempt_at > now)
