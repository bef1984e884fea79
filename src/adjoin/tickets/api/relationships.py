"""What points at somebody, an organization or a ticket by a lookup field, over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from adjoin.access import pointing
from adjoin.kernel.api import describe
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import NotFound
from adjoin.kernel.field_values import Target
from adjoin.kernel.requests import DeskRequest
from adjoin.people.api import organizations, users
from adjoin.tickets import pointers
from adjoin.tickets.api import tickets

router = Router(tags=["Lookup fields"], auth=agents_only)
PAGES = {Target.USER: users.page_of, Target.ORGANIZATION: organizations.page_of, Target.TICKET: tickets.page_of}


@router.get(
    "/{target_type}/{int:target_id}/relationship_fields/{int:field_id}/{source_type}",
    response=dict[str, Any],
    openapi_extra=describe.takes(*PAGED),
)
def list_what_points(
    request: DeskRequest, target_type: str, target_id: int, field_id: int, source_type: str
) -> HttpResponse:
    """The people, organizations or tickets you may read whose lookup field points at one: types are `zen:user`,
    `zen:organization` and `zen:ticket`."""
    source = next((one for one in Target if one == source_type), None)
    field = pointing.field(source, field_id) if source is not None else None
    if source is None or field is None or field.target != target_type:
        raise NotFound
    if not pointing.ROWS[field.target](request.actor).filter(pk=target_id).exists():
        raise NotFound
    return PAGES[source](request, pointers.rows(request.actor, source, field, target_id))
