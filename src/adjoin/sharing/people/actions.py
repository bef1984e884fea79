"""What admins do with the people of partners."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel import record
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.sharing.models import PartnerPerson
from adjoin.sharing.receiving import erasing


@transaction.atomic
def link(*, actor: Actor, person_id: int, user_id: int | None, now: datetime) -> PartnerPerson:
    """Say that a partner's person is one of our end users, or with None that they are nobody of ours.

    What they say from then on stands under that name, marked as coming by the partner; what was said stays where it
    is, and the partner notices nothing. Raises `NotFound`, `NotAllowed`, or `Invalid` for agents and placeholders."""
    row = _lock(actor, person_id)
    before = row.linked_user_id
    if user_id is not None:
        user = readable.users(actor).filter(pk=user_id, is_active=True, partner_name="").first()
        if user is None or user.is_agent:
            raise Invalid.field(
                "linked_user_id", say("Link them with an end user of yours: agents' names are their own.")
            )
    row.linked_user_id = user_id
    row.save(update_fields=["linked_user"])
    record.changed(Did.UPDATED, "partner_person", row.pk, row.user.name, now=now, linked_user_id=(before, user_id))
    return row


@transaction.atomic
def anonymise(*, actor: Actor, person_id: int, now: datetime) -> PartnerPerson:
    """Forget what a partner's person is called, for good. They go on being one person, under the partner's name.

    Again changes nothing. Raises `NotFound`, `NotAllowed`."""
    row = _lock(actor, person_id)
    if row.is_anonymous:
        return row
    erasing.nameless(row, now)
    record.changed(Did.UPDATED, "partner_person", row.pk, row.user.name, now=now, anonymised=(False, True))
    return row


def _lock(actor: Actor, person_id: int) -> PartnerPerson:
    permissions.require(actor, Permission.MANAGE_AGREEMENTS)
    row = PartnerPerson.objects.select_for_update(of=("self",)).select_related("user").filter(pk=person_id).first()
    if row is None:
        raise NotFound
    return row
