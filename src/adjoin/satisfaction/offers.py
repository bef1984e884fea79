"""Asking for a rating: a mail with a link that opens the page without signing in, for the requester alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from adjoin.access import actors, readable
from adjoin.accounts import addresses, current
from adjoin.accounts.jobs import task
from adjoin.brands.actions import default_brand
from adjoin.kernel import languages
from adjoin.kernel.errors import DeskError, Invalid
from adjoin.kernel.wording import say
from adjoin.people.models import User
from adjoin.satisfaction import queries
from adjoin.satisfaction.models import SatisfactionRating
from adjoin.satisfaction.terms import UNOFFERED, Score

if TYPE_CHECKING:
    from adjoin.brands.models import Brand
    from adjoin.tickets.changes import Change
    from adjoin.tickets.models import Ticket

LASTS = timedelta(days=30)
_SALT = "adjoin.satisfaction.offer"


class DeadLink(DeskError):
    """The link is too old, or its request is nobody's to rate any more."""

    status = 410

    def __init__(self) -> None:
        super().__init__(say("This link is older than a month, or the request is not yours to rate any more."))


def score_of(ticket_id: int) -> str:
    """How a ticket stands: `unoffered`, `offered`, `good` or `bad`."""
    found = SatisfactionRating.objects.filter(ticket_id=ticket_id).values_list("score", flat=True).first()
    return found or UNOFFERED


def write(change: Change, value: Any) -> None:
    """Ask the requester of a solved ticket how they were helped, once. Raises `Invalid` for what is no offer."""
    if value != Score.OFFERED:
        raise Invalid.field("satisfaction_score", say("A rating can only be offered"))
    ticket = change.ticket
    if not ticket.is_solved or ticket.is_closed or score_of(ticket.pk) != UNOFFERED:
        return
    if change.is_create:  # it has no number yet
        change.then(_keep)
    else:
        _keep(change)
    change.record("SatisfactionRating", score=Score.OFFERED, assignee_id=ticket.assignee_id, body="")
    change.then(lambda written: send_offer.defer(ticket_id=written.ticket.pk))


def _keep(change: Change) -> None:
    ticket = change.ticket
    queries.keep_before(change, None)
    SatisfactionRating.objects.create(
        ticket=ticket,
        requester_id=ticket.requester_id,
        assignee_id=ticket.assignee_id,
        group_id=ticket.group_id,
        score=Score.OFFERED,
        created_at=change.now,
        updated_at=change.now,
    )


@task("satisfaction.send_offer", retry=3)
def send_offer(*, ticket_id: int) -> None:
    """Mail the requester the link, if they may still read the request and can get mail."""
    rating = SatisfactionRating.objects.filter(ticket_id=ticket_id, score=Score.OFFERED).first()
    if rating is None:
        return
    user = User.objects.get(pk=rating.requester_id)
    ticket = readable.tickets(actors.load(user.pk).as_end_user()).filter(pk=ticket_id).select_related("brand").first()
    if ticket is None or not user.can_get_mail or not user.is_verified:
        return
    brand = ticket.brand or default_brand()
    page = {"name": brand.name, "number": ticket.pk, "url": address(ticket, brand)}
    with translation.override(languages.of_person(user.locale, brand.locale)):
        _letter(user, brand, page).send()


def _letter(user: User, brand: Brand, page: dict[str, Any]) -> EmailMessage:
    return EmailMessage(
        subject=_("How did %(name)s do?") % {"name": brand.name},
        body=render_to_string("satisfaction/email/offer.txt", page).strip() + "\n",
        from_email=addresses.sender_of(brand.name, brand.support_address),
        to=[str(user.email)],
        headers={"Auto-Submitted": "auto-generated"},
    )


def address(ticket: Ticket, brand: Brand) -> str:
    """Where the requester rates the ticket, in the help center, which stands above us."""
    portal = languages.help_center(ticket.requester.locale, brand.locale)
    return f"{brand.url}{portal}ratings/{key_for(ticket)}/"


def key_for(ticket: Ticket) -> str:
    """What a link says: which ticket, and who may rate it."""
    return signing.dumps([current.schema(), ticket.pk, ticket.requester_id], salt=_SALT)


def ticket_of(key: str) -> Ticket:
    """The ticket a link is for, as long as it is still the same person's and not closed. Raises `DeadLink`."""
    try:
        schema, ticket_id, requester_id = signing.loads(key, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise DeadLink from error
    actor = actors.load(requester_id).as_end_user()
    found = readable.tickets(actor).filter(pk=ticket_id, requester_id=requester_id).select_related("requester").first()
    if schema != current.schema() or found is None or found.is_closed:
        raise DeadLink
    return found
