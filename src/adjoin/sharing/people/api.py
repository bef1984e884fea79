"""The people of partners over Adjoin's own API."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import permissions
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.sharing.models import PartnerPerson
from adjoin.sharing.people import actions, queries

router = Router(tags=["Partners' people"], auth=agents_only)


class PartnerPersonJson(Schema):
    """A partner's person: the placeholder who stands for them, and the end user they are linked with."""

    id: int
    user_id: int
    name: str
    partner_name: str
    is_partner_agent: bool
    linked_user_id: int | None
    anonymised: bool


class PartnerPersonWriteJson(Schema):
    """Link with an end user (null: with nobody), or forget the name for good."""

    linked_user_id: int | None = None
    anonymised: bool = False


@router.get(
    "/partner_people", response=describe.many("partner_people", PartnerPersonJson), openapi_extra=describe.takes(*PAGED)
)
def list_people(request: DeskRequest) -> HttpResponse:
    """Everybody whom partners have named. For those who manage agreements."""
    permissions.require(request.actor, Permission.MANAGE_AGREEMENTS)
    page = paging.page(request, queries.people().order_by())
    return answers.answer(page.envelope("partner_people", [_shown(row) for row in page.rows]))


@router.put(
    "/partner_people/{int:person_id}",
    response=describe.one("partner_person", PartnerPersonJson),
    openapi_extra=describe.asks("partner_person", PartnerPersonWriteJson),
)
def update_person(request: DeskRequest, person_id: int) -> HttpResponse:
    """Link somebody with an end user by `linked_user_id`, unlink them with null, or set `anonymised`."""
    data, now = reading.wrapped(request, "partner_person"), timezone.now()
    if data.get("anonymised"):
        row = actions.anonymise(actor=request.actor, person_id=person_id, now=now)
    elif "linked_user_id" in data:
        user_id = reading.whole_number(data["linked_user_id"]) if data["linked_user_id"] is not None else None
        if user_id is None and data["linked_user_id"] is not None:
            raise Invalid.field("linked_user_id", say("Linked user: must be the id of an end user"))
        row = actions.link(actor=request.actor, person_id=person_id, user_id=user_id, now=now)
    else:
        raise Invalid.field("partner_person", say("Give linked_user_id or anonymised"))
    return answers.answer({"partner_person": _shown(row)})


def _shown(row: PartnerPerson) -> Json:
    return {
        "id": row.pk,
        "user_id": row.user_id,
        "name": row.user.name,
        "partner_name": row.user.partner_name,
        "is_partner_agent": row.user.is_partner_agent,
        "linked_user_id": row.linked_user_id,
        "anonymised": row.is_anonymous,
    }
