"""Making one organization out of two, over the API."""

from __future__ import annotations

from functools import partial

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access import permissions, readable
from adjoin.access.api import dry_run
from adjoin.access.permissions import Permission
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.api.paging import Sorts
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import actions, serialize
from adjoin.people.api import writing
from adjoin.people.api.schemas import OrganizationMergeJson, OrganizationMergeWriteJson
from adjoin.people.models import OrganizationMerge

router = Router(tags=["Organization merges"], auth=agents_only)
SORTS = Sorts.of("created_at")
ONE = describe.one("organization_merge", OrganizationMergeJson)
MANY = describe.many("organization_merges", OrganizationMergeJson)


@router.post(
    "/organizations/{int:organization_id}/merge",
    response={201: ONE},
    openapi_extra=describe.takes(dry_run.TAKES) | describe.asks("organization_merge", OrganizationMergeWriteJson),
)
def merge_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """Have everything of this organization belong to `winner_id`, and delete it. Large ones are merged by a job."""
    actor = request.actor
    permissions.require(actor, Permission.MANAGE_ORGANIZATIONS)
    loser = writing.organization(actor, pk=organization_id)
    winner_id = reading.whole_number(reading.wrapped(request, "organization_merge").get("winner_id"))
    winner = readable.organizations(actor).filter(pk=winner_id or 0).first()
    if winner is None:
        raise Invalid.field("winner_id", say("winner_id: %(winner_id)s does not exist") % {"winner_id": winner_id})
    change = partial(actions.merge_organizations, loser=loser, winner=winner, now=timezone.now())
    if dry_run.is_asked(request):
        both = [*actions.concerned(loser), *actions.concerned(winner)]
        now_whole = partial(change, at_once=True)
        tried = dry_run.answer_if_asked(request, now_whole, sorted(set(both)), joined=(loser.pk, winner.pk))
        if tried is not None:
            return tried
    row = change()
    base = answers.base(request)
    shown = {"organization_merge": serialize.organization_merge(row, base)}
    return answers.created(shown, f"{base}/organization_merges/{row.pk}.json")


@router.get("/organizations/{int:organization_id}/merges", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_merges(request: DeskRequest, organization_id: int) -> HttpResponse:
    """The merges that an organization won or lost."""
    concerned = Q(winner_id=organization_id) | Q(loser_id=organization_id)
    page, base = paging.page(request, _merges(request).filter(concerned), SORTS), answers.base(request)
    shown = [serialize.organization_merge(row, base) for row in page.rows]
    return answers.answer(page.envelope("organization_merges", shown))


@router.get("/organization_merges/{merge_id}", response=ONE)
def show_merge(request: DeskRequest, merge_id: str) -> HttpResponse:
    """How far a merge is: `new`, `complete`, or `error` when one of the two was deleted before."""
    found = _merges(request).filter(pk=merge_id.replace("\x00", "")).first()
    if found is None:
        raise NotFound
    return answers.answer({"organization_merge": serialize.organization_merge(found, answers.base(request))})


def _merges(request: DeskRequest) -> QuerySet[OrganizationMerge]:
    permissions.require(request.actor, Permission.MANAGE_ORGANIZATIONS)
    return OrganizationMerge.objects.filter(winner__in=readable.organizations(request.actor))
