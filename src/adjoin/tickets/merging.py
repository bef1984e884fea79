"""Making one ticket of several: the others are closed with a link to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.kernel.errors import Invalid, NotFound
from adjoin.tickets import actions, checks, hooks
from adjoin.tickets.changes import Change, NewComment, Via
from adjoin.tickets.models import Ticket
from adjoin.tickets.terms import Channel, TicketStatus

MERGED_TAG = "closed_by_merge"  # as Zendesk marks them


@dataclass(frozen=True)
class Words:
    """What is said on both sides of a merge; without words of one's own, a sentence with the numbers."""

    on_target: str = ""
    on_sources: str = ""
    is_target_public: bool = False
    is_source_public: bool = False


@transaction.atomic
def merge(
    *, actor: Actor, target_id: int, source_ids: Sequence[int], words: Words, channel: Channel, now: datetime
) -> Ticket:
    """Close the sources and say on each, and on the target, where they went. Nobody new comes to read the target.

    Raises `NotFound` in the same words whichever of them cannot be read, `NotAllowed`, `TicketIsClosed`, `Invalid`."""
    target, sources = check(actor=actor, target_id=target_id, source_ids=source_ids)
    for source in sources:
        said = words.on_sources or f"This request was closed and merged into request #{target.pk}."
        change = _change(source, actor, channel, target.pk, now)
        _say(change, said, words.is_source_public)
        change.set("status", TicketStatus.CLOSED)
        change.add_tags([MERGED_TAG])
        actions.finish(change)
    change = _change(target, actor, channel, sources[0].pk, now)
    _say(change, words.on_target or _told_of(sources), words.is_target_public)
    return actions.finish(change).ticket


def check(*, actor: Actor, target_id: int, source_ids: Sequence[int]) -> tuple[Ticket, list[Ticket]]:
    """The tickets, locked until commit, if they can be merged. Raises what `merge` raises."""
    wanted = {target_id, *source_ids}
    mine = readable.tickets(actor).select_for_update(no_key=True, of=("self",))
    rows = {row.pk: row for row in mine.filter(pk__in=wanted).order_by("pk")}
    if set(rows) != wanted:
        raise NotFound
    if target_id in source_ids or not source_ids:
        raise Invalid.field("ids", _("Ids: choose other tickets to merge into this one"))
    for row in rows.values():
        _check_one(actor, row)
    if obstacle := hooks.merge_obstacle(list(rows.values())):
        raise Invalid.field("ids", obstacle)
    return rows[target_id], [rows[pk] for pk in dict.fromkeys(source_ids)]


def _check_one(actor: Actor, row: Ticket) -> None:
    if row.is_closed:
        raise actions.TicketIsClosed(_("#%(pk)s is closed. Closed tickets cannot be merged.") % {"pk": row.pk})
    permissions.require(actor, Permission.MERGE_TICKET, row)


def _change(ticket: Ticket, actor: Actor, channel: Channel, other_id: int, now: datetime) -> Change:
    # The other ticket by its number only: who reads this one may not read that one.
    via = Via(channel, {"rel": "merge", "from": {"ticket_id": other_id}})
    return Change(ticket=ticket, actor=actor, now=now, via=via, is_create=False)


def _say(change: Change, words: str, is_public: bool) -> None:
    said = NewComment(body=words, is_public=is_public)
    checks.comment(change, said)
    change.say(said)


def _told_of(sources: Sequence[Ticket]) -> str:
    numbers = ", ".join(f"#{source.pk}" for source in sources)
    return f"{'Request' if len(sources) == 1 else 'Requests'} {numbers} closed and merged into this request."
