"""Writing the mails that rules asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from procrastinate import RetryStrategy

from adjoin.access import actors, readable
from adjoin.access.actors import Actor
from adjoin.accounts import current
from adjoin.accounts.jobs import task
from adjoin.brands.actions import default_brand
from adjoin.channels import mail_out
from adjoin.channels.mail_out import Letter
from adjoin.kernel import text
from adjoin.notifications import templates
from adjoin.people.models import User

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket


@task("notifications.notify", retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def notify(*, audit_id: int, trigger_id: int | str, user_ids: list[int], subject: str, body: str) -> None:
    """One mail to each person who can still read the ticket, with only what they may read in it."""
    for user in User.objects.filter(pk__in=user_ids).order_by("pk"):
        actor = actors.load(user.pk)
        audit_ticket = readable.tickets(actor).filter(audits=audit_id).with_people().first()
        if audit_ticket is not None and user.can_get_mail:
            with transaction.atomic():
                letter = _letter(actor, audit_ticket, audit_id, trigger_id, subject, body)
                mail_out.write(to=user, letter=letter, now=timezone.now())


def _letter(actor: Actor, ticket: Ticket, audit_id: int, trigger_id: int | str, subject: str, body: str) -> Letter:
    values = templates.values_for(actor, ticket, audit_id=audit_id)
    brand = ticket.brand or default_brand()
    words = templates.render(body, values)
    page = {
        "brand": brand,
        "body_html": text.html_from_plain(words),
        "url": templates.link(actor, ticket),
        "is_agent": actor.is_agent,
    }
    return Letter(
        reason=f"{current.schema()}.audit-{audit_id}-{trigger_id}",
        subject=templates.render(subject, values),
        text_body=render_to_string("notifications/mail.txt", {**page, "words": words}),
        html_body=render_to_string("notifications/mail.html", page),
        from_name=brand.name,
        from_address=brand.support_address,
        ticket_id=ticket.pk,
        headers={
            "References": f"<ticket-{ticket.pk}@{brand.host}>",
            "In-Reply-To": f"<ticket-{ticket.pk}@{brand.host}>",
        },
    )
