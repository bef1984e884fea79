"""The demo's mailbox: every mail the desk has sent, for whoever tries it. Not there outside of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from adjoin.adapters.mail import sent_mails
from adjoin.kernel import ids, text

SHOWN_MAX = 200
_KEY_LENGTH = 24


@dataclass(frozen=True)
class Mail:
    """A sent mail as the pages show it. `markup` is cleaned: no script, style, form or picture is left."""

    key: str
    sender: str
    to: str
    subject: str
    sent_at: datetime | None
    markup: SafeString


def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails, newest first; `?to=` keeps those to one address."""
    to = request.GET.get("to", "").strip().lower()
    mails = [_shown(mail) for mail in _mails()]
    addresses = sorted({mail.to for mail in mails})
    found = [mail for mail in mails if not to or mail.to == to]
    return render(request, "mailbox/list.html", {"mails": found, "addresses": addresses, "to": to})


def one(request: HttpRequest, key: str) -> HttpResponse:
    """One mail."""
    for mail in _mails():
        if _key(mail) == key:
            return render(request, "mailbox/mail.html", {"mail": _shown(mail)})
    raise Http404


def _mails() -> list[EmailMessage]:
    if not settings.ADJOIN_IS_DEMO:
        raise Http404
    return list(sent_mails(most=SHOWN_MAX))


def _key(mail: EmailMessage) -> str:
    return ids.digest(str(mail["Message-ID"]))[:_KEY_LENGTH]


def _shown(mail: EmailMessage) -> Mail:
    name, address = parseaddr(str(mail["From"] or ""))
    return Mail(
        key=_key(mail),
        sender=name or address,
        to=parseaddr(str(mail["To"] or ""))[1].lower(),
        subject=str(mail["Subject"] or ""),
        sent_at=parsedate_to_datetime(str(mail["Date"])) if mail["Date"] else None,
        markup=mark_safe(_markup(mail)),  # noqa: S308 (cleaned below)
    )


def _markup(mail: EmailMessage) -> str:
    part = mail.get_body(("html", "plain"))
    if part is None:
        return ""
    words = str(part.get_content())
    return text.safe_html(words) if part.get_content_subtype() == "html" else text.html_from_plain(words)
