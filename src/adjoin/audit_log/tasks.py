"""Telling an admin where the export they asked for over the API is."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.urls import reverse

from adjoin.accounts import addresses, current
from adjoin.accounts.jobs import task
from adjoin.brands.actions import default_brand
from adjoin.people.models import User

_WORDS = """The changes you asked for are here, for as long as you may read the audit log:

{url}

Open the link while you are signed in; it gives a file for a spreadsheet.
"""


@task("audit_log.mail_export", retry=5)
def mail_export(*, user_id: int, query: str) -> None:
    """Mail the address of the export to a person. It asks for sign-in again, so the mail itself tells nothing."""
    user = User.objects.active().filter(pk=user_id, is_suspended=False).first()
    if user is None or not user.email:
        return
    url = f"{current.url()}{reverse('audit_log:export')}{'?' if query else ''}{query}"
    EmailMessage(
        subject="Your export of the audit log",
        body=_WORDS.format(url=url),
        from_email=addresses.sender_of(current.account().name, default_brand().support_address),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
