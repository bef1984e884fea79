"""Sending mail: written in the transaction that causes it, delivered by a job, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formataddr

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy

from adjoin.accounts.jobs import task
from adjoin.channels.models import MailState, OutgoingMail
from adjoin.kernel import text
from adjoin.kernel.errors import DeskError
from adjoin.people.models import User

ATTEMPTS_MAX = 12  # growing pauses, the last after about two days
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}


class MailNotSent(DeskError):
    """The mail server did not take it; the job is tried again."""

    status = 503


@dataclass(frozen=True)
class Letter:
    """What a mail says. `reason` makes its Message-ID: the same reason to the same person is the same mail."""

    reason: str
    subject: str
    text_body: str
    html_body: str
    from_name: str
    from_address: str
    ticket_id: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def write(*, to: User, letter: Letter, now: datetime) -> OutgoingMail | None:
    """A mail that will be sent once this transaction commits.

    None, and no mail, for a person without an address (partners' people are never mailed), for a suspended one, and
    when the same letter was written to them before."""
    if not to.can_get_mail or not to.email:
        return None
    domain = letter.from_address.rpartition("@")[2]
    mail, is_new = OutgoingMail.objects.get_or_create(
        message_id=f"<{letter.reason}.{to.pk}@{domain}>",
        defaults={
            "user": to,
            "ticket_id": letter.ticket_id,
            "to_address": to.email,
            "from_address": formataddr((text.one_line(letter.from_name), letter.from_address)),
            "subject": text.one_line(letter.subject)[:1000],
            "text_body": letter.text_body,
            "html_body": letter.html_body,
            "headers": {key: text.one_line(value) for key, value in letter.headers.items()},
            "created_at": now,
        },
    )
    if not is_new:
        return None
    deliver.defer(lock=f"mail:{mail.pk}", mail_id=mail.pk)
    return mail


@task("channels.deliver_mail", retry=RetryStrategy(max_attempts=ATTEMPTS_MAX, exponential_wait=4))
def deliver(*, mail_id: int) -> None:
    """Hand one mail to the mail server, and note that it was taken.

    Its job holds the mail's lock, so no two workers send it. After a crash between the two steps it is handed over
    again under the same Message-ID, by which mail servers and the folder know it."""
    mail = OutgoingMail.objects.filter(pk=mail_id, state=MailState.WAITING).first()
    if mail is None:
        return
    error = _hand_over(mail)
    mail.attempts += 1
    if error is None:
        mail.state, mail.sent_at = MailState.SENT, timezone.now()
    else:
        mail.last_error = str(error)[:500]
        mail.state = MailState.FAILED if mail.attempts >= ATTEMPTS_MAX else MailState.WAITING
    mail.save(update_fields=["attempts", "state", "sent_at", "last_error"])
    if error is not None:
        raise MailNotSent(f"The mail server did not take mail {mail_id}: {error}")


def _hand_over(mail: OutgoingMail) -> Exception | None:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text_body,
        mail.from_address,
        [mail.to_address],
        headers={**AUTOMATIC, **mail.headers, "Message-ID": mail.message_id},
    )
    message.attach_alternative(mail.html_body, "text/html")
    try:
        message.send()
    except OSError as error:  # smtplib's errors and refused connections are OSErrors
        return error
    return None
