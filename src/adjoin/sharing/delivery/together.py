"""Sending updates of several tickets to one partner: in one request where the partner is an Adjoin desk that takes it
so, each in its own to everybody else.

Each update has an answer of its own. A desk that runs out of time answers the first ones only; the others wait on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import structlog

from adjoin.adapters import http
from adjoin.sharing.delivery import sending, settling
from adjoin.sharing.delivery.sending import Clock
from adjoin.sharing.models import Delivery, SharingAgreement
from adjoin.sharing.terms import TOGETHER_HEADER, TOGETHER_MAX, TOGETHER_MAX_BYTES

log = structlog.get_logger("adjoin.sharing")

LEAST = 2  # updates that are worth a request together
_PATH = "/together"
_SECONDS = 60.0

Asked = tuple[Delivery, http.Request]


class _Away(Exception):
    """The partner does not answer: what is left of the round need not be tried."""


_taking: tuple[http.HttpClient | None, dict[str, int]] = (None, {})


def send(agreement: SharingAgreement, rows: Sequence[Delivery], clock: Clock) -> None:
    """Send these updates, whose queues are ours, and settle what was answered. What is not answered stays first."""
    asked = [(row, sending.request(row, clock())) for row in rows]
    left: set[int] = set()
    with suppress(_Away):
        for batch in _batches(agreement, asked):
            if len(batch) < LEAST or not _send_together(agreement, batch, left, clock):
                for row, request in batch:
                    _send_alone(row, request, left, clock)
    if stayed := {row.pk for row in rows} - left:
        sending.did_not_leave(stayed)


def learn(partner_url: str, answer: http.Answer) -> None:
    """Remember how many updates the partner says that it takes in one request; a plain peer says nothing."""
    said = answer.headers.get(TOGETHER_HEADER.lower(), "")
    if said.isdecimal():
        _known()[partner_url] = min(int(said[:4]), TOGETHER_MAX)


def forget() -> None:
    """Know nothing of what partners take, as a process that has just started."""
    _known().clear()


def _known() -> dict[str, int]:
    """What partners have said, by their address. Each process asks anew, and so does each client in tests."""
    global _taking
    if _taking[0] is not http.client():
        _taking = (http.client(), {})
    return _taking[1]


def _batches(agreement: SharingAgreement, asked: Sequence[Asked]) -> Iterator[list[Asked]]:
    """The requests in order, those that can go together in one list."""
    most = _known().get(agreement.partner_url, 0) if agreement.is_adjoin else 0
    batch: list[Asked] = []
    size = 0
    for row, request in asked:
        is_alone = row.verb == "DELETE" or len(request.body) > TOGETHER_MAX_BYTES
        if batch and (is_alone or len(batch) >= most or size + len(request.body) > TOGETHER_MAX_BYTES):
            yield batch
            batch, size = [], 0
        if is_alone:
            yield [(row, request)]
            continue
        batch.append((row, request))
        size += len(request.body)
    if batch:
        yield batch


def _send_alone(row: Delivery, request: http.Request, left: set[int], clock: Clock) -> None:
    try:
        answer = http.client().send(request)
    except http.NoAnswer as problem:
        left |= {row.pk} if problem.may_have_left else set()
        sending.unanswered(row, problem, clock())
        if problem.should_retry:
            raise _Away from problem
        return
    left.add(row.pk)
    learn(row.agreement.partner_url, answer)
    sending.answered(row, answer, clock())
    if answer.status in sending.AWAY:
        raise _Away


def _send_together(agreement: SharingAgreement, batch: Sequence[Asked], left: set[int], clock: Clock) -> bool:
    """False when the partner does not take them so; then each is sent alone, and tells why.

    `left` gets the ids of those of which the partner may have got something."""
    ids = {row.pk for row, _ in batch}
    try:
        answer = http.client().send(_joined(agreement, batch))
    except http.NoAnswer as problem:
        left |= ids if problem.may_have_left else set()
        if not problem.should_retry:
            return False
        sending.unanswered(batch[0][0], problem, clock())
        raise _Away from problem
    left |= ids
    answers = _answers(answer)
    if not answers:
        _known().pop(agreement.partner_url, None)
        return False
    now = clock()
    log.info("shares_answered", agreement_id=agreement.pk, updates=len(batch), statuses=[one.status for one in answers])
    pairs = list(zip((row for row, _ in batch), answers, strict=False))
    settled = settling.taken_together([(row, one) for row, one in pairs if 200 <= one.status < 300], now)
    for row, one in pairs:
        if row.pk not in settled:
            sending.answered(row, one, now)
    sending.heard_from(agreement, now)
    return True


def _joined(agreement: SharingAgreement, batch: Sequence[Asked]) -> http.Request:
    """All of them as one request. Their bodies are as they would be alone, byte for byte."""
    parts = [
        b'{"verb":"%s","uuid":"%s","body":%s}'
        % (request.method.encode(), row.path.rpartition("/")[2].encode(), request.body)
        for row, request in batch
    ]
    _, first = batch[0]
    body = b'{"updates":[' + b",".join(parts) + b"]}"
    return http.Request("POST", agreement.partner_url + _PATH, first.headers, body, seconds=_SECONDS, may_be_cut=True)


def _answers(answer: http.Answer) -> list[http.Answer]:
    """What each of the first updates was answered; nothing when the desk did not take them together."""
    if answer.status != 200:
        return []
    try:
        said = json.loads(answer.body)["answers"]
        return [_one(each) for each in said]
    except (ValueError, KeyError, TypeError):
        return []


def _one(said: Any) -> http.Answer:
    wait = said.get("retry_after")
    headers = {"retry-after": str(wait)} if isinstance(wait, int) else {}
    return http.Answer(int(said["status"]), headers, json.dumps(said.get("body", {})).encode())
