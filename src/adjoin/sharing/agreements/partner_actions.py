"""What a partner does to an agreement: invites us, answers our invitation, ends it."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from adjoin.kernel import text
from adjoin.kernel.acting import Acting, acting
from adjoin.kernel.errors import Invalid, TooMany
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.sharing import addresses, history
from adjoin.sharing.agreements import actions, keys, messages, moves
from adjoin.sharing.crossing import erasures, holding, partners, reading
from adjoin.sharing.crossing.reading import Person, Unreadable
from adjoin.sharing.delivery import copies
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.receiving import erasing
from adjoin.sharing.terms import AgreementStatus, Direction, Happened

PENDING_MAX = 100  # invitations that wait for our answer, in all
PENDING_MAX_OF_HOST = 5
_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")

# Who may move an agreement where, when the partner says so: `is_outbound` of ours, from, to.
_EDGES = {
    (True, AgreementStatus.PENDING, AgreementStatus.ACCEPTED),
    (True, AgreementStatus.PENDING, AgreementStatus.DECLINED),
    *((side, status, AgreementStatus.INACTIVE) for side in (True, False) for status in ("pending", "accepted")),
}


@transaction.atomic
def receive_invitation(
    *, uuid: str, body: Mapping[str, Any], own_hosts: frozenset[str], now: datetime
) -> tuple[SharingAgreement, bool]:
    """A partner offers to share tickets with us; an admin answers. Nothing is asked of its server before.

    Gives back the agreement and whether it is new: the same invitation again changes nothing. Raises `Unreadable`,
    `Invalid`, or `TooMany` while too many wait."""
    key, sender = _checked(uuid, body, own_hosts)
    known = SharingAgreement.objects.filter(uuid=uuid).first()
    if known is not None:
        if known.is_outbound or known.partner_url != sender or not hmac.compare_digest(known.access_key, key):
            raise Unreadable(say("There is another agreement with this uuid."), code="exists")
        return known, False
    _leave_room(sender)
    name = body.get("name")
    agreement = SharingAgreement.objects.create(
        uuid=uuid,
        access_key=key,
        direction=Direction.INBOUND,
        partner_name=(text.one_line(name)[:200] if isinstance(name, str) else "") or addresses.name_for(sender),
        own_url=addresses.own_url(),
        partner_url=sender,
        partner_version=messages.version_in(body),
        created_at=now,
        updated_at=now,
        **asdict(messages.terms_in(body)),
    )
    holding.carry_over(agreement)
    back = _offered_back(agreement, body, now)
    declines, note = copies.desk().declines_invitations, messages.note_in(body)
    with _acts(agreement):
        if declines:
            history.tell(agreement, Happened.MADE, now, words=note, is_partners=True)
        else:
            made = {"status": (None, agreement.status)}
            actions.tell(agreement, now, made, did=Did.CREATED, kind=Happened.MADE, is_partners=True, note=note)
    if declines:
        actions.answer(agreement, AgreementStatus.DECLINED, now)
    elif back is not None:
        history.tell(back, Happened.MADE, now, is_partners=True)
    return agreement, True


def _offered_back(agreement: SharingAgreement, body: Mapping[str, Any], now: datetime) -> SharingAgreement | None:
    """Our half of the other direction, if the partner offers one and we do not share with it already."""
    offer = reading.namespace(body).get("return")
    uuid, key = (offer.get("uuid"), offer.get("access_key")) if isinstance(offer, dict) else (None, None)
    if not isinstance(uuid, str) or not addresses.is_uuid(uuid) or not isinstance(key, str) or not _KEY.fullmatch(key):
        return None
    is_known = SharingAgreement.objects.filter(uuid=uuid).exists()
    if is_known or actions.living_with(agreement.partner_url).exists():
        return None
    back = SharingAgreement.objects.create(
        uuid=uuid,
        access_key=key,
        direction=Direction.OUTBOUND,
        is_confirmed=True,
        follows=agreement,
        partner_name=agreement.partner_name,
        own_url=agreement.own_url,
        partner_url=agreement.partner_url,
        partner_version=agreement.partner_version,
        created_at=now,
        updated_at=now,
        **asdict(messages.terms_in(body)),
    )
    holding.carry_over(back)
    return back


@transaction.atomic
def receive_news(*, agreement: SharingAgreement, body: Mapping[str, Any], now: datetime) -> SharingAgreement:
    """The partner answers, ends or repeats an agreement. Keys it does not own are left alone. Raises `Unreadable`."""
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement.pk)
    if reading.uuid(body, "uuid") not in (None, agreement.uuid):
        raise Unreadable(say("The uuid is not the one in the address."), code="uuid_mismatch")
    if agreement.follows_id and agreement.status == AgreementStatus.PENDING:
        raise Unreadable(say("This is answered with the agreement it was offered with."), code="bad_status")
    moves.note(agreement, body, now)
    keys.take(agreement, body, now)
    erasing.take(agreement, erasures.read(reading.namespace(body)), now)
    if not agreement.is_outbound and not agreement.is_over:
        with _acts(agreement):
            terms = messages.terms_after(agreement.terms, body)
            actions.apply_terms(agreement, terms, now, is_partners=True, note=messages.note_in(body))
    status = body.get("status")
    if status is None or status == agreement.status:
        return agreement
    if (agreement.is_outbound, agreement.status, status) not in _EDGES:
        raise Unreadable(
            say("An agreement that is %(status)s cannot become %(wanted)s.")
            % {"status": agreement.status, "wanted": str(status)[:20]},
            code="bad_status",
        )
    if status == AgreementStatus.INACTIVE:
        return receive_end(agreement=agreement, now=now, by=_person_in(body))
    agreement.is_confirmed = True
    agreement.partner_version = messages.version_in(body)
    agreement.partner_name = text.one_line(messages.name_in(body))[:200] or agreement.partner_name
    agreement.save(update_fields=["is_confirmed", "partner_version", "partner_name"])
    with _acts(agreement):
        actions.settle(agreement, AgreementStatus(status), now, is_partners=True)
        _answer_offered(agreement, body, now)
    return agreement


def _answer_offered(agreement: SharingAgreement, body: Mapping[str, Any], now: datetime) -> None:
    """The direction we offered along: both sides have it, or nobody does. A plain desk knows of one only."""
    offered = agreement.followers.filter(status=AgreementStatus.PENDING).first()
    if offered is None:
        return
    both = reading.namespace(body).get("return") == AgreementStatus.ACCEPTED
    offered.partner_name, offered.partner_version = agreement.partner_name, agreement.partner_version
    offered.is_confirmed = True
    offered.save(update_fields=["partner_name", "partner_version", "is_confirmed"])
    status = AgreementStatus.ACCEPTED if both and agreement.is_accepted else AgreementStatus.DECLINED
    history.tell(offered, Happened.STATUS, now, is_partners=True, changes={"status": (offered.status, status)})
    SharingAgreement.objects.filter(pk=offered.pk).update(status=status, updated_at=now)


@transaction.atomic
def receive_end(*, agreement: SharingAgreement, now: datetime, by: Person | None = None) -> SharingAgreement:
    """The partner ends the agreement; `by` is who did, where it says so. Ending an ended one changes nothing."""
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement.pk)
    if not agreement.is_over:
        user, name = (partners.placeholder(agreement, by, now), by.name) if by else (None, "")
        with _acts(agreement, name):
            actions.end(agreement, now, is_partners=True, by_id=user.pk if user else None, by_name=name)
        agreement.is_confirmed = True
        agreement.save(update_fields=["is_confirmed"])
    return agreement


def _person_in(body: Mapping[str, Any]) -> Person | None:
    """Who did it over there; None where that is not said, or not so that it can be read."""
    try:
        return reading.person(body.get("current_actor"), "current_actor")
    except Unreadable:
        return None


def _acts(agreement: SharingAgreement, name: str = "") -> AbstractContextManager[None]:
    """What happens inside is recorded as the partner's doing, by that person of its."""
    partner = agreement.partner_name
    return acting(Acting(name=f"{name} ({partner})" if name else partner))


def _checked(uuid: str, body: Mapping[str, Any], own_hosts: frozenset[str]) -> tuple[str, str]:
    """The key and the sender's URL of an invitation that fits."""
    if reading.uuid(body, "uuid") != uuid:
        raise Unreadable(say("The uuid is not the one in the address."), code="uuid_mismatch")
    if body.get("status") != AgreementStatus.PENDING:
        raise Unreadable(say("An invitation's status is pending."), code="bad_status")
    key, sender, receiver = (body.get(name) for name in ("access_key", "sender_url", "receiver_url"))
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Unreadable(say("access_key must be 16 to 128 letters or digits."), code="bad_key")
    if not isinstance(sender, str) or not isinstance(receiver, str):
        raise Unreadable(say("sender_url and receiver_url are needed."), code="bad_url")
    if urlsplit(receiver).netloc.lower() not in own_hosts:
        raise Unreadable(say("receiver_url is not an address of this desk."), code="not_ours")
    try:
        sender = addresses.normal(sender)
    except Invalid as error:
        raise Unreadable(say("sender_url: %(error)s") % {"error": error}, code="bad_url") from error
    if urlsplit(sender).netloc in own_hosts:
        raise Unreadable(say("This desk cannot invite itself."), code="bad_url")
    return key, sender


def _leave_room(sender: str) -> None:
    pending = SharingAgreement.objects.filter(direction=Direction.INBOUND, status=AgreementStatus.PENDING, follows=None)
    host = addresses.host_of(sender)
    of_host = pending.filter(partner_url__contains=f"://{host}")
    if pending.count() >= PENDING_MAX or of_host.count() >= PENDING_MAX_OF_HOST:
        raise TooMany(say("Earlier invitations wait for an answer. Try again later."), retry_after_seconds=3600)
