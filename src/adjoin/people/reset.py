"""Setting a new password with a link from a mail.

The page does the same for every address: it enqueues a job. The job looks whether somebody has that address, so
neither words nor time tell who is known here."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from adjoin.accounts import addresses
from adjoin.accounts.jobs import task
from adjoin.kernel import languages
from adjoin.people.models import User


class Tokens(PasswordResetTokenGenerator):
    """Links that work once, for an hour, and not after the person's role, address or standing has changed."""

    key_salt = "adjoin.people.reset"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        standing = f"{user.role}{user.is_active}{user.is_suspended}{user.email}"
        return f"{super()._make_hash_value(user, timestamp)}{standing}"


@task("people.send_reset_link", retry=5)
def send_reset_link(*, email: str, host: str, name: str, language: str = "") -> None:
    """Mail a link to the person with that address, if there is one who may sign in. `name` signs the mail.

    `language` is spoken to whoever has not chosen one."""
    _send(email, host, name, language, gettext_noop("A new password for %(name)s"), "account/email/reset.txt")


@task("people.send_invitation", retry=5)
def send_invitation(*, email: str, host: str, name: str, language: str = "") -> None:
    """Mail a new team member the link with which they choose their first password. `name` signs the mail."""
    _send(email, host, name, language, gettext_noop("You are on the team of %(name)s"), "account/email/invitation.txt")


def _send(email: str, host: str, name: str, language: str, subject: str, template: str) -> None:
    user = User.objects.active().filter(is_suspended=False).with_email(email).first()
    if user is None or not user.email:
        return
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": Tokens().make_token(user)}
    )
    again = addresses.url_of(host) + reverse("account_reset_password")
    facts = {"user": user, "name": name, "url": addresses.url_of(host) + path, "again": again}
    with translation.override(languages.of_person(user.locale, language)):
        title, body = gettext(subject) % {"name": name}, render_to_string(template, facts).strip() + "\n"
    EmailMessage(
        subject=title,
        body=body,
        from_email=addresses.sender_of(name, f"support@{host}"),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
