"""What people here do with agreements."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.accounts import current
from adjoin.kernel import ids, outbox, record, text
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.people.models import User
from adjoin.sharing import addresses
from adjoin.sharing.agreements import messages
from adjoin.sharing.crossing import gathering
from adjoin.sharing.crossing.outgoing import Person
from adjoin.sharing.delivery import queueing
from adjoin.sharing.models import SharedTicket, SharingAgreement
from adjoin.sharing.terms import AgreementStatus, CommentsTerm, DeliveryState, Direction, ShareState, Terms


class WrongMoment(DeskError):
    """The agreement is past this step."""

    code = "RecordInvalid"


@transaction.atomic
def invite(
    *, actor: Actor, partner: str, terms: Terms, now: datetime, partner_name: str = "", own_name: str = ""
) -> SharingAgreement:
    """Ask a partner to take tickets from us. `partner` is a subdomain of this install, a host or a sharing URL.

    The invitation is sent in the background. Raises `NotAllowed`, or `Invalid` for an address that is none, is our
    own, or has an invitation or agreement already."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    url, own = addresses.partner_url(partner), addresses.own_url()
    if url == own:
        raise Invalid.field("remote_subdomain", "This is your own desk. Invite another one.")
    living = SharingAgreement.objects.outbound().filter(
        partner_url=url, status__in=(AgreementStatus.PENDING, AgreementStatus.ACCEPTED)
    )
    if living.exists():
        raise Invalid.field(
            "remote_subdomain",
            f"There is an agreement with {addresses.host_of(url)} already. End it first.",
            "DuplicateValue",
        )
    agreement = SharingAgreement(
        uuid=ids.new_secret(),
        access_key=ids.new_secret(),
        direction=Direction.OUTBOUND,
        partner_name=text.one_line(partner_name)[:200] or addresses.name_for(url),
        own_url=own,
        partner_url=url,
        created_at=now,
        updated_at=now,
        **_kept(terms),
    )
    agreement.save()
    kept = {name: (None, value) for name, value in _kept(terms).items()}
    tell(agreement, now, did=Did.CREATED, status=(None, agreement.status), **kept)
    name = text.one_line(own_name) or current.account().name
    queueing.queue_agreement(agreement, "POST", messages.invitation(agreement, name, _person(agreement, actor)), now)
    return agreement


@transaction.atomic
def accept(*, actor: Actor, agreement_id: int, now: datetime) -> SharingAgreement:
    """Say yes to an invitation. It counts as confirmed once the partner has taken our answer.

    Raises `NotFound`, `NotAllowed`, `WrongMoment`."""
    return _answer(actor, agreement_id, AgreementStatus.ACCEPTED, now)


@transaction.atomic
def decline(*, actor: Actor, agreement_id: int, now: datetime) -> SharingAgreement:
    """Say no to an invitation, for good. Raises `NotFound`, `NotAllowed`, `WrongMoment`."""
    return _answer(actor, agreement_id, AgreementStatus.DECLINED, now)


@transaction.atomic
def deactivate(*, actor: Actor, agreement_id: int, now: datetime) -> SharingAgreement:
    """End an agreement for good: nothing is shared or synced any more, copies stay where they are.

    Ending an ended one changes nothing. Raises `NotFound`, `NotAllowed`."""
    agreement = _lock(actor, agreement_id)
    if agreement.is_over:
        return agreement
    was_sent = agreement.deliveries.filter(shared_ticket=None).exclude(attempts=0).exists()
    end(agreement, now)
    if was_sent or not agreement.is_outbound:
        message = messages.ending(agreement, _person(agreement, actor))
        queueing.queue_agreement(agreement, "PUT", message, now)
    return agreement


def end(agreement: SharingAgreement, now: datetime) -> None:
    """Stop everything under an agreement, whoever ended it."""
    tell(agreement, now, status=(agreement.status, AgreementStatus.INACTIVE))
    agreement.status, agreement.updated_at, agreement.is_confirmed = AgreementStatus.INACTIVE, now, False
    agreement.save(update_fields=["status", "updated_at", "is_confirmed"])
    queueing.cancel_all(agreement)
    active = SharedTicket.objects.active().filter(agreement=agreement)
    active.sent().update(state=ShareState.UNSHARED, updated_at=now)
    active.received().update(state=ShareState.ORPHAN, updated_at=now)


def tell(agreement: SharingAgreement, now: datetime, *, did: Did = Did.UPDATED, **changes: tuple[Any, Any]) -> None:
    """Have it recorded that an agreement was made or changed, by us or by the partner."""
    record.changed(did, "sharing_agreement", agreement.pk, agreement.partner_name, now=now, **changes)


@transaction.atomic
def try_now(*, actor: Actor, agreement_id: int, now: datetime) -> None:
    """Ask a partner who did not answer again at once. Raises `NotFound`, `NotAllowed`."""
    agreement = _lock(actor, agreement_id)
    SharingAgreement.objects.filter(pk=agreement.pk).update(next_attempt_at=None)
    agreement.deliveries.filter(state=DeliveryState.WAITING).update(next_attempt_at=None)
    outbox.publish("sharing.answered", agreement_id=agreement.pk)


def _answer(actor: Actor, agreement_id: int, status: AgreementStatus, now: datetime) -> SharingAgreement:
    agreement = _lock(actor, agreement_id)
    if agreement.status == status:
        return agreement
    if agreement.is_outbound or agreement.status != AgreementStatus.PENDING:
        raise WrongMoment("This invitation has been answered already, or is not yours to answer.")
    tell(agreement, now, status=(agreement.status, status))
    agreement.status, agreement.updated_at = status, now
    agreement.save(update_fields=["status", "updated_at"])
    message = messages.answer(agreement, current.account().name, _person(agreement, actor))
    queueing.queue_agreement(agreement, "PUT", message, now)
    return agreement


def _lock(actor: Actor, agreement_id: int) -> SharingAgreement:
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    agreement = SharingAgreement.objects.select_for_update().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    return agreement


def _kept(terms: Terms) -> dict[str, object]:
    """The terms as columns. Notes alone never bring the status with them."""
    values = asdict(terms)
    if terms.comments == CommentsTerm.PRIVATE:
        values["syncs_status"] = False
    return values


def _person(agreement: SharingAgreement, actor: Actor) -> Person | None:
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    return gathering.person(agreement, user) if user else None
