"""Every change to a ticket. All doors (page, API, mail, portal, trigger, macro, partner) call these few functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.grants import GRANTS, WALLS
from adjoin.access.permissions import Permission
from adjoin.desk_settings import editions
from adjoin.kernel import statements
from adjoin.kernel.errors import Conflict, DeskError, Invalid, NotFound
from adjoin.tickets import checks, cleaning, form_rules, hooks, queries, system_rules, writing
from adjoin.tickets.changes import FIELDS, Change, NewComment, Via
from adjoin.tickets.models import Audit, Ticket, TicketQuerySet
from adjoin.tickets.terms import Channel, TicketStatus


class TicketIsFrozen(DeskError):
    """A partner has taken this copy of a ticket back: it is there to read."""

    code = "RecordInvalid"


class TicketIsClosed(DeskError):
    """A closed ticket takes no more changes."""

    code = "RecordInvalid"


@dataclass(frozen=True)
class Written:
    """A ticket as it is now, and the audit of the update; no audit when nothing changed."""

    ticket: Ticket
    audit: Audit | None
    change: Change


@transaction.atomic
@editions.held()
def create(
    *,
    actor: Actor,
    now: datetime,
    via: Via,
    comment: NewComment | None,
    requester_id: int,
    submitter_id: int | None = None,
    more_comments: Sequence[NewComment] = (),
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Written:
    """A new ticket with its first comment, after all triggers have run on it.

    `fields` are those of `changes.FIELDS`, `ccs` and `followers` (user ids), `custom_fields` (values by field id), and
    what higher apps add.
    Agents, the system and partners create tickets; end users file requests. Raises `Invalid`, `NotAllowed`."""
    permissions_to_create(actor)
    ticket = Ticket(
        requester_id=requester_id,
        submitter_id=submitter_id or actor.user_id or requester_id,
        channel=via.channel,
        channel_source=via.source,
        status=TicketStatus.NEW,
        created_at=now,
        updated_at=now,
        generated_at=now,
        status_updated_at=now,
    )
    change = Change(ticket=ticket, actor=actor, now=now, via=via, is_create=True)
    change.metadata = dict(metadata or {})
    ticket.custom_status_id = change.statuses.default(TicketStatus.NEW)
    checks.choose_organization(change, fields)
    checks.choose_brand(change, fields)
    for one in [comment, *more_comments]:
        if one is not None:
            checks.comment(change, one)
            change.say(one)
    _apply(change, fields)
    return finish(change)


@transaction.atomic
@editions.held()
def update(
    *,
    actor: Actor,
    ticket_id: int,
    now: datetime,
    via: Via,
    comment: NewComment | None = None,
    more_comments: Sequence[NewComment] = (),
    unless_changed_since: datetime | None = None,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Written:
    """Change fields of a ticket, say something on it, or both: one audit.

    `unless_changed_since` makes it safe: the `updated_at` the caller saw, to the second.
    Raises `NotFound`, `NotAllowed`, `TicketIsClosed`, `TicketIsFrozen`, `Conflict` or `Invalid`; then nothing has
    changed."""
    with statements.ahead(*questions(actor, ticket_id, comment.is_public if comment else None)):
        return update_locked(
            actor=actor,
            ticket=lock(actor, ticket_id),
            now=now,
            via=via,
            comment=comment,
            more_comments=more_comments,
            unless_changed_since=unless_changed_since,
            metadata=metadata,
            **fields,
        )


def questions(actor: Actor, ticket_id: int, says: bool | None) -> list[statements.Asking]:
    """What an update asks in any case, the lock first: for `statements.ahead`.

    `says` is whether what it says is public; None where it says nothing."""
    of_comment = [] if says is None else checks.asked_of_comment(actor, ticket_id, is_public=says)
    more = (question(ticket_id) for question in hooks.questions)
    return [_locked.asking(actor.as_reader(), ticket_id), *of_comment, *more, *editions.asking()]


@editions.held()
def update_locked(
    *,
    actor: Actor,
    ticket: Ticket,
    now: datetime,
    via: Via,
    comment: NewComment | None = None,
    more_comments: Sequence[NewComment] = (),
    unless_changed_since: datetime | None = None,
    metadata: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Written:
    """What `update` does, to a ticket that `lock` gave for this actor in this transaction. Raises what `update` raises;
    the transaction ends with it."""
    if unless_changed_since is not None and ticket.updated_at.replace(microsecond=0) != unless_changed_since:
        raise Conflict(
            _("Safe Update prevented the update due to outdated ticket data. Load the ticket and try again.")
        )
    change = Change(ticket=ticket, actor=actor, now=now, via=via, is_create=False)
    change.metadata = dict(metadata or {})
    if ticket.is_closed:
        raise TicketIsClosed(_("This ticket is closed. Open a follow-up instead."))
    if ticket.frozen_by and via.channel != Channel.SYSTEM:  # the desk itself still takes away who has left
        raise TicketIsFrozen(
            _("%(frozen_by)s took this ticket back. Your copy can be read, but not changed.")
            % {"frozen_by": ticket.frozen_by}
        )
    if edits := {name: value for name, value in fields.items() if name not in hooks.no_edits}:
        checks.may_edit(change, edits)
    for one in [comment, *more_comments]:
        if one is not None:
            checks.comment(change, one)
            change.say(one)
    _apply(change, fields)
    return finish(change)


@transaction.atomic
@editions.held()
def update_by_rule(*, ticket_id: int, now: datetime, via: Via, rule: Callable[[Change], bool]) -> Written | None:
    """An update that `rule(change)` puts together for the desk itself; it says whether it acts.

    None when it does not, and for tickets that are gone, closed, or taken back by a partner."""
    ticket = _found(Actor.system(), ticket_id)
    if ticket is None or ticket.is_closed or ticket.frozen_by:
        return None
    change = Change(ticket=ticket, actor=Actor.system(), now=now, via=via, is_create=False)
    return finish(change) if rule(change) else None


@transaction.atomic
@editions.held()
def recount(*, ticket_id: int, now: datetime) -> None:
    """Have what is counted of a ticket set anew. That is no update: no rule runs, and nobody is told.

    What comes to light is kept in an audit of the desk. Nothing is done to tickets that are gone, closed or frozen."""
    ticket = _found(Actor.system(), ticket_id)
    if ticket is None or ticket.is_closed or ticket.frozen_by:
        return
    change = Change(ticket=ticket, actor=Actor.system(), now=now, via=Via(Channel.SYSTEM), is_create=False)
    before = ticket.sla_next_breach_at
    for settler in hooks.settlers:
        settler(change)
    writing.write_count(change, is_moved=ticket.sla_next_breach_at != before)


@transaction.atomic
def delete(*, actor: Actor, ticket_id: int, now: datetime) -> None:
    """Take a ticket out of every list. It can be restored until it is erased. Raises `NotFound`, `NotAllowed`."""
    ticket = lock(actor, ticket_id)
    permissions.require(actor, Permission.DELETE_TICKET, ticket)
    ticket.deleted_at = ticket.generated_at = now
    ticket.save(update_fields=["deleted_at", "generated_at"])
    writing.announce_deletion(ticket, actor, now)


@transaction.atomic
def restore(*, actor: Actor, ticket_id: int, now: datetime) -> Ticket:
    """Bring a deleted ticket back to where it was. Raises `NotFound`, also for those who see no deleted tickets."""
    ticket = queries.deleted_tickets(actor).select_for_update(no_key=True, of=("self",)).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    ticket.deleted_at, ticket.generated_at = None, now
    ticket.save(update_fields=["deleted_at", "generated_at"])
    writing.announce_restoration(ticket, actor, now)
    return ticket


def lock(actor: Actor, ticket_id: int) -> Ticket:
    """The ticket's row afresh, locked until commit, through the actor's own door. Raises `NotFound`."""
    ticket = _found(actor, ticket_id)
    if ticket is None:
        raise NotFound
    return ticket


def _found(actor: Actor, ticket_id: int) -> Ticket | None:
    return next(iter(_locked(actor.as_reader(), ticket_id)), None)


@statements.kept(GRANTS, WALLS, is_prepared=True)
def _locked(actor: Actor, ticket_id: int) -> TicketQuerySet:
    return readable.tickets(actor).select_for_update(no_key=True, of=("self",)).filter(pk=ticket_id)


def permissions_to_create(actor: Actor) -> None:
    """Raises `NotAllowed` for those who may create no ticket at all."""
    if actor.is_system or actor.agreement_id is not None:
        return
    permissions.require(actor, Permission.CREATE_REQUEST if actor.is_end_user else Permission.CREATE_TICKET)


def _apply(change: Change, fields: Mapping[str, Any]) -> None:
    values = cleaning.clean(change, fields)
    for name in FIELDS:
        if name in values:
            change.set(name, values[name])
    for name in ("ccs", "followers"):
        if name in values:
            setattr(change, name, values[name])
    form_rules.apply(change, values.get("custom_fields", {}))
    for name, value in values.items():
        if name in hooks.field_writers:
            hooks.field_writers[name](change, value)


def finish(change: Change) -> Written:
    """Let the rules act on a change that has been put together, and write it. Raises `Invalid`."""
    if change.is_empty and change.ccs is None and change.followers is None:
        return Written(change.ticket, None, change)
    system_rules.before_rules(change)
    for engine in hooks.rule_engines if not change.ticket.frozen_by else ():
        engine(change)
    system_rules.after_rules(change)
    for settler in hooks.settlers if not change.ticket.frozen_by else ():
        settler(change)
    if not change.ticket.subject and not change.comments and change.is_create:
        raise Invalid.field("base", _("Description: cannot be blank"), "BlankValue")
    writing.write(change)
    return Written(change.ticket, change.audit, change)
