"""Writing down what partners send, what it was answered, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from adjoin.kernel import rows
from adjoin.kernel.wording import say, together
from adjoin.sharing.crossing.partners import Met
from adjoin.sharing.crossing.reading import TicketNews
from adjoin.sharing.journal import payloads
from adjoin.sharing.models import ReceivedRequest, SharedTicket, SharingAgreement

KEEP_MAX = 20_000  # of one agreement; `delivery.tasks` forgets what is older than a season
TRIM_EVERY = 256  # requests, so that a partner who floods us fills no disk between two nights


@dataclass
class Arrival:
    """A request on its way in; what it says is filled in as soon as it has been read."""

    agreement: SharingAgreement
    uuid: str
    verb: str
    number: int = 0  # of a request without a body
    body: dict[str, Any] | None = None
    news: TicketNews | None = None
    shared: SharedTicket | None = None  # where it has been found already
    met: Met = field(default_factory=dict)  # who the partner's people are here, as those before it found them


def keep(arrival: Arrival, status: int, problem: str, now: datetime) -> None:
    """Write it down with our answer. What we asked to be sent again later is not worth a row."""
    if status == 503:
        return
    agreement, news = arrival.agreement, arrival.news
    shared = arrival.shared or SharedTicket.objects.filter(agreement=agreement, uuid=arrival.uuid).first()
    left_out = [*(news.left_out if news else ()), _not_agreed(agreement, news) if news else ""]
    number = arrival.number or (news.number if news else 0)
    row = ReceivedRequest(
        agreement=agreement,
        shared_ticket=shared,
        uuid=arrival.uuid,
        verb=arrival.verb,
        number=number,
        payload=None if _came_before(arrival, shared, number) else payloads.kept(arrival.body),
        status=status,
        problem=together(problem, *left_out),
        received_at=now,
    )
    rows.insert(row)
    if row.pk % TRIM_EVERY == 0:
        _trim(agreement)


def _came_before(arrival: Arrival, shared: SharedTicket | None, number: int) -> bool:
    """Whether the same was taken already. What it says stands there, and may have been redacted since."""
    if shared is None or not number or (arrival.shared and arrival.shared.received_number < number):
        return False
    return ReceivedRequest.objects.filter(shared_ticket=shared, number=number, status__lt=300).exists()


def _trim(agreement: SharingAgreement) -> None:
    latest = agreement.received_requests.order_by("-pk").values_list("pk", flat=True)
    oldest = latest[KEEP_MAX : KEEP_MAX + 1].first()
    if oldest is not None:
        agreement.received_requests.filter(pk__lte=oldest).delete()


def _not_agreed(agreement: SharingAgreement, news: TicketNews) -> str:
    """What was sent and does not cross at all under the terms, in a sentence; "" when there is nothing."""
    terms = agreement.terms
    kinds = {
        _("status"): news.status is not None and not terms.syncs_status,
        _("tags"): bool(news.tags) and not terms.syncs_tags,
        _("fields"): bool(news.custom_fields) and not terms.syncs_custom_fields,
        _("files"): any(said.files for said in news.comments) and not terms.shares_attachments,
    }
    found = [say(name) for name, is_left_out in kinds.items() if is_left_out]
    return say("Not part of the agreement: %(found)s.") % {"found": together(*found, between=", ")} if found else ""
