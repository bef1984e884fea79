"""Requests over the API. Everybody who asks is an end user here, of the brand whose host they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.access import readable
from adjoin.access.actors import Actor
from adjoin.brands import admission
from adjoin.fields import serialize as fields
from adjoin.fields.models import CustomStatus
from adjoin.help_center import actions, requests, serialize
from adjoin.help_center.gates import throttle
from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import signed_in
from adjoin.kernel.api.paging import Page, Sorts
from adjoin.kernel.errors import BadRequest, DeskError, Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.people.api import sideloads
from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.suspended.terms import Cause
from adjoin.tickets import actions as tickets
from adjoin.tickets import parse
from adjoin.tickets import serialize as ticket_json
from adjoin.tickets.api.schemas import AttachmentJson, ViaJson
from adjoin.tickets.changes import Via
from adjoin.tickets.terms import Channel, TicketStatus

if TYPE_CHECKING:
    from adjoin.tickets.models import Comment, Ticket

router = Router(tags=["Requests"], auth=signed_in)
VIA = Via(Channel.API)
SORTS = Sorts.of("created_at", "updated_at", default="-updated_at")
COMMENT_SORTS = Sorts.of("created_at", default="created_at")
NEW_KEYS = {
    *("subject", "comment", "priority", "type", "due_at", "organization_id", "collaborators", "email_ccs"),
    *("custom_fields", "fields", "ticket_form_id", "via_followup_source_id"),
    "requester",  # of strangers
    "confidential",  # ours
}
KEYS = {"comment", "solved", "additional_collaborators"}


def signed_in_or_stranger(request: DeskRequest) -> Actor:
    """For people with an account here, and for strangers where the brand takes their requests. Raises `NotSignedIn`."""
    return request.actor if admission.takes_strangers(request.brand) else signed_in(request)


class CommentRequired(DeskError):
    """An update that says nothing."""

    code = "CommentRequired"
    status = 406


class RequestJson(Schema):
    """A ticket as the person who asked for it sees it."""

    url: str
    id: int
    status: str
    priority: str | None
    type: str | None
    subject: str
    description: str
    organization_id: int | None
    via: ViaJson
    custom_fields: list[dict[str, Any]]
    requester_id: int
    collaborator_ids: list[int]
    email_cc_ids: list[int]
    is_public: bool
    due_at: str | None
    can_be_solved_by_me: bool
    solved: bool
    created_at: str
    updated_at: str
    recipient: str | None
    followup_source_id: int | None
    assignee_id: int | None
    group_id: int | None
    ticket_form_id: int | None
    custom_status_id: int | None
    fields: list[dict[str, Any]]


class RequestWriteJson(Schema):
    """A new request; a `confidential` one is not shared with the organization. On an existing one only `comment`,
    `solved` and `additional_collaborators` are written."""

    subject: str | None = None
    requester: dict[str, str] | None = None
    comment: dict[str, Any] | None = None
    priority: str | None = None
    type: str | None = None
    due_at: str | None = None
    organization_id: int | None = None
    confidential: bool | None = None
    via_followup_source_id: int | None = None
    collaborators: list[str | dict[str, str]] | None = None
    ticket_form_id: int | None = None
    custom_fields: list[dict[str, Any]] | None = None
    solved: bool | None = None
    additional_collaborators: list[str | dict[str, str]] | None = None


class RequestCommentJson(Schema):
    """One thing said in public."""

    id: int
    type: str
    request_id: int
    body: str
    html_body: str
    plain_body: str
    public: bool
    author_id: int
    attachments: list[AttachmentJson]
    created_at: str


ONE, MANY = describe.one("request", RequestJson), describe.many("requests", RequestJson)
COMMENTS = describe.many("comments", RequestCommentJson, users=list[dict[str, Any]])
LISTED = describe.takes(*PAGED, "include", "status")


@router.get("/requests", response=MANY, openapi_extra=LISTED)
def list_requests(request: DeskRequest) -> HttpResponse:
    """What you asked for, newest change first unless sorted otherwise; `status=open,pending` narrows."""
    return page_of(request, requests.own(person(request)))


@router.get("/requests/open", response=MANY, openapi_extra=LISTED)
def list_open_requests(request: DeskRequest) -> HttpResponse:
    """What you asked for and is not solved yet."""
    return page_of(request, requests.own(person(request)).unsolved())


@router.get("/requests/solved", response=MANY, openapi_extra=LISTED)
def list_solved_requests(request: DeskRequest) -> HttpResponse:
    """What you asked for and has been solved."""
    return page_of(request, requests.own(person(request)).filter(status__in=TicketStatus.finished()))


@router.get("/requests/ccd", response=MANY, openapi_extra=LISTED)
def list_ccd_requests(request: DeskRequest) -> HttpResponse:
    """What others asked for and copied you on."""
    return page_of(request, requests.copied_on(person(request)))


@router.get("/users/{int:user_id}/requests", response=MANY, openapi_extra=LISTED)
def list_requests_of_user(request: DeskRequest, user_id: int) -> HttpResponse:
    """What somebody asked for, as far as you may read it."""
    return page_of(request, readable.tickets(person(request)).filter(requester_id=user_id))


@router.get("/organizations/{int:organization_id}/requests", response=MANY, openapi_extra=LISTED)
def list_requests_of_organization(request: DeskRequest, organization_id: int) -> HttpResponse:
    """What members of an organization asked for, if you see its requests."""
    if organization_id not in request.actor.seen_organization_ids:
        raise NotFound
    return page_of(request, requests.of_organization(person(request), organization_id))


@router.get("/requests/{int:request_id}", response=ONE, openapi_extra=describe.takes("include"))
def show_request(request: DeskRequest, request_id: int) -> HttpResponse:
    """One request."""
    found = readable_request(request, request_id)
    shown = serialize.requests(person(request), [found], answers.base(request))
    return answers.answer({"request": shown[0], **_beside(request, shown)})


@router.post(
    "/requests",
    response={201: ONE},
    openapi_extra=describe.asks("request", RequestWriteJson),
    auth=signed_in_or_stranger,
)
def create_request(request: DeskRequest) -> HttpResponse:
    """Ask for help. Without credentials, where the brand takes that, `requester` has a `name` and an `email`.

    The answer is then the same for every address, without a number: a `request`, or, where addresses are confirmed
    first, a `suspended_ticket` that waits for that."""
    data, now = reading.wrapped(request, "request"), timezone.now()
    if request.actor.is_anonymous:
        return _create_as_stranger(request, data)
    said = parse.comment(_own(data.get("comment")))
    ticket = actions.file_request(
        actor=request.actor,
        brand=request.brand,
        subject=reading.text("subject", data.get("subject")),
        body="" if _is_html(data) else said.body,
        html_body=said.html_body if _is_html(data) else "",
        upload_tokens=said.upload_tokens,
        organization_id=_organization_id(data),
        is_confidential=bool(data.get("confidential")) and reading.flag("confidential", data["confidential"]),
        followup_of=reading.whole_number(data.get("via_followup_source_id")),
        cc_emails=_emails(request, "collaborators", [*_list(data, "collaborators"), *_list(data, "email_ccs")]),
        now=now,
        via=VIA,
        **_fields(data),
    )
    base = answers.base(request)
    shown = serialize.requests(person(request), [ticket], base)[0]
    ignored = reading.unknown_to(data, NEW_KEYS, "request")
    return answers.created({"request": shown}, f"{base}/requests/{ticket.pk}.json", ignored=ignored)


@router.put("/requests/{int:request_id}", response=ONE, openapi_extra=describe.asks("request", RequestWriteJson))
def update_request(request: DeskRequest, request_id: int) -> HttpResponse:
    """Say something on a request, mark it solved, or copy colleagues on it."""
    data, who, now = reading.wrapped(request, "request"), person(request), timezone.now()
    ticket = tickets.lock(who, request_id)
    is_solved = bool(data.get("solved")) and reading.flag("solved", data["solved"])
    added = _emails(request, "additional_collaborators", _list(data, "additional_collaborators"))
    if data.get("comment") is None and not is_solved and not added:
        raise CommentRequired(say("Comment is required"))
    if is_solved and not serialize.can_be_solved_by(who, ticket):
        raise Invalid.field("solved", say("Solved: this request cannot be marked as solved by you now"))
    for email in added:
        actions.add_colleague(actor=who, ticket_id=request_id, email=email, now=now, via=VIA)
    said = parse.comment(_own(data["comment"])) if data.get("comment") is not None else None
    fields: dict[str, Any] = {"status": TicketStatus.SOLVED} if is_solved else {}
    if said is not None or fields:
        ticket = tickets.update(actor=who, ticket_id=request_id, now=now, via=VIA, comment=said, **fields).ticket
    shown = serialize.requests(who, [ticket], answers.base(request))[0]
    return answers.answer({"request": shown}, ignored=reading.unknown_to(data, KEYS, "request"))


@router.get(
    "/requests/{int:request_id}/comments",
    response=COMMENTS,
    openapi_extra=describe.takes(*PAGED, "since", "role"),
)
def list_request_comments(request: DeskRequest, request_id: int) -> HttpResponse:
    """What was said in public, oldest first; `since` and `role` (`agent` or `end_user`) narrow."""
    rows = _comments(request, request_id)
    if since := reading.moment("since", reading.words(request, "since")):
        rows = rows.filter(created_at__gte=since)
    if (role := reading.words(request, "role")) in ("agent", "end_user"):
        is_end_user = {"author__role": Role.END_USER}
        rows = rows.filter(**is_end_user) if role == "end_user" else rows.exclude(**is_end_user)
    page = paging.page(request, ticket_json.with_files(rows), COMMENT_SORTS)
    shown = ticket_json.request_comments(page.rows, answers.base(request))
    users = serialize.authors(person(request), [row.author_id for row in page.rows])
    return answers.answer(page.envelope("comments", shown, users=users))


@router.get(
    "/requests/{int:request_id}/comments/{int:comment_id}",
    response=describe.one("comment", RequestCommentJson, users=list[dict[str, Any]]),
)
def show_request_comment(request: DeskRequest, request_id: int, comment_id: int) -> HttpResponse:
    """One thing that was said in public."""
    found = ticket_json.with_files(_comments(request, request_id)).filter(pk=comment_id).first()
    if found is None:
        raise NotFound
    shown = ticket_json.request_comments([found], answers.base(request))[0]
    return answers.answer({"comment": shown, "users": serialize.authors(person(request), [found.author_id])})


def _create_as_stranger(request: DeskRequest, data: dict[str, Any]) -> HttpResponse:
    asked = data.get("requester")
    who: dict[str, Any] = asked if isinstance(asked, dict) else {}
    email = reading.text("requester", who.get("email"))
    throttle(request, email)
    fields = {key: value for key, value in _fields(data).items() if key in ("ticket_form_id", "custom_fields")}
    if isinstance(given := fields.get("custom_fields"), list):
        fields["custom_fields"] = {
            str(one["id"]): one.get("value") for one in given if isinstance(one, dict) and "id" in one
        }
    actions.file_as_stranger(
        brand=request.brand,
        name=reading.text("requester", who.get("name")),
        email=email,
        subject=reading.text("subject", data.get("subject")),
        body=parse.comment(_own(data.get("comment"))).body,
        channel=Channel.API,
        now=timezone.now(),
        **fields,
    )
    return answers.answer(_told_to_stranger(request, data), status=201)


def _told_to_stranger(request: DeskRequest, data: dict[str, Any]) -> Json:
    """What a stranger's request has become, as far as everybody may know: the same for every address.

    Where the brand has addresses confirmed first it is a suspended ticket in any case; elsewhere it is a request, or
    waits because the address is somebody's, which is nobody else's to know. So neither has a number."""
    said = {"subject": data.get("subject")}
    if request.brand.verifies_first:
        cause = Cause.NOT_CONFIRMED
        return {"suspended_ticket": {"id": None, **said, "cause": str(cause.label), "cause_id": cause.value}}
    body = parse.comment(_own(data.get("comment"))).body
    return {"request": {"id": None, **said, "description": body, "status": "new", "via": {"channel": "api"}}}


def person(request: DeskRequest) -> Actor:
    """Who asks, as the end user of this host's brand that they are here."""
    return request.actor.as_end_user(request.brand.pk)


def readable_request(request: DeskRequest, request_id: int) -> Ticket:
    """The request, if they may read it. Raises `NotFound`."""
    found = readable.tickets(person(request)).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def page_of(request: DeskRequest, rows: Any, **limits: Any) -> HttpResponse:
    """A page of requests as the request asks for it; `limits` are those of `paging.page`."""
    if wanted := reading.choices(request, "status"):
        rows = rows.filter(status__in=wanted)
    page: Page[Any] = paging.page(request, rows, SORTS, **limits)
    shown = serialize.requests(person(request), page.rows, answers.base(request))
    return answers.answer(page.envelope("requests", shown, **_beside(request, shown)))


def _beside(request: DeskRequest, shown: list[answers.Json]) -> dict[str, Any]:
    asked, who = reading.includes(request), person(request)
    beside: dict[str, Any] = {}
    if "users" in asked:
        ids = {pk for one in shown for pk in (one["requester_id"], *one["email_cc_ids"])}
        beside["users"] = serialize.authors(who, ids)
    if "custom_statuses" in asked:
        rows = CustomStatus.objects.filter(pk__in={one["custom_status_id"] for one in shown}).in_order()
        beside["custom_statuses"] = [fields.custom_status(row, answers.base(request), to_agents=False) for row in rows]
    if "organizations" in asked:
        ids = {one["organization_id"] for one in shown}
        beside["organizations"] = sideloads.organizations(who, ids, answers.base(request))
    return beside


def _comments(request: DeskRequest, request_id: int) -> QuerySet[Comment]:
    found = readable_request(request, request_id)
    return readable.comments(person(request)).filter(ticket_id=found.pk)


def _own(data: Any) -> Any:
    """A comment without what end users do not decide."""
    if isinstance(data, dict):
        return {name: value for name, value in data.items() if name in ("body", "html_body", "uploads", "value")}
    return data


def _is_html(data: dict[str, Any]) -> bool:
    return isinstance(said := data.get("comment"), dict) and bool(said.get("html_body"))


def _organization_id(data: dict[str, Any]) -> int | None:
    if data.get("organization_id") is None:
        return None
    return reading.whole_number(data["organization_id"]) or 0  # 0 is nobody's, so it is refused as one


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    fields = {name: data[name] for name in ("priority", "type") if data.get(name) is not None}
    if "due_at" in data:
        fields["due_at"] = reading.moment("due_at", data["due_at"])
    if (values := data.get("custom_fields", data.get("fields"))) is not None:
        fields["custom_fields"] = values
    if data.get("ticket_form_id") is not None:
        fields["ticket_form_id"] = data["ticket_form_id"]
    return fields


def _list(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > reading.MANY_MAX:
        raise BadRequest(
            say("Parameter %(name)s must be a list of at most %(most)s people")
            % {"name": name, "most": reading.MANY_MAX}
        )
    return value


def _emails(request: DeskRequest, field: str, named: list[Any]) -> list[str]:
    """The addresses of people given by address, as objects with one, or (colleagues only) by id. Raises `Invalid`."""
    return [_email(request, field, one) for one in named]


def _email(request: DeskRequest, field: str, value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("email") or value.get("user_email") or value.get("user_id")
    if (pk := reading.whole_number(value)) is not None:
        mates = User.objects.active().filter(memberships__organization_id__in=request.actor.organization_ids)
        value = mates.filter(pk=pk).values_list("email", flat=True).first()
    if not isinstance(value, str) or not value:
        raise Invalid.field(field, say("Give the email address of somebody you share an organization with."))
    return value
