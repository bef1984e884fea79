"""What happened to an agreement, for the people who answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adjoin.kernel import acting, record
from adjoin.kernel.wording import say
from adjoin.sharing.models import AgreementEvent, SharedTicket, SharingAgreement
from adjoin.sharing.terms import Happened


def tell(
    agreement: SharingAgreement,
    kind: Happened,
    now: datetime,
    *,
    words: str = "",
    is_partners: bool = False,
    by_name: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """One more line, by whoever is at work here or by the partner: `by_name` where it says who over there.

    Admins hear of what the partner did."""
    moved = {name: [record.plain(old), record.plain(new)] for name, (old, new) in (changes or {}).items() if old != new}
    AgreementEvent.objects.create(
        agreement=agreement,
        kind=kind,
        by_name=(by_name or (agreement.partner_name if is_partners else acting.who().name))[:200],
        is_partners=is_partners,
        changes=moved,
        words=words,
        created_at=now,
    )


def left_out(agreement: SharingAgreement, shared: SharedTicket, sentence: str, now: datetime) -> None:
    """Something the partner sent was kept out. The same about the same ticket is told once."""
    if not sentence:
        return
    words = say("Ticket %(number)s: %(sentence)s") % {"number": shared.ticket_id, "sentence": sentence}
    if not agreement.events.filter(kind=Happened.LEFT_OUT, words=words).exists():
        tell(agreement, Happened.LEFT_OUT, now, words=words, is_partners=True)
