"""What a partner's answer means for a delivery, its ticket and the agreement."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet

from adjoin.adapters import http
from adjoin.kernel import prepared, rows, statements
from adjoin.kernel.statements import Ids
from adjoin.kernel.wording import say, shortened, together
from adjoin.sharing import history, proofs
from adjoin.sharing.crossing import mapping
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import Delivery, SharedComment, SharedTicket, SharingAgreement, SharingProof
from adjoin.sharing.terms import (
    FROZEN_CODE,
    INVITATION_LIFETIME,
    NAMESPACE,
    OLD_KEY_LIFETIME,
    AgreementStatus,
    DeliveryState,
    Failure,
    Happened,
    ShareState,
)
from adjoin.tickets import live

log = structlog.get_logger("adjoin.sharing")

_SENT = prepared.Statement(
    "UPDATE sharing_delivery SET state = 'sent', sent_at = $1, last_status = $2, last_answer = ''"
    " WHERE id = ANY($3::bigint[])"
)
_KEY_REFUSED = (401, 403)
_FREES = (401, 403, 404, 405)  # not about the contents: the next update carries them again
_VALUES = ("subject", "status", "tags")


@transaction.atomic
@prepared.gathered()
def taken(delivery: Delivery, answer: http.Answer, now: datetime) -> None:
    """The partner has it."""
    row = _locked(delivery)
    if row is None:
        return
    row.state, row.sent_at, row.last_status, row.last_answer = DeliveryState.SENT, now, answer.status, ""
    rows.put(row, ("state", "sent_at", "last_status", "last_answer"))
    _mind_pages(delivery, answer)
    if row.shared_ticket_id is None:
        SharingAgreement.objects.filter(pk=row.agreement_id).update(is_confirmed=True)
        proofs.confirm(row, answer.body, now)
        if hands_over_key(row):
            key_taken(row.agreement_id, now)
        return
    (shared,) = _locked_ticket(row.shared_ticket_id)
    shared.agreement = delivery.agreement
    proofs.confirm(row, answer.body, now)
    if row.verb != "DELETE":
        _has_taken(shared, row)
    live.announce(shared.ticket_id)


@transaction.atomic
@prepared.gathered()
def taken_together(pairs: Sequence[tuple[Delivery, http.Answer]], now: datetime) -> set[int]:
    """Settle updates of tickets that the partner took in one request; the ids of those that are settled.

    The others need more to be done, or somebody has locked them: they are for `taken`, one by one. It waits for nobody,
    so it stands in nobody's way with all that it has locked."""
    answers = {
        row.pk: (row, answer) for row, answer in pairs if row.verb != "DELETE" and b'"blanked"' not in answer.body
    }
    proved = set(_proved(Ids(answers)))
    asked = {row.shared_ticket_id: row for pk, (row, _) in answers.items() if pk not in proved and row.shared_ticket_id}
    shares = _free_tickets(Ids(asked))
    settled = set(_free(Ids(asked[one.pk].pk for one in shares)))
    for status in {answers[pk][1].status for pk in settled}:
        _SENT.run(now, status, [pk for pk in settled if answers[pk][1].status == status])
    shares = [one for one in shares if asked[one.pk].pk in settled]
    for one in shares:
        one.agreement = asked[one.pk].agreement
        _has_taken(one, asked[one.pk])
    live.announce_all(one.ticket_id for one in shares)
    return settled


@transaction.atomic
def refused(
    delivery: Delivery, answer: http.Answer | None, reason: str, now: datetime, kind: str = Failure.OTHER
) -> None:
    """The partner does not take it, and asking again would not help. `answer` is None when there was nobody to ask."""
    row = _locked(delivery)
    if row is None:
        return
    status = answer.status if answer else None
    if row.verb == "PUT" and row.has_changed_verb and status == 404:
        status, reason = row.last_status, row.last_answer  # they had not got it: what they said to the share counts
    row.last_status, row.last_answer = status, shortened(reason, 500)
    row.save(update_fields=["last_status", "last_answer"])
    if row.shared_ticket_id is None:
        _refuse_agreement(row, status, reason, now, kind)
    else:
        shared = SharedTicket.objects.select_for_update().select_related("agreement").get(pk=row.shared_ticket_id)
        if status == 422 and shared.is_delivered and _code(answer) == FROZEN_CODE:
            _keep_until_thawed(row, shared, now)
        elif not _has_another_way(row, shared, status, now):
            _refuse_ticket(row, shared, status, reason, now)
        live.announce(shared.ticket_id)


def gives_up(row: Delivery, agreement: SharingAgreement, now: datetime) -> bool:
    """Whether an invitation has waited long enough; then it has failed. Everything else waits as long as it takes,
    but for the end of an agreement under which nothing ever crossed."""
    if row.shared_ticket_id or agreement.status not in (AgreementStatus.PENDING, AgreementStatus.INACTIVE):
        return False
    if agreement.status == AgreementStatus.INACTIVE:
        is_over = now - agreement.updated_at >= INVITATION_LIFETIME and not agreement.shared_tickets.exists()
        if is_over:
            _end(row, DeliveryState.CANCELLED)
        return is_over
    if now - agreement.created_at < INVITATION_LIFETIME:
        return False
    _end(row, DeliveryState.FAILED)
    _fail(
        agreement,
        say("%(partner)s could not be reached for three days. %(problem)s")
        % {"partner": agreement.partner_name, "problem": agreement.last_problem},
        now,
        agreement.failure_kind,
    )
    return True


def _mind_pages(delivery: Delivery, answer: http.Answer) -> None:
    """Warn of a partner that answers with pages, until it answers with data."""
    agreement = delivery.agreement
    warning = say("%(partner)s answers with a page instead of data. What we send may not arrive.") % {
        "partner": agreement.partner_name
    }
    is_page = bool(answer.body.strip()) and not _is_json(answer.body)
    if is_page:
        log.warning("share_answered_with_page", agreement_id=agreement.pk, delivery_id=delivery.pk)
        SharingAgreement.objects.filter(pk=agreement.pk).update(warning=warning)
    elif answer.body.strip() and agreement.warning == warning:
        SharingAgreement.objects.filter(pk=agreement.pk, warning=warning).update(warning="")


def words(answer: http.Answer) -> str:
    """What a refusal says, in one line; empty when it says nothing. Only the first words of what is not JSON."""
    try:
        error = json.loads(answer.body).get("error")
        found = error.get("message") if isinstance(error, dict) else error
        text = found if isinstance(found, str) else ""
    except (ValueError, AttributeError):
        is_page = "html" in answer.headers.get("content-type", "")
        text = "" if is_page else answer.body.decode(errors="replace")
    return re.sub(r"\s+", " ", text).replace("\x00", "").strip()[:300]


def _code(answer: http.Answer | None) -> str:
    """The code of an Adjoin desk's refusal; "" for any other."""
    try:
        return str(json.loads(answer.body)["error"]["code"]) if answer else ""
    except (ValueError, KeyError, TypeError):
        return ""


def _has_another_way(row: Delivery, shared: SharedTicket, status: int | None, now: datetime) -> bool:
    """A POST they seem to have is sent once as an update; an update of what they lack, once as the whole ticket."""
    if row.verb == "DELETE" and status in (404, 410):
        proofs.confirm(row, b"", now)
        row.sent_at = now
        row.save(update_fields=["sent_at"])
        _end(row, DeliveryState.SENT)
        return True
    if row.has_changed_verb:
        return False
    if row.verb == "POST" and status == 422:
        row.verb, row.has_changed_verb = "PUT", True
        row.save(update_fields=["verb", "has_changed_verb"])
        return True
    if row.verb == "PUT" and status == 404 and shared.is_sent and shared.is_active:
        queueing.whole_again(row, now)
        return True
    return False


def _refuse_ticket(row: Delivery, shared: SharedTicket, status: int | None, reason: str, now: datetime) -> None:
    partner = shared.agreement.partner_name
    _end(row, DeliveryState.FAILED)
    shared.problem = _sentence(partner, status, reason)
    shared.updated_at = now
    is_gone = status == 410 or (status == 404 and not shared.is_sent)
    if not shared.is_active:
        shared.problem = ""  # it asked to take something out of a copy that is gone as well
    elif is_gone or not shared.is_delivered:
        # Gone at the partner's, or never taken: there is nothing to follow.
        queueing.cancel_queue(shared)
        shared.state = ShareState.UNSHARED if shared.is_sent else ShareState.ORPHAN
    elif status in _FREES or status is None:
        _forget_carried(row, shared)
    shared.save(update_fields=["problem", "state", "queued", "updated_at"])


def _keep_until_thawed(row: Delivery, shared: SharedTicket, now: datetime) -> None:
    """Whoever shared the ticket with the partner froze it there: what this brought goes with the next update, or once
    the partner says that it can. Should it have said something since, that may have been it: then it goes at once."""
    _end(row, DeliveryState.CANCELLED)
    _forget_carried(row, shared)
    partner = shared.agreement.partner_name
    shared.problem = say(
        "%(partner)s cannot change this ticket now: it was taken back from them. What you do follows later."
    ) % {"partner": partner}
    shared.updated_at = now
    shared.save(update_fields=["problem", "queued", "updated_at"])
    if shared.received_number > _seen(row):
        queueing.catch_up(shared, now)


def _seen(row: Delivery) -> int:
    """The partner's latest delivery that we knew of when this one was made."""
    return int(((row.payload or {}).get("custom_fields") or {}).get(NAMESPACE, {}).get("seen", 0))


def _forget_carried(row: Delivery, shared: SharedTicket) -> None:
    """The partner has none of what it brought: it is news again."""
    SharedComment.objects.filter(delivery=row).delete()
    shared.queued = {**shared.queued, **{name: shared.theirs.get(name) for name in _carried(row, shared)}}


def _refuse_agreement(row: Delivery, status: int | None, reason: str, now: datetime, kind: str) -> None:
    agreement = SharingAgreement.objects.select_for_update().get(pk=row.agreement_id)
    if hands_over_key(row) and status in _KEY_REFUSED and not row.has_changed_verb:
        row.has_changed_verb = True  # tried with the old key; now with the new one
        row.save(update_fields=["has_changed_verb"])
        return
    if hands_over_key(row):
        SharingAgreement.objects.filter(pk=agreement.pk).update(next_access_key="")
    _end(row, DeliveryState.FAILED)
    sentence = _sentence(agreement.partner_name, status, reason)
    if agreement.is_over or row.pk != _decisive(agreement):
        # They need not hear of an ending; and a change they do not take leaves the agreement as it was.
        SharingAgreement.objects.filter(pk=agreement.pk).update(warning=sentence)
        return
    _fail(agreement, sentence, now, _kind(status, kind))


def _decisive(agreement: SharingAgreement) -> int | None:
    """The message without which there is no agreement: the invitation, or our answer to one."""
    own = agreement.deliveries.filter(shared_ticket=None, verb="POST" if agreement.is_outbound else "PUT")
    return own.order_by("pk").values_list("pk", flat=True).first()


def _kind(status: int | None, kind: str) -> str:
    if status is None:
        return kind
    if status in _KEY_REFUSED:
        return Failure.REFUSED
    return Failure.NO_DESK if status in (404, 405, 410) else Failure.OTHER


def hands_over_key(row: Delivery) -> bool:
    """Whether a message brings the partner a new key."""
    return "new_key" in ((row.payload or {}).get("custom_fields") or {}).get(NAMESPACE, {})


def tries_new_key(row: Delivery) -> bool:
    """Whether it is sent under the new key: the old one was refused."""
    return row.has_changed_verb and row.shared_ticket_id is None and hands_over_key(row)


def key_taken(agreement_id: int, now: datetime) -> None:
    """The partner has the next key: it is the key now, and the old one is good for a little while longer."""
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement_id)
    if not agreement.next_access_key:
        return
    agreement.old_access_key, agreement.access_key = agreement.access_key, agreement.next_access_key
    agreement.next_access_key, agreement.old_key_until = "", now + OLD_KEY_LIFETIME
    agreement.key_changed_at = now
    agreement.save(update_fields=["access_key", "old_access_key", "next_access_key", "old_key_until", "key_changed_at"])
    history.tell(
        agreement,
        Happened.KEY,
        now,
        words=say("%(partner)s has the new key.") % {"partner": agreement.partner_name},
    )


def _fail(agreement: SharingAgreement, sentence: str, now: datetime, kind: str) -> None:
    queueing.cancel_all(agreement)
    SharingAgreement.objects.filter(pk=agreement.pk).update(
        status=AgreementStatus.FAILED, failure=sentence, failure_kind=kind, updated_at=now
    )
    agreement.followers.filter(status=AgreementStatus.PENDING).update(
        status=AgreementStatus.FAILED, failure=sentence, failure_kind=kind, updated_at=now
    )
    history.tell(agreement, Happened.STATUS, now, changes={"status": (agreement.status, AgreementStatus.FAILED)})


def _sentence(partner: str, status: int | None, reason: str) -> str:
    """Why it was refused, for people."""
    if status is None:
        return reason
    if status in _KEY_REFUSED:
        told = say("%(partner)s does not accept our key. Ask them whether the agreement is still in force.")
        return together(told % {"partner": partner}, reason)
    if status == 404:
        told = say("%(partner)s has no such address or ticket. Check the sharing address.")
        return together(told % {"partner": partner}, reason)
    if status == 410:
        return say("%(partner)s no longer keeps this ticket.") % {"partner": partner}
    told = say("%(partner)s did not take this (%(status)s).")
    return together(told % {"partner": partner, "status": status}, reason)


def _locked(delivery: Delivery) -> Delivery | None:
    """The row afresh, locked; None when it was called off or settled meanwhile."""
    return next(iter(_waiting(delivery.pk)), None)


@statements.kept(is_prepared=True)
def _waiting(delivery_id: int) -> QuerySet[Delivery]:
    return Delivery.objects.select_for_update().filter(pk=delivery_id, state=DeliveryState.WAITING)


@statements.kept(is_prepared=True)
def _locked_ticket(shared_id: int) -> QuerySet[SharedTicket]:
    return SharedTicket.objects.select_for_update().filter(pk=shared_id)


@statements.kept(is_prepared=True)
def _proved(delivery_ids: Ids) -> QuerySet[SharingProof, int | None]:
    return SharingProof.objects.filter(delivery_id__any_of=delivery_ids).values_list("delivery_id", flat=True)


@statements.kept(is_prepared=True)
def _free_tickets(shared_ids: Ids) -> QuerySet[SharedTicket]:
    """Those that nobody else has locked, now ours."""
    return SharedTicket.objects.select_for_update(skip_locked=True).filter(pk__any_of=shared_ids)


@statements.kept(is_prepared=True)
def _free(delivery_ids: Ids) -> QuerySet[Delivery, int]:
    """The ids of those that wait and that nobody else has locked, now ours."""
    waiting = Delivery.objects.select_for_update(skip_locked=True).filter(state=DeliveryState.WAITING)
    return waiting.filter(pk__any_of=delivery_ids).values_list("pk", flat=True)


def _end(row: Delivery, state: DeliveryState) -> None:
    row.state = state
    row.save(update_fields=["state"])


def _has_taken(shared: SharedTicket, row: Delivery) -> None:
    """The partner has the ticket, and the values of this delivery."""
    theirs = {**shared.theirs, **_carried(row, shared)}
    if (shared.is_delivered, shared.problem, shared.theirs) != (True, "", theirs):
        shared.is_delivered, shared.problem, shared.theirs = True, "", theirs
        rows.put(shared, ("is_delivered", "problem", "theirs"))


def _carried(row: Delivery, shared: SharedTicket) -> dict[str, object]:
    """The values a delivery brought, as the two sides compare them."""
    payload = row.payload or {}
    found = {name: payload[name] for name in _VALUES if name in payload and name in shared.queued}
    ours = (payload.get("custom_fields") or {}).get(NAMESPACE, {})
    if "status" in found and "status" in ours:
        found["status"] = ours["status"]
    fields = mapping.carried(payload, shared.agreement.terms)
    return found | {name: value for name, value in fields.items() if name in shared.queued}


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
