"""Sharing agreements over the API, in Zendesk's shape; the terms are keys of our own beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from adjoin.kernel.api import answers, describe, paging, reading
from adjoin.kernel.api.answers import Json, moment
from adjoin.kernel.api.describe import PAGED
from adjoin.kernel.api.doors import agents_only
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.kernel.requests import DeskRequest
from adjoin.kernel.wording import say
from adjoin.sharing.agreements import actions
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import AgreementStatus, CommentsTerm, Failure, Terms

router = Router(tags=["Sharing agreements"], auth=agents_only)
FLAGS = ("sync_status", "sync_tags", "sync_custom_fields", "share_attachments")
TERM_KEYS = {  # our columns by the names of the API
    "attachment_max_mb": "attachment_max_mb",
    "on_unshare": "on_unshare",
    "who_shares": "who_shares",
    "status_out": "status_out",
    "status_in": "status_in",
    "excluded_tags": "excluded_tags",
    "custom_field_map": "field_map",
    "name_requester": "names_requester",
}
KNOWN = {
    "remote_subdomain",
    "remote_url",
    "partner_name",
    "name",
    "type",
    "status",
    "comments",
    "allows_public_comments",
    "both_ways",
    "note",
    *FLAGS,
    *TERM_KEYS,
}


class FieldPairJson(Schema):
    """A ticket field here and the one it is there, by title; options by their tags."""

    ours: str
    theirs: str
    options: dict[str, str] = {}


class AgreementJson(Schema):
    """An agreement; the keys from `comments` on are Adjoin's own."""

    id: int
    url: str
    name: str
    type: Literal["inbound", "outbound"]
    status: Literal["pending", "accepted", "declined", "inactive", "failed", "ssl_error", "configuration_error"]
    partner_name: str | None
    remote_subdomain: str | None
    created_at: str
    updated_at: str
    comments: Literal["both", "public", "private"]
    allows_public_comments: bool
    sync_status: bool
    sync_tags: bool
    sync_custom_fields: bool
    share_attachments: bool
    attachment_max_mb: int | None
    name_requester: bool
    on_unshare: Literal["leave", "freeze", "recall"]
    who_shares: Literal["agents", "admins", "rules"]
    status_out: dict[str, str]
    status_in: dict[str, str]
    excluded_tags: list[str]
    custom_field_map: list[FieldPairJson]
    remote_url: str
    is_confirmed: bool
    failure: str | None
    waiting_since: str | None
    problem: str | None
    warning: str | None
    slowed_at: str | None


class AgreementWriteJson(Schema):
    """What makes an agreement, answers or ends it (`status`), or changes its terms."""

    remote_subdomain: str | None = None
    remote_url: str | None = None
    name: str | None = None
    status: str | None = None
    comments: str | None = None
    sync_status: bool | None = None
    sync_tags: bool | None = None
    sync_custom_fields: bool | None = None
    share_attachments: bool | None = None
    attachment_max_mb: int | None = None
    name_requester: bool | None = None
    on_unshare: str | None = None
    who_shares: str | None = None
    status_out: dict[str, str] | None = None
    status_in: dict[str, str] | None = None
    excluded_tags: list[str] | None = None
    custom_field_map: list[FieldPairJson] | None = None
    both_ways: bool | None = None
    note: str | None = None


ONE = describe.one("sharing_agreement", AgreementJson)
MANY = describe.many("sharing_agreements", AgreementJson)
TAKES = describe.asks("sharing_agreement", AgreementWriteJson)


@router.get("/sharing_agreements", response=MANY, openapi_extra=describe.takes(*PAGED))
def list_agreements(request: DeskRequest) -> HttpResponse:
    """Every agreement of this desk, oldest first."""
    page = paging.page(request, SharingAgreement.objects.all())
    return answers.answer(page.envelope("sharing_agreements", [_shown(request, row) for row in page.rows]))


@router.get("/sharing_agreements/{int:agreement_id}", response=ONE)
def show_agreement(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """One agreement."""
    return answers.answer({"sharing_agreement": _shown(request, _found(agreement_id))})


@router.post("/sharing_agreements", response={201: ONE}, openapi_extra=TAKES)
def create_agreement(request: DeskRequest) -> HttpResponse:
    """Invite a partner by `remote_subdomain`, or by `remote_url` where its desk is elsewhere. For admins."""
    data = reading.wrapped(request, "sharing_agreement")
    agreement = actions.invite(
        actor=request.actor,
        partner=reading.text("remote_url", data.get("remote_url"))
        or reading.text("remote_subdomain", data.get("remote_subdomain")),
        partner_name=reading.text("name", data.get("name")),
        terms=_terms(data, Terms()),
        both_ways=reading.flag("both_ways", data.get("both_ways") or False),
        note=reading.text("note", data.get("note")),
        now=timezone.now(),
    )
    shown = _shown(request, agreement)
    ignored = reading.unknown_to(data, KNOWN, "sharing_agreement")
    return answers.created({"sharing_agreement": shown}, shown["url"], ignored=ignored)


@router.put("/sharing_agreements/{int:agreement_id}", response=ONE, openapi_extra=TAKES)
def update_agreement(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """Accept, decline or end an agreement by `status`; without it, change its terms. For admins."""
    data = reading.wrapped(request, "sharing_agreement")
    status = data.get("status")
    if status is None and set(data) & {"comments", "allows_public_comments", "note", *FLAGS, *TERM_KEYS}:
        known = _found(agreement_id)
        agreement = actions.change_terms(
            actor=request.actor,
            agreement_id=known.pk,
            terms=_terms(data, known.terms),
            note=reading.text("note", data.get("note")),
            now=timezone.now(),
        )
        return answers.answer({"sharing_agreement": _shown(request, agreement)})
    steps = {
        AgreementStatus.ACCEPTED: actions.accept,
        AgreementStatus.DECLINED: actions.decline,
        AgreementStatus.INACTIVE: actions.deactivate,
    }
    step = steps.get(AgreementStatus(status)) if status in AgreementStatus.values else None
    if step is None:
        raise Invalid.field("status", say("Status: must be accepted, declined or inactive"))
    agreement = step(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return answers.answer({"sharing_agreement": _shown(request, agreement)})


@router.delete("/sharing_agreements/{int:agreement_id}", response={204: None})
def delete_agreement(request: DeskRequest, agreement_id: int) -> HttpResponse:
    """End an agreement. It stays in the list as inactive, for tickets remember it. For admins."""
    actions.deactivate(actor=request.actor, agreement_id=agreement_id, now=timezone.now())
    return answers.nothing()


def _found(agreement_id: int) -> SharingAgreement:
    found = SharingAgreement.objects.filter(pk=agreement_id).first()
    if found is None:
        raise NotFound
    return found


def _terms(data: dict[str, Any], usual: Terms) -> Terms:
    """The terms asked for, with the `usual` where nothing is said. Raises `Invalid`."""
    comments = data.get("comments")
    if comments is None and data.get("allows_public_comments") is None:
        comments = usual.comments
    elif comments is None:
        allows_public = data.get("allows_public_comments") is not False
        comments = CommentsTerm.BOTH if allows_public else CommentsTerm.PRIVATE
    if comments not in CommentsTerm.values:
        raise Invalid.field(
            "comments", say("Comments: must be one of %(values)s") % {"values": ", ".join(CommentsTerm.values)}
        )
    flags = {name: reading.flag(name, data[name]) for name in FLAGS if data.get(name) is not None}
    finer = {ours: data[key] for key, ours in TERM_KEYS.items() if key in data}
    if "names_requester" in finer:
        finer["names_requester"] = reading.flag("name_requester", finer["names_requester"])
    return replace(
        usual,
        comments=comments,
        syncs_status=flags.get("sync_status", usual.syncs_status),
        syncs_tags=flags.get("sync_tags", usual.syncs_tags),
        syncs_custom_fields=flags.get("sync_custom_fields", usual.syncs_custom_fields),
        shares_attachments=flags.get("share_attachments", usual.shares_attachments),
        **finer,
    )


def _shown(request: DeskRequest, row: SharingAgreement) -> Json:
    return {
        "id": row.pk,
        "url": f"{answers.base(request)}/sharing_agreements/{row.pk}.json",
        "name": f"{row.partner_name} @ Adjoin" if row.is_adjoin else row.partner_name,
        "type": row.direction,
        "status": _status(row),
        "partner_name": None,
        "remote_subdomain": _subdomain(row.partner_url),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "comments": row.comments,
        "allows_public_comments": row.terms.allows_public_comments,
        "sync_status": row.syncs_status,
        "sync_tags": row.syncs_tags,
        "sync_custom_fields": row.syncs_custom_fields,
        "share_attachments": row.shares_attachments,
        "attachment_max_mb": row.attachment_max_mb,
        "name_requester": row.names_requester,
        "on_unshare": row.on_unshare,
        "who_shares": row.who_shares,
        "status_out": row.status_out,
        "status_in": row.status_in,
        "excluded_tags": row.excluded_tags,
        "custom_field_map": row.field_map,
        "remote_url": row.partner_url,
        "is_confirmed": row.is_confirmed,
        "failure": row.failure or None,
        "waiting_since": moment(row.unanswered_since),
        "problem": row.last_problem or None,
        "warning": row.warning or None,
        "slowed_at": moment(row.slowed_at),
    }


def _status(row: SharingAgreement) -> str:
    """As Zendesk has it: what fails by certificate or address is told apart."""
    wrong = {
        Failure.CERTIFICATE: "ssl_error",
        Failure.WRONG_ADDRESS: "configuration_error",
        Failure.NO_DESK: "configuration_error",
    }
    is_stuck = row.status in (AgreementStatus.FAILED, AgreementStatus.PENDING)
    return wrong.get(Failure(row.failure_kind), row.status) if is_stuck else row.status


def _subdomain(url: str) -> str | None:
    """The partner's subdomain, if its desk is one of this install's, or of Zendesk's."""
    host = urlsplit(url).hostname or ""
    for domain in (settings.ADJOIN_DOMAIN, "zendesk.com"):
        name = host.removesuffix(f".{domain}")
        if name != host and "." not in name:
            return name
    return None
