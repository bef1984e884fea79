"""What a ticket does by itself, before and after the desk's own rules (Zendesk's system ticket rules)."""

from __future__ import annotations

from adjoin.access import actors, assignable, readable
from adjoin.kernel.errors import Invalid
from adjoin.kernel.wording import kept, say
from adjoin.people.models import GroupMembership, Organization, User
from adjoin.tickets import custom_fields, form_rules
from adjoin.tickets.changes import Change
from adjoin.tickets.terms import TicketStatus

_WHERE_IT_IS = ("assignee_id", "group_id", "brand_id", "organization_id")  # who reads it may depend on any of these
WAITING = (TicketStatus.PENDING, TicketStatus.HOLD, TicketStatus.SOLVED)


def before_rules(change: Change) -> None:
    """Routing, and what a comment or an assignment does to the status."""
    ticket = change.ticket
    if change.is_create and ticket.group_id is None and ticket.organization_id is not None:
        living = Organization.objects.filter(pk=ticket.organization_id, group__is_deleted=False)
        mapped = living.values_list("group_id", flat=True).first()
        if mapped is not None:
            change.set("group_id", mapped)
    if ticket.status in WAITING and not _sets(change, "status", "custom_status_id") and _speaks_as_end_user(change):
        change.set("status", TicketStatus.OPEN)
    _assign_solver(change)
    _open_when_assigned(change)


def after_rules(change: Change) -> None:
    """What must hold whoever set it: an assigned ticket is not new, its assignee can read it, dates follow status."""
    form_rules.settle(change, by_person=False)
    custom_fields.keep_in_step(change)
    _open_when_assigned(change)
    _keep_dates(change)
    ticket = change.ticket
    ticket.is_public = ticket.is_public if not change.is_create else False
    ticket.is_public = ticket.is_public or any(comment.is_public for comment in change.comments)


def keep_assignee_behind_no_wall(change: Change) -> None:
    """An assignee who cannot read the written ticket loses it: rules fall back to the group, people are told.

    Raises `Invalid` when a person chose that assignee."""
    ticket = change.ticket
    if ticket.assignee_id is None or not any(map(change.has_changed, _WHERE_IT_IS)):
        return
    assignee = actors.load(ticket.assignee_id)
    if readable.tickets_as_agent(assignee).filter(pk=ticket.pk).exists():
        return
    name = User.objects.values_list("name", flat=True).get(pk=ticket.assignee_id)
    if _chosen_by_a_person(change):
        raise Invalid.field(
            "assignee_id", say("Assignee: %(name)s has no access to this ticket's brand or group") % {"name": name}
        )
    change.set("assignee_id", None)
    change.record("Error", message=kept(assignable.told_of_wall(name, ticket)))
    ticket.save(update_fields=["assignee_id"])


def _speaks_as_end_user(change: Change) -> bool:
    author_ids = {comment.author_id for comment in change.comments if comment.is_public}
    if change.is_create or not author_ids:
        return False
    return change.actor.is_end_user or _passes_on_requester(change, author_ids)


def _passes_on_requester(change: Change, author_ids: set[int | None]) -> bool:
    """A partner passes on what the requester said: that reopens here as it did there, even without status sync."""
    requester_id = change.ticket.requester_id
    if change.actor.agreement_id is None or requester_id not in author_ids:
        return False
    return not User.objects.agents().filter(pk=requester_id).exists()


def _sets(change: Change, *names: str) -> bool:
    return any(event.data.get("field_name") in names for event in change.events)


def _assign_solver(change: Change) -> None:
    """Solved needs an assignee: the agent who solves it becomes one."""
    ticket, actor = change.ticket, change.actor
    if ticket.status != TicketStatus.SOLVED or ticket.assignee_id is not None or not actor.is_agent:
        return
    if actor.only_private_comments or actor.user_id == ticket.requester_id:
        return
    change.set("assignee_id", actor.user_id)
    if ticket.group_id is None or ticket.group_id not in actor.group_ids:
        own = GroupMembership.objects.filter(user_id=actor.user_id or 0, group__is_deleted=False)
        change.set("group_id", own.order_by("-is_default", "pk").values_list("group_id", flat=True).first())


def _open_when_assigned(change: Change) -> None:
    if change.ticket.status == TicketStatus.NEW and change.ticket.assignee_id is not None:
        change.set("status", TicketStatus.OPEN)


def _keep_dates(change: Change) -> None:
    ticket, now = change.ticket, change.now
    if change.has_changed("status"):
        ticket.status_updated_at = now
    if change.has_changed("status") or change.has_changed("custom_status_id"):
        ticket.custom_status_updated_at = now
    if ticket.is_solved and ticket.solved_at is None:
        ticket.solved_at = now
    elif not ticket.is_solved:
        ticket.solved_at = None
    if change.has_changed("assignee_id"):
        ticket.assigned_at = now if ticket.assignee_id is not None else None
    if change.author_id is not None and change.author_id == ticket.requester_id:
        ticket.requester_updated_at = now
    if change.author_id is not None and change.author_id == ticket.assignee_id:
        ticket.assignee_updated_at = now


def _chosen_by_a_person(change: Change) -> bool:
    """Whether the assignee (or the brand that shuts them out) came with the update itself, not from a rule."""
    if change.actor.is_system:
        return False
    by_rule = [
        event for event in change.events if event.data.get("field_name") == "assignee_id" and event.data.get("via")
    ]
    return not by_rule and change.has_changed("assignee_id")
