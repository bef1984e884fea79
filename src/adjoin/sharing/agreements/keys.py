"""Changing the key of an agreement: the new one is handed over under the old, which dies shortly after.

The protocol has no such step, so this works between two Adjoin desks. For any other a new key is a new agreement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import ids, record
from adjoin.kernel.errors import DeskError, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.sharing import history
from adjoin.sharing.agreements import messages
from adjoin.sharing.crossing import reading
from adjoin.sharing.crossing.reading import Unreadable
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import OLD_KEY_LIFETIME, Happened

_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")


class CannotRotate(DeskError):
    """The partner's desk has no way to take a new key, or one is on its way."""

    code = "RecordInvalid"


@transaction.atomic
def rotate(*, actor: Actor, agreement_id: int, now: datetime) -> SharingAgreement:
    """Hand the partner a new key. Both are good until it has taken it. Raises `NotFound`, `NotAllowed`,
    `CannotRotate`."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    agreement = SharingAgreement.objects.select_for_update().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    if reason := why_not(agreement):
        raise CannotRotate(reason)
    agreement.next_access_key, agreement.updated_at = ids.new_secret(), now
    agreement.save(update_fields=["next_access_key", "updated_at"])
    queueing.queue_agreement(agreement, "PUT", messages.new_key(agreement, None), now)
    history.tell(
        agreement,
        Happened.KEY,
        now,
        words=say("A new key is on its way to %(partner)s.") % {"partner": agreement.partner_name},
    )
    record.changed(
        Did.UPDATED, "sharing_agreement", agreement.pk, agreement.partner_name, now=now, access_key=("old", "new")
    )
    return agreement


def why_not(agreement: SharingAgreement) -> str:
    """Why the key cannot be changed now, for people; "" when it can."""
    if not agreement.is_accepted:
        return say("Only an agreement in force has a key to change.")
    if not agreement.is_adjoin:
        return say(
            "%(partner)s does not run Adjoin and has no way to take a new key. End the agreement and invite them anew."
        ) % {"partner": agreement.partner_name}
    return say("A new key is on its way already.") if agreement.next_access_key else ""


def take(agreement: SharingAgreement, body: Mapping[str, Any], now: datetime) -> None:
    """The partner hands over a new key, under one we know. Taking it again changes nothing. The row is locked.

    Raises `Unreadable`."""
    key = reading.namespace(body).get("new_key")
    if not isinstance(key, str) or not _KEY.fullmatch(key) or key == agreement.access_key or agreement.is_over:
        return
    if agreement.next_access_key and agreement.is_outbound:
        # Both sides change it at once: the sharer's stands, and the receiver will drop its own.
        raise Unreadable(say("We are changing the key ourselves."), code="exists")
    agreement.old_access_key, agreement.old_key_until = agreement.access_key, now + OLD_KEY_LIFETIME
    agreement.access_key, agreement.next_access_key, agreement.key_changed_at = key, "", now
    agreement.save(update_fields=["access_key", "old_access_key", "old_key_until", "next_access_key", "key_changed_at"])
    history.tell(
        agreement,
        Happened.KEY,
        now,
        is_partners=True,
        words=say("%(partner)s gave us a new key.") % {"partner": agreement.partner_name},
    )
