"""Mails follow a redaction: what is kept of them here loses the words too. What has left cannot be called back."""

from __future__ import annotations

from adjoin.channels.models import OutgoingMail
from adjoin.kernel import text
from adjoin.tickets import redacting


def forget_words(*, ticket_id: int, words: list[str]) -> None:
    """Take the words out of every mail about that ticket."""
    for mail in OutgoingMail.objects.filter(ticket_id=ticket_id).select_for_update().order_by("pk"):
        mail.subject, mail.text_body = (
            redacting.redacted(mail.subject, words),
            redacting.redacted(mail.text_body, words),
        )
        mail.html_body = redacting.redacted_html(mail.html_body, words)
        mail.save(update_fields=["subject", "text_body", "html_body"])


def forget_ticket(*, ticket_id: int, mark: str) -> None:
    """Put `mark` in place of everything that mails about that ticket say."""
    mails = OutgoingMail.objects.filter(ticket_id=ticket_id)
    mails.update(subject=mark, text_body=mark, html_body=text.html_from_plain(mark))
