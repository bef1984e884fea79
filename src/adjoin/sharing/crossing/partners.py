"""The partner as an actor, and the placeholders of its people."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from adjoin.access.actors import Actor
from adjoin.people import actions as people
from adjoin.people.models import User
from adjoin.sharing.crossing.reading import Person
from adjoin.sharing.models import PartnerPerson, SharingAgreement
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel

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


def placeholder(agreement: SharingAgreement, person: Person, now: datetime) -> User:
    """Who stands here for a partner's person: made at first sight, renamed when they are, never one of ours."""
    found = _known(agreement, person)
    if found is None:
        try:
            with transaction.atomic():
                return _make(agreement, person, now)
        except IntegrityError:  # another request of the partner's was quicker
            found = _known(agreement, person)
            if found is None:
                raise
    is_renamed = person.name and found.is_placeholder and found.name != person.name
    if is_renamed and not _rows(agreement, person).filter(is_anonymous=True).exists():
        found.name, found.updated_at = person.name, now
        found.save(update_fields=["name", "updated_at"])
    return found


def author(agreement: SharingAgreement, person: Person, now: datetime) -> User:
    """Under whose name their words stand here: the placeholder's, or the end user's an admin linked them with.

    Never an agent's of ours, whatever happened to that person since."""
    stand_in = placeholder(agreement, person, now)
    row = _rows(agreement, person).select_related("linked_user").first()
    linked = row.linked_user if row else None
    return linked if linked is not None and linked.is_active and not linked.is_agent else stand_in


def _known(agreement: SharingAgreement, person: Person) -> User | None:
    row = _rows(agreement, person).select_related("user").first()
    return row.user if row else None


def _rows(agreement: SharingAgreement, person: Person) -> QuerySet[PartnerPerson]:
    return PartnerPerson.objects.filter(partner_url=agreement.partner_url, uuid=person.uuid)


def _make(agreement: SharingAgreement, person: Person, now: datetime) -> User:
    user = people.create_user(
        name=person.name or f"Somebody at {agreement.partner_name}",
        email=None,
        now=now,
        partner_name=agreement.partner_name[:200],
        is_partner_agent=person.is_agent,
    )
    PartnerPerson.objects.create(partner_url=agreement.partner_url, uuid=person.uuid, user=user)
    return user
