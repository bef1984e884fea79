"""What people here do with agreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.accounts import current
from adjoin.kernel import ids, outbox, record, text
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.sharing import addresses, history
from adjoin.sharing.agreements import checking, messages, news
from adjoin.sharing.crossing import gathering, holding
from adjoin.sharing.crossing.outgoing import Person
from adjoin.sharing.delivery import copies, queueing
from adjoin.sharing.models import SharingAgreement, SharingDesk
from adjoin.sharing.terms import AgreementStatus, CommentsTerm, DeliveryState, Direction, Happened, Terms


class WrongMoment(DeskError):
    """The agreement is past this step."""

    code = "RecordInvalid"


class NotYours(DeskError):
    """The partner shares under this agreement, so its terms are the partner's to set."""

    code = "RecordInvalid"


# What each side decides for itself; the rest is the sharer's.
OWN_TERMS = ("status_out", "status_in", "excluded_tags", "field_map", "who_shares")


@transaction.atomic
def invite(
    *,
    actor: Actor,
    partner: str,
    terms: Terms,
    now: datetime,
    partner_name: str = "",
    own_name: str = "",
    both_ways: bool = False,
    note: str = "",
) -> SharingAgreement:
    """Ask a partner to take tickets from us. `partner` is a subdomain of this install, a host or a sharing URL.

    With `both_ways` the partner is asked to share with us too: an Adjoin desk answers both at once, another desk sees
    the first only. `note` is a word to its admins. The invitation is sent in the background.

    Raises `NotAllowed`, or `Invalid` for an address that is none, is our own, or has an invitation or agreement
    already."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    url = _free_url(partner)
    name = text.one_line(partner_name)[:200] or addresses.name_for(url)
    note = _one_line(note)
    agreement = _new(Direction.OUTBOUND, url, name, terms, now, note=note)
    back = _new(Direction.INBOUND, url, name, terms, now, follows=agreement) if both_ways else None
    own_name = text.one_line(own_name) or current.account().name
    message = messages.invitation(agreement, own_name, _person(agreement, actor), back, note)
    queueing.queue_agreement(agreement, "POST", message, now)
    return agreement


@transaction.atomic
def change_terms(*, actor: Actor, agreement_id: int, terms: Terms, now: datetime, note: str = "") -> SharingAgreement:
    """Other terms for an agreement that is not over; what crosses next crosses under them, and the partner is told,
    with a `note` to its admins where we are the ones who share.

    Raises `NotFound`, `NotAllowed`, `WrongMoment`, `Invalid`, and `NotYours` for terms that are the partner's."""
    agreement = _lock(actor, agreement_id)
    if agreement.is_over:
        raise WrongMoment(say("This agreement is over. Its terms stay as they were."))
    note = _one_line(note) if agreement.is_outbound else ""
    moved = apply_terms(agreement, checking.checked(terms), now, only_own=not agreement.is_outbound, note=note)
    if agreement.is_outbound and (note or set(moved) - set(OWN_TERMS)):
        message = messages.changed_terms(agreement, _person(agreement, actor), note)
        queueing.queue_agreement(agreement, "PUT", message, now)
    return agreement


def apply_terms(
    agreement: SharingAgreement,
    terms: Terms,
    now: datetime,
    *,
    only_own: bool = False,
    is_partners: bool = False,
    note: str = "",
) -> dict[str, tuple[Any, Any]]:
    """Keep other terms and tell of it; gives back what moved, from and to. Raises `NotYours`."""
    moved = record.differences(agreement, _kept(terms))
    if only_own and (foreign := set(moved) - set(OWN_TERMS)):
        named = ", ".join(sorted(foreign))
        raise NotYours(
            say("%(partner)s shares under this agreement, so %(named)s is for them to set.")
            % {"partner": agreement.partner_name, "named": named}
        )
    for name, (_, new) in moved.items():
        setattr(agreement, name, new)
    if moved:
        agreement.updated_at = now
        agreement.save(update_fields=[*moved, "updated_at"])
    if moved or (note and not agreement.events.filter(words=note, is_partners=is_partners).exists()):
        tell(agreement, now, moved, kind=Happened.TERMS, is_partners=is_partners, note=note)
    return moved


@transaction.atomic
def mark_seen(*, actor: Actor, agreement_id: int) -> None:
    """Somebody has looked at what the partner did: the badge goes."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    SharingAgreement.objects.filter(pk=agreement_id, has_news=True).update(has_news=False)


@transaction.atomic
def set_declining(*, actor: Actor, declines: bool, now: datetime) -> None:
    """Whether invitations are declined as they come. Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    row = copies.desk()
    record.changed(
        Did.UPDATED, "sharing", row.pk, "Sharing", now=now, declines_invitations=(row.declines_invitations, declines)
    )
    SharingDesk.objects.filter(pk=row.pk).update(declines_invitations=declines)


@transaction.atomic
def resume(*, actor: Actor, now: datetime) -> None:
    """Say that this desk is the one that talks to partners, and no copy. Raises `NotAllowed`."""
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    if copies.resume(now):
        record.changed(Did.UPDATED, "sharing", 1, "Sharing", now=now, is_paused=(True, False))


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
    """End an agreement for good: nothing crosses any more. Copies stay, are frozen or blanked, as the terms say.

    Ending an ended one changes nothing. Raises `NotFound`, `NotAllowed`."""
    agreement = _lock(actor, agreement_id)
    if agreement.is_over:
        return agreement
    was_sent = agreement.deliveries.filter(shared_ticket=None).may_have_left().exists()
    end(agreement, now, by_id=actor.user_id)
    if was_sent or not agreement.is_outbound:
        message = messages.ending(agreement, _person(agreement, actor))
        queueing.queue_agreement(agreement, "PUT", message, now)
    return agreement


def end(
    agreement: SharingAgreement,
    now: datetime,
    *,
    is_partners: bool = False,
    by_id: int | None = None,
    by_name: str = "",
) -> None:
    """Stop everything under an agreement, whoever ended it. What was offered along with it goes too.

    `by_id` is the person behind it, as far as known, and `by_name` the name of one of the partner's."""
    settle(agreement, AgreementStatus.INACTIVE, now, is_partners=is_partners, by_name=by_name)
    for offered in agreement.followers.filter(status=AgreementStatus.PENDING):
        settle(offered, AgreementStatus.INACTIVE, now, is_partners=is_partners, by_name=by_name)
    agreement.is_confirmed, agreement.ended_by_id = False, by_id
    agreement.save(update_fields=["is_confirmed", "ended_by"])
    queueing.cancel_all(agreement)
    outbox.publish("sharing.ended", agreement_id=agreement.pk)  # its tickets follow: `closing`


def settle(
    agreement: SharingAgreement,
    status: AgreementStatus,
    now: datetime,
    *,
    is_partners: bool = False,
    by_name: str = "",
) -> None:
    """Where an agreement stands from now on, told to those who answer for it."""
    before, agreement.status, agreement.updated_at = agreement.status, status, now
    agreement.save(update_fields=["status", "updated_at"])
    tell(agreement, now, {"status": (before, agreement.status)}, is_partners=is_partners, by_name=by_name)


def tell(
    agreement: SharingAgreement,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    did: Did = Did.UPDATED,
    kind: Happened = Happened.STATUS,
    is_partners: bool = False,
    by_name: str = "",
    note: str = "",
) -> None:
    """Have it recorded that an agreement was made or changed; admins get a mail about what the partner did.

    `note` is what whoever did it says to the other side."""
    record.changed(did, "sharing_agreement", agreement.pk, agreement.partner_name, now=now, **changes)
    history.tell(agreement, kind, now, words=note, is_partners=is_partners, by_name=by_name, changes=changes)
    if is_partners:
        SharingAgreement.objects.filter(pk=agreement.pk).update(has_news=True)
        agreement.has_news = True
        news.mail_admins(agreement, kind, now, note)


@transaction.atomic
def try_now(*, actor: Actor, agreement_id: int, now: datetime) -> None:
    """Ask a partner who did not answer again at once. Raises `NotFound`, `NotAllowed`."""
    agreement = _lock(actor, agreement_id)
    SharingAgreement.objects.filter(pk=agreement.pk).update(next_attempt_at=None)
    agreement.deliveries.filter(state=DeliveryState.WAITING).update(next_attempt_at=None)
    outbox.publish("sharing.answered", agreement_id=agreement.pk)


def answer(agreement: SharingAgreement, status: AgreementStatus, now: datetime, actor: Actor | None = None) -> None:
    """Our answer to an invitation, and to the direction that was offered with it."""
    settle(agreement, status, now)
    back = agreement.followers.filter(status=AgreementStatus.PENDING).first()
    if back is not None:
        settle(back, status, now)
    person = _person(agreement, actor) if actor else None
    message = messages.answer(agreement, current.account().name, person, back)
    queueing.queue_agreement(agreement, "PUT", message, now)


def _answer(actor: Actor, agreement_id: int, status: AgreementStatus, now: datetime) -> SharingAgreement:
    agreement = _lock(actor, agreement_id)
    if agreement.status == status:
        return agreement
    if agreement.is_outbound or agreement.status != AgreementStatus.PENDING or agreement.follows_id:
        raise WrongMoment(say("This invitation has been answered already, or is not yours to answer."))
    answer(agreement, status, now, actor)
    return agreement


def _free_url(partner: str) -> str:
    """The partner's sharing URL. Raises `Invalid`."""
    url = addresses.partner_url(partner)
    if url == addresses.own_url():
        raise Invalid.field("remote_subdomain", say("This is your own desk. Invite another one."))
    if living_with(url).exists():
        raise Invalid.field(
            "remote_subdomain",
            say("There is an agreement with %(host)s already. End it first.") % {"host": addresses.host_of(url)},
            "DuplicateValue",
        )
    return url


def living_with(url: str) -> QuerySet[SharingAgreement]:
    """The agreements in force or on their way under which we share with the desk at `url`."""
    return SharingAgreement.objects.outbound().filter(
        partner_url=url, status__in=(AgreementStatus.PENDING, AgreementStatus.ACCEPTED)
    )


def _new(
    direction: Direction,
    url: str,
    name: str,
    terms: Terms,
    now: datetime,
    follows: SharingAgreement | None = None,
    note: str = "",
) -> SharingAgreement:
    kept = _kept(checking.checked(terms))
    agreement = SharingAgreement.objects.create(
        uuid=ids.new_secret(),
        access_key=ids.new_secret(),
        direction=direction,
        partner_name=name,
        own_url=addresses.own_url(),
        partner_url=url,
        follows=follows,
        created_at=now,
        updated_at=now,
        **kept,
    )
    holding.carry_over(agreement)
    changes = {term: (None, value) for term, value in {"status": agreement.status, **kept}.items()}
    tell(agreement, now, changes, did=Did.CREATED, kind=Happened.MADE, note=note)
    return agreement


def _one_line(note: str) -> str:
    return text.one_line(note)[: messages.NOTE_MAX]


def _lock(actor: Actor, agreement_id: int) -> SharingAgreement:
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    agreement = SharingAgreement.objects.select_for_update().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    return agreement


def _kept(terms: Terms) -> dict[str, Any]:
    """The terms as columns. Notes alone never bring the status with them."""
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(terms).items()}
    if terms.comments == CommentsTerm.PRIVATE:
        values["syncs_status"] = False
    return values


def _person(agreement: SharingAgreement, actor: Actor) -> Person | None:
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    return gathering.person(agreement, user) if user else None
