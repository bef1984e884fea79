"""Mail into a folder: what the demo and a desk without a mail server use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FileBackend(BaseEmailBackend):
    """Writes each mail to `$ADJOIN_HOME/mail/<Message-ID>.eml`. The same mail again replaces its file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        root = Path(settings.MAIL_ROOT)
        root.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            rendered = message.message()
            name = re.sub(r"[^A-Za-z0-9@.-]", "_", str(rendered["Message-ID"]).strip("<>"))[:200]
            draft = root / f".{uuid4().hex}"
            draft.write_bytes(rendered.as_bytes())
            draft.rename(root / f"{name}.eml")
        return len(email_messages)


def sent_mails(*, most: int = 200) -> Iterable[ParsedMail]:
    """The newest mails in the folder, newest first, at most `most`."""
    root = Path(settings.MAIL_ROOT)
    paths = sorted(root.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True) if root.exists() else []
    for path in paths[:most]:
        yield message_from_bytes(path.read_bytes(), _class=ParsedMail, policy=policy.default)
