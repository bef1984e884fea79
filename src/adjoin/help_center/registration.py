"""Registering by oneself: an address is somebody's once they open a link that was mailed to it.

The page does the same for every address: it enqueues a job, which looks whether somebody has it. Nobody is made before
the link is opened, and nothing that a stranger wrote stands in the mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from adjoin.accounts import addresses, current
from adjoin.accounts.jobs import task
from adjoin.brands import admission
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.people import actions as people
from adjoin.people import reset
from adjoin.people.models import User
from adjoin.people.sender_lists import Verdict

if TYPE_CHECKING:
    from adjoin.brands.models import Brand

LASTS = timedelta(days=1)
_SALT = "adjoin.help_center.registration"


class DeadLink(DeskError):
    """The link has been used, or is too old, or belongs elsewhere."""

    status = 410

    def __init__(self) -> None:
        super().__init__("This link has been used, or is older than a day. Register again, or sign in.")


@dataclass(frozen=True)
class Applicant:
    """Whom a link is for."""

    name: str
    email: str


def ask(*, brand: Brand, name: str, email: str) -> None:
    """Mail a link to the address, if it may register here. Raises `Invalid` for one that may not."""
    email = people.clean_email(email)
    _check(brand, email)
    send_link.defer(name=name, email=email, host=brand.host, brand_name=brand.name, brand_id=brand.pk)


@task("help_center.send_registration", retry=3)
def send_link(*, name: str, email: str, host: str, brand_name: str, brand_id: int) -> None:
    """Mail the link; who is known already gets one with which they choose a new password."""
    if User.objects.with_email(email).exists():
        reset.send_reset_link(email=email, host=host, name=brand_name)
        return
    key = signing.dumps([current.schema(), brand_id, name, email], salt=_SALT)
    url = addresses.url_of(host) + reverse("help_center:registration", args=[key])
    EmailMessage(
        subject=_("Confirm your address for %(name)s") % {"name": brand_name},
        body=render_to_string("help_center/email/registration.txt", {"name": brand_name, "url": url}).strip() + "\n",
        from_email=addresses.sender_of(brand_name, f"support@{host}"),
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def look(brand: Brand, key: str) -> Applicant:
    """Whom the link is for. Raises `DeadLink`, also once somebody has that address."""
    try:
        schema, brand_id, name, email = signing.loads(key, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise DeadLink from error
    if (schema, brand_id) != (current.schema(), brand.pk) or User.objects.with_email(email).exists():
        raise DeadLink
    return Applicant(name, email)


@transaction.atomic
def finish(*, brand: Brand, key: str, name: str, password: str | None, now: datetime) -> User:
    """The new person, whose address is verified. Raises `DeadLink`, and `Invalid` where the brand has closed since."""
    found = look(brand, key)
    _check(brand, found.email)
    return people.create_user(name=name, email=found.email, password=password, is_verified=True, now=now)


def _check(brand: Brand, email: str) -> None:
    if not admission.registers(brand) or admission.ruling(brand, email).verdict is not Verdict.TAKEN:
        told = _("%(name)s does not take registrations from this address. Ask its people to add you.")
        raise Invalid.field("email", told % {"name": brand.name})
