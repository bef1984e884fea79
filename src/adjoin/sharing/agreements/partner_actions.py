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
from adjoin.sharing import addresses
from adjoin.sharing.agreements import actions, messages
from adjoin.sharing.crossing import reading
from adjoin.sharing.crossing.reading import Unreadable
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import AgreementStatus, Direction

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
            raise Unreadable("There is another agreement with this uuid.", code="exists")
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
    with _acts(agreement):
        actions.tell(agreement, now, did=Did.CREATED, status=(None, agreement.status))
    return agreement, True


@transaction.atomic
def receive_news(*, agreement: SharingAgreement, body: Mapping[str, Any], now: datetime) -> SharingAgreement:
    """The partner answers, ends or repeats an agreement. Keys it does not own are left alone. Raises `Unreadable`."""
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement.pk)
    if reading.uuid(body, "uuid") not in (None, agreement.uuid):
        raise Unreadable("The uuid is not the one in the address.", code="uuid_mismatch")
    _note_moved_address(agreement, body)
    status = body.get("status")
    if status is None or status == agreement.status:
        return agreement
    if (agreement.is_outbound, agreement.status, status) not in _EDGES:
        raise Unreadable(
            f"An agreement that is {agreement.status} cannot become {str(status)[:20]}.", code="bad_status"
        )
    if status == AgreementStatus.INACTIVE:
        return receive_end(agreement=agreement, now=now)
    with _acts(agreement):
        actions.tell(agreement, now, status=(agreement.status, status))
    agreement.status, agreement.updated_at, agreement.is_confirmed = status, now, True
    agreement.partner_version = messages.version_in(body)
    agreement.partner_name = text.one_line(messages.name_in(body))[:200] or agreement.partner_name
    agreement.save()
    return agreement


@transaction.atomic
def receive_end(*, agreement: SharingAgreement, now: datetime) -> SharingAgreement:
    """The partner ends the agreement. Ending an ended one changes nothing."""
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement.pk)
    if not agreement.is_over:
        with _acts(agreement):
            actions.end(agreement, now)
        agreement.is_confirmed = True
        agreement.save(update_fields=["is_confirmed"])
    return agreement


def _acts(agreement: SharingAgreement) -> AbstractContextManager[None]:
    """What happens inside is recorded as the partner's doing."""
    return acting(Acting(name=agreement.partner_name))


def _checked(uuid: str, body: Mapping[str, Any], own_hosts: frozenset[str]) -> tuple[str, str]:
    """The key and the sender's URL of an invitation that fits."""
    if reading.uuid(body, "uuid") != uuid:
        raise Unreadable("The uuid is not the one in the address.", code="uuid_mismatch")
    if body.get("status") != AgreementStatus.PENDING:
        raise Unreadable("An invitation's status is pending.", code="bad_status")
    key, sender, receiver = (body.get(name) for name in ("access_key", "sender_url", "receiver_url"))
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Unreadable("access_key must be 16 to 128 letters or digits.", code="bad_key")
    if not isinstance(sender, str) or not isinstance(receiver, str):
        raise Unreadable("sender_url and receiver_url are needed.", code="bad_url")
    if urlsplit(receiver).netloc.lower() not in own_hosts:
        raise Unreadable("receiver_url is not an address of this desk.", code="not_ours")
    try:
        sender = addresses.normal(sender)
    except Invalid as error:
        raise Unreadable(f"sender_url: {error}", code="bad_url") from error
    if urlsplit(sender).netloc in own_hosts:
        raise Unreadable("This desk cannot invite itself.", code="bad_url")
    return key, sender


def _leave_room(sender: str) -> None:
    pending = SharingAgreement.objects.filter(direction=Direction.INBOUND, status=AgreementStatus.PENDING)
    host = addresses.host_of(sender)
    of_host = pending.filter(partner_url__contains=f"://{host}")
    if pending.count() >= PENDING_MAX or of_host.count() >= PENDING_MAX_OF_HOST:
        raise TooMany("Earlier invitations wait for an answer. Try again later.", retry_after_seconds=3600)


def _note_moved_address(agreement: SharingAgreement, body: Mapping[str, Any]) -> None:
    """A partner's new address is shown, not followed: whoever stole a key must not take the tickets elsewhere too."""
    url = body.get("receiver_url" if agreement.is_outbound else "sender_url")
    if not isinstance(url, str) or not url:
        return
    if url.rstrip("/").lower() == agreement.partner_url.lower():
        return
    agreement.warning = f"{agreement.partner_name} says its address is now {url[:200]}. Make a new agreement to use it."
    agreement.save(update_fields=["warning"])
