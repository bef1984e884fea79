"""The partner as an actor, and the placeholders of its people."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from adjoin.access.actors import Actor
from adjoin.kernel import statements
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.sharing.crossing.reading import Person
from adjoin.sharing.models import PartnerPerson, SharingAgreement
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

Met = dict[Person, PartnerPerson]  # in one request, so that nobody is looked up twice
NOBODY = Person(uuid="nobody", name="", is_agent=True)  # when the partner does not say who


def actor(agreement: SharingAgreement, user_id: int | None = None) -> Actor:
    """The partner's desk under this agreement; `user_id` is the placeholder of the person behind it."""
    return Actor.partner(
        agreement_id=agreement.pk,
        name=agreement.partner_name,
        user_id=user_id,
        reads_private=agreement.terms.lets_notes_cross,
    )


def via(agreement: SharingAgreement) -> Via:
    """How updates from the partner came in."""
    source = {"from": {"agreement_id": agreement.pk, "name": agreement.partner_name}, "to": {}, "rel": None}
    return Via(Channel.SHARING, source)


def placeholder(agreement: SharingAgreement, person: Person, now: datetime, met: Met | None = None) -> User:
    """Who stands here for a partner's person: made at first sight, renamed when they are, never one of ours."""
    return _row(agreement, person, now, met).user


def author(agreement: SharingAgreement, person: Person, now: datetime, met: Met | None = None) -> User:
    """Under whose name their words stand here: the placeholder's, or the end user's an admin linked them with.

    Never an agent's of ours, whatever happened to that person since."""
    row = _row(agreement, person, now, met)
    linked = row.linked_user
    return linked if linked is not None and linked.is_active and not linked.is_agent else row.user


def _row(agreement: SharingAgreement, person: Person, now: datetime, met: Met | None) -> PartnerPerson:
    if met is None:
        return _looked_up(agreement, person, now)
    if person not in met:
        met[person] = _looked_up(agreement, person, now)
    return met[person]


def _looked_up(agreement: SharingAgreement, person: Person, now: datetime) -> PartnerPerson:
    """What we know of the person, made at first sight and up to date."""
    row = _known(agreement, person)
    if row is None:
        try:
            with transaction.atomic():
                return _make(agreement, person, now)
        except IntegrityError:  # another request of the partner's was quicker
            row = _known(agreement, person)
            if row is None:
                raise
    found = row.user
    is_renamed = person.name and found.is_placeholder and found.name != person.name
    if is_renamed and not row.is_anonymous:
        found.name, found.updated_at = person.name, now
        found.save(update_fields=["name", "updated_at"])
    return row


def _known(agreement: SharingAgreement, person: Person) -> PartnerPerson | None:
    return next(iter(_rows(agreement.partner_url, person.uuid)), None)


@statements.kept(is_prepared=True)
def _rows(partner_url: str, uuid: str) -> QuerySet[PartnerPerson]:
    return PartnerPerson.objects.filter(partner_url=partner_url, uuid=uuid).select_related("user", "linked_user")


def _make(agreement: SharingAgreement, person: Person, now: datetime) -> PartnerPerson:
    user = people.create_user(
        name=person.name or f"Somebody at {agreement.partner_name}",
        email=None,
        now=now,
        partner_name=agreement.partner_name[:200],
        is_partner_agent=person.is_agent,
    )
    return PartnerPerson.objects.create(partner_url=agreement.partner_url, uuid=person.uuid, user=user)
