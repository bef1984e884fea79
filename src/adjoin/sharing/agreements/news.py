"""Telling the admins what a partner did: a mail, and a badge until one of them has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from adjoin.access import permissions
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.accounts import current
from adjoin.brands.actions import default_brand
from adjoin.brands.models import Brand
from adjoin.channels import mail_out
from adjoin.channels.mail_out import Letter
from adjoin.kernel import languages
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


def mail_admins(agreement: SharingAgreement, kind: Happened, now: datetime, note: str = "") -> None:
    """One mail to each admin, in their language, with what the partner's admin says.

    The same about the same agreement at the same moment is one mail."""
    brand = default_brand()
    for admin in User.objects.active().filter(role=Role.ADMIN, is_suspended=False).order_by("pk"):
        with translation.override(languages.of_person(admin.locale, brand.locale)):
            mail_out.write(to=admin, letter=_letter(agreement, kind, brand, now, note), now=now)


def _letter(agreement: SharingAgreement, kind: Happened, brand: Brand, now: datetime, note: str) -> Letter:
    sentence = headline(agreement, kind)
    page = {
        "sentence": sentence,
        "details": _details(agreement, kind),
        "note": note,
        "brand": brand,
        "url": f"{current.url()}/admin/sharing/{agreement.pk}/",
    }
    return Letter(
        reason=f"{current.schema()}.sharing-{agreement.pk}-{kind}-{now.timestamp():.0f}",
        subject=sentence,
        text_body=render_to_string("sharing/mail.txt", page),
        html_body=render_to_string("sharing/mail.html", page),
        from_name=brand.name,
        from_address=brand.support_address,
    )


def _details(agreement: SharingAgreement, kind: Happened) -> list[str]:
    """The terms where there are new ones, and whether they are offered both ways."""
    if kind not in (Happened.MADE, Happened.TERMS):
        return []
    terms = agreement.sentences(current.account().name)
    if kind is Happened.MADE and agreement.followers.filter(status=AgreementStatus.PENDING).exists():
        both = _(
            "It goes both ways: once you accept, your desk may share tickets with %(partner_name)s too, under the same "
            "terms."
        )
        return [*terms, both % {"partner_name": agreement.partner_name}]
    return terms


def headline(agreement: SharingAgreement, kind: Happened) -> str:
    """What happened, in one sentence without a full stop."""
    name = agreement.partner_name
    if kind is Happened.MADE:
        return _("%(name)s asks to share tickets with you") % {"name": name}
    if kind is Happened.TERMS:
        return _("%(name)s changed the terms of sharing") % {"name": name}
    if kind is Happened.ADDRESS:
        return _("%(name)s says that it has moved") % {"name": name}
    if kind is Happened.KEY:
        return _("%(name)s gave you a new key") % {"name": name}
    return {
        AgreementStatus.ACCEPTED: _("%(name)s accepted your invitation to share tickets") % {"name": name},
        AgreementStatus.DECLINED: _("%(name)s declined your invitation to share tickets") % {"name": name},
    }.get(AgreementStatus(agreement.status), _("%(name)s ended the sharing of tickets") % {"name": name})


def waiting() -> int:
    """How many agreements an admin should look at: invitations to answer, and news from partners."""
    unanswered = Q(direction="inbound", status=AgreementStatus.PENDING, follows=None)
    return SharingAgreement.objects.filter(unanswered | Q(has_news=True)).count()
