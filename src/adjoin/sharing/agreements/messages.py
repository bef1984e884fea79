"""The bodies of messages about an agreement itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adjoin.kernel import text
from adjoin.sharing.crossing import reading
from adjoin.sharing.crossing.outgoing import Payload, Person, wire_person
from adjoin.sharing.models import SharingAgreement
from adjoin.sharing.terms import (
    ATTACHMENT_LIMIT_MB,
    NAMESPACE,
    VERSION,
    AgreementStatus,
    CommentsTerm,
    OnUnshare,
    Terms,
)

NOTE = "note"  # a word to the partner's admins, under our key
NOTE_MAX = 1000


def invitation(
    agreement: SharingAgreement,
    own_name: str,
    actor: Person | None,
    back: SharingAgreement | None = None,
    note: str = "",
) -> Payload:
    """What the side that shares sends first, without keys: those are put in as it leaves (`delivery.secrets`).

    Our finer terms stand under our namespace, and there `back`, the other direction, if it is offered."""
    terms = agreement.terms
    offer = {"return": {"uuid": back.uuid, "access_key": ""}} if back else {}
    return {
        "receiver_url": agreement.partner_url,
        "sender_url": agreement.own_url,
        "status": AgreementStatus.PENDING.value,
        "uuid": agreement.uuid,
        "access_key": "",
        "name": own_name,
        "current_actor": wire_person(actor) if actor else None,
        "sync_tags": terms.syncs_tags,
        "sync_custom_fields": terms.syncs_custom_fields,
        "allows_public_comments": terms.allows_public_comments,
        "custom_fields": {NAMESPACE: {"version": VERSION, **finer(terms), **offer, **_note(note)}},
    }


def finer(terms: Terms) -> Payload:
    """The terms both sides share, as far as the protocol has no words for them."""
    return {
        "comments": str(terms.comments),
        "sync_status": terms.syncs_status,
        "attachments": terms.shares_attachments,
        "attachment_max_mb": terms.attachment_max_mb,
        "on_unshare": str(terms.on_unshare),
        "requester": "name" if terms.names_requester else "customer",
    }


def answer(
    agreement: SharingAgreement, own_name: str, actor: Person | None, back: SharingAgreement | None = None
) -> Payload:
    """The receiver's yes or no, to both directions if two were offered.

    `name` is the sender's to change, so ours goes under our namespace."""
    both = {"return": str(back.status)} if back else {}
    return {
        "uuid": agreement.uuid,
        "status": str(agreement.status),
        **_actor(actor),
        "custom_fields": {NAMESPACE: {"version": VERSION, "name": own_name, **both}},
    }


def changed_terms(agreement: SharingAgreement, actor: Person | None, note: str = "") -> Payload:
    """The sharer's news of other terms: a plain peer reads the protocol's own three."""
    terms = agreement.terms
    return {
        "uuid": agreement.uuid,
        "status": str(agreement.status),
        "sync_tags": terms.syncs_tags,
        "sync_custom_fields": terms.syncs_custom_fields,
        "allows_public_comments": terms.allows_public_comments,
        **_actor(actor),
        "custom_fields": {NAMESPACE: {"version": VERSION, **finer(terms), **_note(note)}},
    }


def new_key(agreement: SharingAgreement, actor: Person | None) -> Payload:
    """The next key, handed over under the present one. The key itself is put in as it leaves."""
    ours = {"version": VERSION, "new_key": ""}
    return {"uuid": agreement.uuid, **_actor(actor), "custom_fields": {NAMESPACE: ours}}


def moved(agreement: SharingAgreement) -> Payload:
    """Our new address: the whole agreement, as desks that follow the protocol expect it of a PUT."""
    sender, receiver = agreement.own_url, agreement.partner_url
    if not agreement.is_outbound:
        sender, receiver = receiver, sender
    return {
        "receiver_url": receiver,
        "sender_url": sender,
        "status": str(agreement.status),
        "uuid": agreement.uuid,
        "access_key": "",
        "custom_fields": {NAMESPACE: {"version": VERSION}},
    }


def ending(agreement: SharingAgreement, actor: Person | None) -> Payload:
    """Either side's last word."""
    return {
        "uuid": agreement.uuid,
        "status": AgreementStatus.INACTIVE.value,
        "deactivated_by": "sender" if agreement.is_outbound else "receiver",
        **_actor(actor),
    }


def whole(agreement: SharingAgreement, own_name: str, own_fields: list[Payload] | None = None) -> Payload:
    """The agreement as a partner that has its key may read it, with our fields where they cross."""
    sender, receiver = agreement.own_url, agreement.partner_url
    if not agreement.is_outbound:
        sender, receiver = receiver, sender
    offer = invitation(agreement, own_name if agreement.is_outbound else agreement.partner_name, None)
    if own_fields is not None:
        offer["custom_fields"][NAMESPACE]["fields"] = own_fields
    return {
        **offer,
        "sender_url": sender,
        "receiver_url": receiver,
        "status": "pending" if agreement.status == AgreementStatus.FAILED else str(agreement.status),
    }


def terms_in(body: Mapping[str, Any]) -> Terms:
    """The terms an invitation offers: the protocol's, narrowed by what stands under our namespace."""
    ours = reading.namespace(body)
    allows_public = reading.flag(body, "allows_public_comments") is not False
    comments = CommentsTerm.BOTH if allows_public else CommentsTerm.PRIVATE
    if allows_public and ours.get("comments") == CommentsTerm.PUBLIC:
        comments = CommentsTerm.PUBLIC
    limit, on_unshare = ours.get("attachment_max_mb"), ours.get("on_unshare")
    return Terms(
        comments=comments,
        syncs_status=allows_public and ours.get("sync_status") is not False,
        syncs_tags=reading.flag(body, "sync_tags") is True,
        syncs_custom_fields=reading.flag(body, "sync_custom_fields") is True,
        shares_attachments=ours.get("attachments") is not False,
        attachment_max_mb=limit if type(limit) is int and 0 < limit <= ATTACHMENT_LIMIT_MB else None,
        names_requester=ours.get("requester") != "customer",
        on_unshare=OnUnshare(on_unshare) if on_unshare in OnUnshare.values else OnUnshare.LEAVE,
    )


def terms_after(known: Terms, body: Mapping[str, Any]) -> Terms:
    """The terms once the sharer has said something about them; what it does not speak of stays as it was."""
    ours = reading.namespace(body)
    if "comments" in ours:
        told = terms_in({**body, "sync_custom_fields": body.get("sync_custom_fields", known.syncs_custom_fields)})
        return replace(
            told,
            status_out=known.status_out,
            status_in=known.status_in,
            excluded_tags=known.excluded_tags,
            field_map=known.field_map,
            who_shares=known.who_shares,
        )
    tags, fields, public = (
        reading.flag(body, key) for key in ("sync_tags", "sync_custom_fields", "allows_public_comments")
    )
    comments = known.comments
    if public is not None and public is not known.allows_public_comments:
        comments = CommentsTerm.BOTH if public else CommentsTerm.PRIVATE
    return replace(
        known,
        comments=comments,
        syncs_status=known.syncs_status and comments != CommentsTerm.PRIVATE,
        syncs_tags=known.syncs_tags if tags is None else tags,
        syncs_custom_fields=known.syncs_custom_fields if fields is None else fields,
    )


def version_in(body: Mapping[str, Any]) -> int | None:
    """The version of our namespace a partner speaks; None for other desks."""
    version = reading.namespace(body).get("version")
    return version if isinstance(version, int) and 0 < version < 1000 else None


def name_in(body: Mapping[str, Any]) -> str:
    """What a partner that answers calls itself; empty when it does not say."""
    name = reading.namespace(body).get("name") or body.get("name")
    return name if isinstance(name, str) else ""


def note_in(body: Mapping[str, Any]) -> str:
    """What the partner's admin says with it, in one line; empty where nothing is said."""
    note = reading.namespace(body).get(NOTE)
    return text.one_line(note)[:NOTE_MAX] if isinstance(note, str) else ""


def _note(note: str) -> Payload:
    return {NOTE: note} if note else {}


def _actor(actor: Person | None) -> Payload:
    return {"current_actor": wire_person(actor)} if actor else {}
