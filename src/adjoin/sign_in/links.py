"""Signing in with a link from a mail.

The page does the same for every address: it enqueues a job. The job looks whether somebody has that address, so
neither words nor time tell who is known here. A link works once, for a quarter of an hour, and not after the person's
role, address, password or standing has changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from adjoin.accounts import addresses
from adjoin.accounts.jobs import task
from adjoin.kernel import ids, languages
from adjoin.kernel.errors import DeskError
from adjoin.people.models import User
from adjoin.sign_in import policy
from adjoin.sign_in.models import SignInLink
from adjoin.sign_in.terms import Method

LASTS = timedelta(minutes=15)


class DeadLink(DeskError):
    """The link has been used, is too old, or the person has changed since."""

    status = 410


@task("sign_in.send_link", retry=3)
def send_link(*, email: str, host: str, name: str, browser_digest: str, next: str, language: str = "") -> None:
    """Mail a link to the person with that address, if there is one who may sign in so. `name` signs the mail.

    `language` is spoken to whoever has not chosen one."""
    user = User.objects.active().filter(is_suspended=False).with_email(email).first()
    if user is None or not user.email or not policy.allows(user, Method.LINK):
        return
    secret = make(user=user, browser_digest=browser_digest, next=next, now=timezone.now())
    url = addresses.url_of(host) + reverse("sign_in:link", args=[secret])
    with translation.override(languages.of_person(user.locale, language)):
        subject = _("Sign in to %(name)s") % {"name": name}
        body = render_to_string("sign_in/email/link.txt", {"user": user, "name": name, "url": url}).strip() + "\n"
    EmailMessage(
        subject=subject,
        body=body,
        from_email=addresses.sender_of(name, f"support@{host}"),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def make(*, user: User, browser_digest: str, next: str, now: datetime) -> str:
    """A new link's secret. Those that the person had before open nothing any more."""
    SignInLink.objects.filter(user=user).delete()
    secret = ids.new_secret()
    SignInLink.objects.create(
        user=user,
        digest=ids.digest(secret),
        browser_digest=browser_digest,
        standing=standing(user),
        next=next,
        expires_at=now + LASTS,
    )
    return secret


def look(secret: str, now: datetime) -> SignInLink:
    """The link, without using it: programs that look through mails open links, too. Raises `DeadLink`."""
    link = SignInLink.objects.select_related("user").filter(digest=ids.digest(secret), used_at=None).first()
    if link is None or link.expires_at <= now or link.standing != standing(link.user):
        raise DeadLink(_("This link has been used, or is older than a quarter of an hour. Ask for a new one."))
    return link


@transaction.atomic
def use(secret: str, now: datetime) -> SignInLink:
    """The link, which is good no more. Raises `DeadLink`."""
    link = look(secret, now)
    if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        raise DeadLink(_("This link has just been used. Ask for a new one."))
    return link


def standing(user: User) -> str:
    """What a link depends on, as a digest."""
    parts = (user.role, user.custom_role_id, user.email, user.password, user.is_active, user.is_suspended)
    return ids.digest(f"{parts}{user.sign_outs}")
