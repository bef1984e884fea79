"""Desks that move: another subdomain, another domain. Agreements live on.

We tell partners our new address under our key, and go on answering at the old one. What a partner says of its own is
not simply believed, for a stolen key would take the tickets along: the desk at the old address must say the same, and
the one at the new address must know the agreement. Where the old one is silent, an admin decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.adapters import http
from adjoin.kernel import outbox, record
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.sharing import addresses, history
from adjoin.sharing.agreements import messages, news
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import PartnerPerson, SharingAgreement
from adjoin.sharing.terms import TOKEN_HEADER, VERSION, VERSION_HEADER, AgreementStatus, Happened


class NotThere(DeskError):
    """Nobody at the new address knows the agreement."""

    code = "RecordInvalid"


def announce(now: datetime) -> int:
    """Tell the partners of every living agreement where this desk is now, if it has moved; how many are told."""
    own = addresses.own_url()
    living = SharingAgreement.objects.filter(status=AgreementStatus.ACCEPTED).exclude(own_url=own)
    count = 0
    for agreement in living.order_by("pk"):
        with transaction.atomic():
            count += _announce(agreement.pk, own, now)
    return count


def _announce(agreement_id: int, own: str, now: datetime) -> bool:
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement_id)
    if agreement.own_url == own:
        return False
    history.tell(agreement, Happened.ADDRESS, now, changes={"own_url": (agreement.own_url, own)})
    agreement.first_url = agreement.first_url or agreement.own_url
    agreement.own_url, agreement.updated_at = own, now
    agreement.save(update_fields=["first_url", "own_url", "updated_at"])
    queueing.queue_agreement(agreement, "PUT", messages.moved(agreement), now)
    return True


def note(agreement: SharingAgreement, body: Mapping[str, Any], now: datetime) -> None:
    """The partner names another address than the one we know: have it looked into. The row is locked."""
    said = body.get("receiver_url" if agreement.is_outbound else "sender_url")
    if not isinstance(said, str) or not said or agreement.is_over:
        return
    try:
        url = addresses.normal(said)
    except Invalid:
        return
    if url in (agreement.partner_url, agreement.moved_to):
        return
    agreement.moved_to = url
    agreement.save(update_fields=["moved_to"])
    outbox.publish("sharing.moved", agreement_id=agreement.pk)


def verify(agreement_id: int, now: datetime) -> None:
    """Ask both addresses. Follow the partner when they agree; else leave it to an admin. Asks the network."""
    agreement = SharingAgreement.objects.exclude(moved_to="").filter(pk=agreement_id).first()
    if agreement is None or agreement.is_over:
        return
    old = _says(agreement, agreement.partner_url)
    if old == agreement.moved_to and _says(agreement, agreement.moved_to) == agreement.moved_to:
        _follow(agreement.pk, agreement.moved_to, now)
        return
    _leave_to_admin(agreement.pk, agreement.moved_to, "" if old is None else old, now)


def confirm(*, actor: Actor, agreement_id: int, now: datetime) -> None:
    """An admin believes the partner; the new address must still know the agreement. Asks the network.

    Raises `NotFound`, `NotAllowed`, `NotThere`."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    agreement = SharingAgreement.objects.exclude(moved_to="").filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    if agreement.is_adjoin and _says(agreement, agreement.moved_to) != agreement.moved_to:
        raise NotThere(
            say("Nobody at %(host)s knows this agreement.") % {"host": addresses.host_of(agreement.moved_to)}
        )
    _follow(agreement.pk, agreement.moved_to, now)


@transaction.atomic
def refuse(*, actor: Actor, agreement_id: int, now: datetime) -> None:
    """An admin does not believe the partner: everything goes on to the old address. Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    agreement = SharingAgreement.objects.select_for_update().exclude(moved_to="").filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    words = say("The new address %(url)s was not taken.") % {"url": agreement.moved_to}
    SharingAgreement.objects.filter(pk=agreement.pk).update(moved_to="", warning="")
    history.tell(agreement, Happened.ADDRESS, now, words=words)


@transaction.atomic
def _follow(agreement_id: int, url: str, now: datetime) -> None:
    """The partner is at `url` from now on, for every agreement with it that has heard so; its people stay theirs."""
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement_id)
    old = agreement.partner_url
    agreement.partner_url, agreement.moved_to, agreement.warning = url, "", ""
    agreement.updated_at = now
    agreement.save(update_fields=["partner_url", "moved_to", "warning", "updated_at"])
    known = PartnerPerson.objects.filter(partner_url=url).values("uuid")
    PartnerPerson.objects.filter(partner_url=old).exclude(uuid__in=known).update(partner_url=url)
    history.tell(agreement, Happened.ADDRESS, now, is_partners=True, changes={"partner_url": (old, url)})
    record.changed(
        Did.UPDATED, "sharing_agreement", agreement.pk, agreement.partner_name, now=now, partner_url=(old, url)
    )
    outbox.publish("sharing.answered", agreement_id=agreement.pk)


@transaction.atomic
def _leave_to_admin(agreement_id: int, url: str, old_says: str, now: datetime) -> None:
    agreement = SharingAgreement.objects.select_for_update().get(pk=agreement_id)
    if agreement.moved_to != url:
        return
    name = agreement.partner_name
    told = say(
        "%(name)s says its address is now %(url)s, but its old address does not confirm it. Ask them before you use it."
    )
    if old_says:
        told = say(
            "%(name)s says its address is now %(url)s, but the desk at its old address says otherwise. "
            "Ask them before you use it."
        )
    agreement.warning = told % {"name": name, "url": url[:200]}
    agreement.has_news = True
    agreement.save(update_fields=["warning", "has_news"])
    history.tell(agreement, Happened.ADDRESS, now, is_partners=True, words=agreement.warning)
    news.mail_admins(agreement, Happened.ADDRESS, now)


def _says(agreement: SharingAgreement, url: str) -> str | None:
    """Where the desk at `url` says that the partner is; None when it does not answer or does not know the agreement."""
    headers = {"Accept": "application/json", TOKEN_HEADER: agreement.token, VERSION_HEADER: str(VERSION)}
    try:
        answer = http.client().send(http.Request("GET", f"{url}/agreements/{agreement.uuid}", headers))
        body = json.loads(answer.body) if answer.status == 200 else {}
        said = body.get("receiver_url" if agreement.is_outbound else "sender_url")
        return addresses.normal(said) if body.get("uuid") == agreement.uuid and isinstance(said, str) else None
    except (http.NoAnswer, ValueError, AttributeError, Invalid):
        return None
