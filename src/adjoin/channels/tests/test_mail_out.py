"""What sending mail promises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from adjoin.adapters import mail
from adjoin.channels import mail_out
from adjoin.channels.mail_out import Letter, MailNotSent
from adjoin.channels.models import MailState, OutgoingMail
from adjoin.testing.accounts import NOW
from adjoin.testing.cast import Cast
from adjoin.testing.jobs import run_jobs

LETTER = Letter(
    "test-1", "Hello\nBcc: eve@example.com", "Words", "<p>Words</p>", "Acme, Inc.", "support@acme.localhost"
)


class BrokenServer(BaseEmailBackend):
    """A mail server that refuses as long as `is_down`."""

    is_down: ClassVar[bool] = True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if self.is_down:
            raise ConnectionRefusedError("refused")
        return len(email_messages)


def test_a_letter_is_written_and_sent_once(cast: Cast) -> None:
    to = cast.users["cyd"]
    assert mail_out.write(to=to, letter=LETTER, now=NOW) is not None
    assert mail_out.write(to=to, letter=LETTER, now=NOW) is None
    run_jobs()
    assert OutgoingMail.objects.get().state == MailState.SENT


def test_a_line_break_in_a_subject_adds_no_header(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_ROOT = "adjoin.adapters.mail.FileBackend", tmp_path
    mail_out.write(to=cast.users["cyd"], letter=LETTER, now=NOW)
    run_jobs()
    [sent] = mail.sent_mails()
    assert sent["Bcc"] is None
    assert sent["Auto-Submitted"] == "auto-generated"
    assert str(sent["From"]) == '"Acme, Inc." <support@acme.localhost>'


def test_a_partners_person_is_never_mailed(cast: Cast) -> None:
    placeholder = cast.add("pat")
    placeholder.email, placeholder.partner_name = None, "Maker"
    placeholder.save()
    assert mail_out.write(to=placeholder, letter=LETTER, now=NOW) is None


def test_the_same_mail_handed_over_again_stays_one(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_ROOT = "adjoin.adapters.mail.FileBackend", tmp_path
    mail_out.write(to=cast.users["cyd"], letter=LETTER, now=NOW)
    run_jobs()
    written = OutgoingMail.objects.get()
    OutgoingMail.objects.update(state=MailState.WAITING)  # the worker died before it could note the success
    mail_out.deliver(mail_id=written.pk)
    assert len(list(mail.sent_mails())) == 1


def test_a_mail_waits_until_the_server_takes_it(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    written = mail_out.write(to=cast.users["cyd"], letter=LETTER, now=NOW)
    assert written is not None
    with pytest.raises(MailNotSent):
        mail_out.deliver(mail_id=written.pk)
    waiting = OutgoingMail.objects.get()
    assert (waiting.state, waiting.attempts, waiting.last_error) == (MailState.WAITING, 1, "refused")
    BrokenServer.is_down = False
    mail_out.deliver(mail_id=written.pk)
    assert OutgoingMail.objects.get().state == MailState.SENT
