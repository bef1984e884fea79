"""Mails that ask whether an address is somebody's, and forgetting what nobody wanted."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.db import close_old_connections
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from adjoin.accounts import addresses
from adjoin.accounts.jobs import for_each_account, task
from adjoin.suspended import actions


@task("suspended.send_link", retry=3)
def send_link(*, email: str, url: str, name: str, host: str) -> None:
    """Mail the link with which the owner of an address confirms it. Nothing that a stranger wrote stands in it."""
    EmailMessage(
        subject=_("Confirm your request to %(name)s") % {"name": name},
        body=render_to_string("suspended/email/confirm.txt", {"name": name, "url": url}).strip() + "\n",
        from_email=addresses.sender_of(name, f"support@{host}"),
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


@task("suspended.forget_old")
def forget_old() -> None:
    """Remove what has waited for two weeks."""
    actions.forget_old(timezone.now())


@app.periodic(cron="17 2 * * *")
@app.task(name="suspended.forget_old_everywhere")
def forget_old_everywhere(timestamp: int) -> None:
    """The same in every account, each night."""
    close_old_connections()
    for_each_account(forget_old)
