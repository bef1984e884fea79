"""Searching over the API: everything for agents, their own requests for end users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from adjoin.access.actors import Actor
from adjoin.help_center import api as requests_api
from adjoin.help_center import requests
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.doors import agents_only, signed_in
from adjoin.kernel.errors import DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people import serialize as people
from adjoin.people.api import own_values
from adjoin.people.api import users as users_api
from adjoin.people.api.schemas import UserJson
from adjoin.people.models import OrganizationField, UserField
from adjoin.search import queries
from adjoin.search.grammar import Search
from adjoin.tickets import serialize as tickets

router = Router(tags=["Search"], auth=agents_only)
RESULTS_MAX = 1000  # rows that pages reach, as Zendesk has it
PARAMETERS = describe.takes("query", "page", "per_page", "sort_by", "sort_order")
Show = Callable[[Actor, Sequence[Any], str], list[Json]]


class BeyondResults(DeskError):
    """A page past the first 1,000 results."""

    code = "invalid"  # zenpy knows the limit by this word

    def __init__(self, parameter: str) -> None:
        super().__init__(
            say("Invalid search: only the first %(most)s results can be asked for. Narrow the search.")
            % {"most": f"{RESULTS_MAX:,}"}
        )


@router.get("/search", response=dict[str, Any], openapi_extra=PARAMETERS)
def search(request: DeskRequest) -> HttpResponse:
    """Tickets, people, organizations and groups that `query` means, in Zendesk's search words; at most 1,000 of each.

    `count` does not go beyond those either: to count all that a common word means takes longer than anybody waits.
    Each has its `result_type`. Sort tickets by `updated_at`, `created_at`, `priority`, `status` or `ticket_type`."""
    number, size = paging.asked_number(request)
    if number * size > RESULTS_MAX:
        raise BeyondResults("page")
    found = _found(request)
    counts = [rows.order_by()[:RESULTS_MAX].count() for _, rows, _ in found]
    results: list[Json] = []
    before = (number - 1) * size  # rows still to pass over, kind by kind
    for (kind, rows, show), rows_of_kind in zip(found, counts, strict=True):
        part = list(rows[before : before + size - len(results)]) if before < rows_of_kind else []
        results += [{**one, "result_type": kind} for one in show(request.actor, part, answers.base(request))]
        before = max(0, before - rows_of_kind)
    more = paging.numbered(request, number=number, size=size, total=sum(counts))
    return answers.answer({"results": results, "facets": None, **more})


@router.get("/search/count", response=dict[str, int], openapi_extra=describe.takes("query"))
def count(request: DeskRequest) -> HttpResponse:
    """How many there are of what `query` means."""
    return answers.answer({"count": sum(rows.count() for _, rows, _ in _found(request))})


@router.get(
    "/search/export", response=dict[str, Any], openapi_extra=describe.takes("query", "filter[type]", "page[size]")
)
def export(request: DeskRequest) -> HttpResponse:
    """All of one kind (`filter[type]`) that `query` means, without a limit, page by page, in the order they came."""
    kind = reading.words(request, "filter[type]")
    asked = queries.understood(request.actor, reading.words(request, "query"))
    kinds = {name: (rows, show) for name, rows, show in _kinds(request, asked)}
    if kind not in kinds:
        raise Invalid.field("filter[type]", say("filter[type]: must be one of %(kinds)s") % {"kinds": ", ".join(kinds)})
    rows, show = kinds[kind]
    page: paging.Page[Any] = paging.page(
        request, rows, paging.Sorts.of("created_at", default="created_at"), size_max=1000
    )
    shown = show(request.actor, page.rows, answers.base(request))
    body = page.envelope("results", [{**one, "result_type": kind} for one in shown], facets=None)
    return answers.answer(body)


@router.get(
    "/users/search", response=describe.many("users", UserJson), openapi_extra=describe.takes("query", "external_id")
)
def search_users(request: DeskRequest) -> HttpResponse:
    """People that `query` means: words of a name, an address, or conditions such as `role:agent`."""
    query, external_id = reading.words(request, "query"), reading.words(request, "external_id")
    asked = queries.understood(request.actor, query)
    rows = queries.users(request.actor, asked, timezone.now())
    if external_id:
        rows = rows.filter(external_id__iexact=external_id)
    return users_api.page_of(request, rows if asked.terms or external_id else rows.none())


@router.get(
    "/requests/search",
    auth=signed_in,
    response=requests_api.MANY,
    openapi_extra=describe.takes("query", "organization_id", "cc_id", "status", *describe.PAGED),
)
def search_requests(request: DeskRequest) -> HttpResponse:
    """Your requests that `query` means; with `organization_id` those of an organization whose requests you see, with
    `cc_id=true` those you are copied on."""
    who, text = requests_api.person(request), reading.words(request, "query")
    rows: Any = requests.own(who)
    if asked := reading.words(request, "organization_id"):
        organization_id = reading.whole_number(asked) or 0
        if organization_id not in who.seen_organization_ids:
            raise NotFound
        rows = requests.of_organization(who, organization_id)
    elif reading.words(request, "cc_id") == "true":
        rows = requests.copied_on(who)
    if text:
        rows = rows.filter(pk__in=queries.tickets(who, text, timezone.now()).order_by().values("pk"))
    return requests_api.page_of(request, rows, offset_max=RESULTS_MAX, beyond=BeyondResults)


def _found(request: DeskRequest) -> list[tuple[str, QuerySet[Any], Show]]:
    text = reading.words(request, "query")
    if not text:
        raise Invalid.field("query", say("Query: cannot be blank"), "BlankValue")
    asked = queries.understood(request.actor, text)
    return [(kind, rows, show) for kind, rows, show in _kinds(request, asked) if kind in asked.types]


def _kinds(request: DeskRequest, asked: Search) -> list[tuple[str, QuerySet[Any], Show]]:
    actor, now = request.actor, timezone.now()
    sort_by = request.GET.get("sort_by") or asked.order_by
    order = request.GET.get("sort_order") or asked.order or "desc"
    return [
        ("ticket", queries.in_order(queries.tickets_of(actor, asked, now), sort_by, order), tickets.tickets),
        ("user", people.with_defaults(queries.users(actor, asked, now)).order_by("name", "pk"), _users),
        ("organization", queries.organizations(actor, asked, now).order_by("name", "pk"), _organizations),
        ("group", queries.groups(actor, asked, now).order_by("name", "pk"), _groups),
    ]


def _users(actor: Actor, rows: Sequence[Any], base: str) -> list[Json]:
    own_fields = own_values.fields_for(actor, UserField, rows)
    return [people.user(row, base, own_fields) for row in rows]


def _organizations(actor: Actor, rows: Sequence[Any], base: str) -> list[Json]:
    own_fields = own_values.fields_for(actor, OrganizationField, rows)
    return [people.organization(row, base, own_fields) for row in rows]


def _groups(actor: Actor, rows: Sequence[Any], base: str) -> list[Json]:
    return [people.group(row, base) for row in rows]
