"""A partner's subject, status, tags and fields put together with ours, so that both desks end with the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adjoin.fields import statuses as fields_statuses
from adjoin.kernel import text
from adjoin.sharing.crossing import choices, reading, statuses
from adjoin.sharing.crossing.reading import TicketNews
from adjoin.sharing.crossing.statuses import Standing
from adjoin.sharing.models import Delivery, SharedTicket, SharingAgreement
from adjoin.sharing.receiving import fields
from adjoin.sharing.terms import DeliveryState, shared_status
from adjoin.tickets.changes import clean_tags

if TYPE_CHECKING:
    from adjoin.tickets.models import Ticket


def values(agreement: SharingAgreement, news: TicketNews, status: str | None) -> dict[str, Any]:
    """What the partner says of subject, status and tags, as far as the terms let it in."""
    found: dict[str, Any] = {}
    if news.subject and (subject := text.one_line(news.subject)[:1000]):
        found["subject"] = subject
    if status is not None and agreement.syncs_status:
        found["status"] = statuses.joined(shared_status(status, keeps_hold=agreement.is_adjoin), news.custom_status)
    if news.tags is not None and agreement.syncs_tags:
        said = clean_tags(filter(agreement.terms.lets_tag, news.tags))
        # Of a partner who repeats the whole list all of it is remembered, so that it is told back.
        found["tags"] = sorted(choices.of(agreement, said).heard(said)) if agreement.is_adjoin else said
    return found | fields.said(agreement, news)[0]


@dataclass
class Agreed:
    """What comes of a partner's values: ours from now on, and what both sides hold once all has arrived."""

    ours: dict[str, Any] = field(default_factory=dict)
    both: dict[str, Any] = field(default_factory=dict)


def agreed(shared: SharedTicket, ticket: Ticket, values: dict[str, Any], news: TicketNews) -> Agreed:
    """Put their values and ours together. Where both sides changed the same one at once, the sharer's stands."""
    found = Agreed()
    for name, value in values.items():
        if not news.number and shared.theirs.get(name) == value:
            continue  # a plain peer repeats everything; this is no news
        if name == "tags":
            found.ours[name], found.both[name] = _tags(shared, ticket, value, news)
        elif not _crossed_ours(shared, name, news):
            found.ours[name] = found.both[name] = value
    return found


def changing(agreement: SharingAgreement, ticket: Ticket, agreed: Agreed) -> dict[str, Any]:
    """The fields of ours that change. A status of ours that the partner knows by theirs stays, also where only the name
    is another that we do not have."""
    now: dict[str, Any] = {"subject": ticket.subject, "tags": ticket.tags} | fields.now(agreement, ticket)
    if "status" in agreed.ours:
        book = fields_statuses.book()
        standing = statuses.of_ticket(book, ticket)
        now["status"] = told_of(agreement, standing)
    found = {name: value for name, value in agreed.ours.items() if now[name] != value}
    own, told = fields.as_ours(agreement, found)
    found = {name: value for name, value in found.items() if name not in told}
    if own:
        found["custom_fields"] = own
        agreed.both.update(told)
    if "status" in found:
        moved = statuses.heard(agreement.terms, book, found.pop("status"), standing)
        # What we tell them of it may be another word than theirs: not told back, or the two would never rest.
        agreed.both["status"] = told_of(agreement, statuses.after(book, moved) if moved else standing)
        found |= moved
    return found


def told_of(agreement: SharingAgreement, standing: Standing) -> str:
    """Where a ticket of ours stands, as the two sides compare it."""
    return statuses.told(agreement.terms, standing, keeps_hold=agreement.is_adjoin)


def _tags(shared: SharedTicket, ticket: Ticket, value: list[str], news: TicketNews) -> tuple[list[str], list[str]]:
    """Our tags, and the ones both sides will have.

    Between Adjoin desks the sharer's list is the true one: it does the steps it is told, and the receiver takes the
    list and does again those of its own steps that the sharer had not heard of."""
    lets_tag = shared.agreement.terms.lets_tag
    before = shared.theirs.get("tags") or []
    choice = choices.of(shared.agreement, ticket.tags, value, before, *(reading.tag_steps(news.ours) or ()))
    if news.number and not shared.is_sent:
        words = set(value)
        for added, removed in _steps_unknown_to(shared, news):
            words = (words | added) - removed
        words -= set(choice.titles)
        stay = {tag for tag in ticket.tags if not lets_tag(tag) or tag in choice.titles}
        return clean_tags(words | stay), clean_tags(words)
    added, removed = reading.tag_steps(news.ours) or _steps(before, value)
    added, removed = (choice.heard(filter(lets_tag, step)) for step in (added, removed))
    tags = clean_tags((set(ticket.tags) | added) - removed)
    if not _crossed_ours(shared, "tags", news):
        return tags, value
    return tags, clean_tags(tag for tag in tags if lets_tag(tag) and tag not in choice.titles)


def tags_of_new(agreement: SharingAgreement, values: Mapping[str, Any]) -> list[str]:
    """The tags that a ticket has which the partner shares for the first time."""
    said = values.get("tags") or []
    return clean_tags(choices.of(agreement, said).heard(said))


def _steps_unknown_to(shared: SharedTicket, news: TicketNews) -> Iterator[tuple[set[str], set[str]]]:
    """The tags we added and removed in deliveries the partner had not seen, in order."""
    ours = Delivery.objects.filter(
        shared_ticket=shared, pk__gt=news.seen or 0, state__in=(DeliveryState.WAITING, DeliveryState.SENT)
    )
    for payload in ours.order_by("pk").values_list("payload", flat=True):
        steps = reading.tag_steps(reading.namespace(payload or {}))
        if steps is not None:
            yield steps


def _crossed_ours(shared: SharedTicket, name: str, news: TicketNews) -> bool:
    """Whether they said this before they knew of our latest, which is on its way to them and stands."""
    number = shared.queued.get("numbers", {}).get(name, 0)
    return shared.is_sent and news.seen is not None and number > news.seen


def _steps(before: list[str], after: list[str]) -> tuple[set[str], set[str]]:
    """The tags added and removed between two lists."""
    return set(after) - set(before), set(before) - set(after)
