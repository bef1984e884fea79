"""What is said to partners of a person who is to be forgotten, and what is kept of their name here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from adjoin.sharing import addresses
from adjoin.sharing.crossing.outgoing import Payload, Person, wire_person
from adjoin.sharing.models import AgreementEvent, Delivery, ReceivedRequest, SharingAgreement, SharingProof
from adjoin.sharing.terms import NAMESPACE, VERSION

UNDER = "forget"
NOBODY = "Deleted user"
AT_MOST = 100


def asking(agreement_uuid: str, person_uuid: str) -> Payload:
    """The message about an agreement that asks an Adjoin desk to forget what somebody is called."""
    return {"uuid": agreement_uuid, "custom_fields": {NAMESPACE: {"version": VERSION, UNDER: [person_uuid]}}}


def renaming(ticket_uuid: str, person: Person, *, is_requester: bool) -> Payload:
    """The update from which another desk learns that somebody is called "Deleted user" now: names follow their uuid."""
    nameless = wire_person(Person(person.uuid, NOBODY, person.is_agent))
    return {
        "uuid": ticket_uuid,
        "comments": [],
        "current_actor": nameless,
        **({"requester": nameless} if is_requester else {}),
    }


def read(ours: Mapping[str, Any]) -> list[str]:
    """Whom an Adjoin desk asks to forget, by uuid."""
    rows = ours.get(UNDER)
    return [one for one in rows[:AT_MOST] if addresses.is_uuid(one)] if isinstance(rows, list) else []


def forget_name(shared_ticket_ids: Iterable[int], person_uuid: str) -> None:
    """Take somebody's name out of all that is kept of what crossed for these tickets."""
    ids = list(shared_ticket_ids)
    of_tickets = {"shared_ticket_id__in": ids, "payload__isnull": False}
    for rows in (Delivery.objects.filter(**of_tickets), ReceivedRequest.objects.filter(**of_tickets)):
        told = rows.annotate(told=Cast("payload", TextField())).filter(
            told__contains=json.dumps(person_uuid, ensure_ascii=False)
        )
        for row in told.select_for_update(of=("self",)).order_by("pk"):
            nameless = _nameless(row.payload, person_uuid)
            if nameless != row.payload:
                row.payload = nameless
                row.save(update_fields=["payload"])


def forget_who_acted(agreements: Iterable[SharingAgreement], name: str, partner_name: str) -> None:
    """Where one of a partner's people ended something, the partner did. People of one name are not told apart."""
    acted = {"agreement__in": agreements, "by_name": name}
    AgreementEvent.objects.filter(**acted, is_partners=True).update(by_name=partner_name)
    SharingProof.objects.filter(**acted, is_ours=False).update(by_name=partner_name)


def _nameless(value: Any, uuid: str) -> Any:
    if isinstance(value, list):
        return [_nameless(one, uuid) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _nameless(one, uuid) for name, one in value.items()}
    return {**kept, "name": NOBODY} if kept.get("uuid") == uuid and "name" in kept else kept
