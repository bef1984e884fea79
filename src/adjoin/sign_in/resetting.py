"""Somebody has lost their second factor: an admin takes it away, says why, and the person is told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from adjoin.access import granting
from adjoin.accounts import addresses, current
from adjoin.accounts.jobs import task
from adjoin.brands.actions import default_brand
from adjoin.kernel import languages, record, text
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.kernel.record import Did
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.sign_in import devices, policy

if TYPE_CHECKING:
    from adjoin.access.actors import Actor

REASON_MAX = 500  # characters


def may_reset(actor: Actor, user: User) -> bool:
    """Whether `actor` may take it away, and there is one to take."""
    if not policy.has_second_factor(user):
        return False
    try:
        require_over(actor, user)
    except NotAllowed:
        return False
    return True


@transaction.atomic
def reset(*, actor: Actor, user: User, reason: str, now: datetime) -> None:
    """Take away all that proves it is `user` but their password, and sign them out everywhere; a mail tells them.

    Where their role needs a second factor, they are led to a new one at their next sign-in. Raises `NotAllowed` for
    who may not change them, and `Invalid` without a reason, and where there is none."""
    require_over(actor, user)
    reason = text.one_line(reason)[:REASON_MAX]
    if not reason:
        raise Invalid.field("reason", _("Say why: it is kept in the audit log."), "BlankValue")
    if not policy.has_second_factor(user):
        raise Invalid.field("base", _("%(name)s has no second factor.") % {"name": user.name})
    Authenticator.objects.filter(user=user).delete()
    devices.end_all(user, now)
    told = {"second_factor": ("set up", "reset"), "reason": (None, reason)}
    record.changed(Did.UPDATED, "user", user.pk, user.name, now=now, **told)
    tell.defer(user_id=user.pk, by=actor.name)


@task("sign_in.tell_of_reset", retry=3)
def tell(*, user_id: int, by: str) -> None:
    """Mail somebody that their second factor is gone, so that they notice what they did not ask for."""
    user = User.objects.get(pk=user_id)
    if not user.can_get_mail:
        return
    brand, name = default_brand(), current.account().name
    with translation.override(languages.of_person(user.locale, brand.locale)):
        page = {"user": user, "by": by, "name": name, "url": f"{brand.url}/accounts/security/"}
        EmailMessage(
            subject=_("Your second factor at %(name)s was reset") % {"name": name},
            body=render_to_string("sign_in/email/reset.txt", page).strip() + "\n",
            from_email=addresses.sender_of(name, brand.support_address),
            to=[str(user.email)],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()


def require_over(actor: Actor, user: User) -> None:
    """Raises `NotAllowed`: the team by those who manage it, admins by admins, the owner by nobody else, customers by
    admins."""
    if user.is_agent:
        granting.require_member(actor, user)
    elif not actor.is_admin:
        raise NotAllowed(say("Only admins reset the second factor of end users."))
    if user.is_owner and not User.objects.filter(pk=actor.user_id, is_owner=True).exists():
        raise NotAllowed(say("Only an owner resets the second factor of an owner."))
