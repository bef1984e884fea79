"""Telling the admins what a partner did: a mail, and a badge until one of them has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.template.loader import render_to_string

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.accounts import current
from adjoin.brands.actions import default_brand
from adjoin.channels import mail_out
from adjoin.channels.mail_out import Letter
from adjoin.people.models import User
from adjoin.people.terms import Role
from adjoin.sharing.models import SharingAgreement, SharingDesk
from adjoin.sharing.terms import AgreementStatus, Happened


@dataclass(frozen=True)
class Told:
    """What an admin is told on every page: how many agreements to look at, and whether sending has stopped and why."""

    news: int = 0
    is_paused: bool = False
    reason: str = ""


def told_to(actor: Actor | None) -> Told:
    """What `actor` is told; nothing for those who do not manage agreements. Two queries for those who do."""
    if actor is None or not permissions.allows(actor, Permission.MANAGE_AGREEMENTS):
        return Told()
    reason = SharingDesk.objects.filter(paused_at__isnull=False).values_list("pause_reason", flat=True).first()
    return Told(waiting(), reason is not None, reason or "")


def mail_admins(agreement: SharingAgreement, kind: Happened, now: datetime) -> None:
    """One mail to each admin. The same about the same agreement at the same moment is one mail."""
    sentence = headline(agreement, kind)
    brand = default_brand()
    page = {
        "sentence": sentence,
        "details": agreement.sentences(current.account().name) if kind in (Happened.MADE, Happened.TERMS) else [],
        "brand": brand,
        "url": f"{current.url()}/admin/sharing/{agreement.pk}/",
    }
    letter = Letter(
        reason=f"{current.schema()}.sharing-{agreement.pk}-{kind}-{now.timestamp():.0f}",
        subject=sentence,
        text_body=render_to_string("sharing/mail.txt", page),
        html_body=render_to_string("sharing/mail.html", page),
        from_name=brand.name,
        from_address=brand.support_address,
    )
    for admin in User.objects.active().filter(role=Role.ADMIN, is_suspended=False).order_by("pk"):
        mail_out.write(to=admin, letter=letter, now=now)


def headline(agreement: SharingAgreement, kind: Happened) -> str:
    """What happened, in one sentence without a full stop."""
    name = agreement.partner_name
    if kind is Happened.MADE:
        return f"{name} asks to share tickets with you"
    if kind is Happened.TERMS:
        return f"{name} changed the terms of sharing"
    if kind is Happened.ADDRESS:
        return f"{name} says that it has moved"
    if kind is Happened.KEY:
        return f"{name} gave you a new key"
    return {
        AgreementStatus.ACCEPTED: f"{name} accepted your invitation to share tickets",
        AgreementStatus.DECLINED: f"{name} declined your invitation to share tickets",
    }.get(AgreementStatus(agreement.status), f"{name} ended the sharing of tickets")


def waiting() -> int:
    """How many agreements an admin should look at: invitations to answer, and news from partners."""
    unanswered = Q(direction="inbound", status=AgreementStatus.PENDING, follows=None)
    return SharingAgreement.objects.filter(unanswered | Q(has_news=True)).count()
