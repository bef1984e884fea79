"""Who may make an update and say something on it, and where a new ticket belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from adjoin.access import permissions, readable
from adjoin.access.actors import Actor
from adjoin.access.permissions import Permission
from adjoin.brands.models import Brand
from adjoin.kernel import statements
from adjoin.kernel.errors import Invalid, NotAllowed
from adjoin.people.models import Membership
from adjoin.tickets import cleaning
from adjoin.tickets.changes import Change, NewComment
from adjoin.tickets.models import Comment
from adjoin.tickets.terms import TicketStatus

COMMENTS_MAX = 5000  # on one ticket, as Zendesk has it


def may_edit(change: Change, fields: Mapping[str, Any]) -> None:
    """Raises `NotAllowed` unless the actor may give these fields to an existing ticket."""
    if set(fields) == {"status"} and fields["status"] == TicketStatus.SOLVED and change.actor.is_end_user:
        permissions.require(change.actor, Permission.MARK_SOLVED, change.ticket)
    elif set(fields) == {"ccs"} and change.actor.is_end_user:
        permissions.require(change.actor, Permission.ADD_COLLEAGUES, change.ticket)
    else:
        if "tags" in fields:
            permissions.require(change.actor, Permission.EDIT_TAGS, change.ticket)
        if set(fields) - {"tags"}:
            permissions.require(change.actor, Permission.EDIT_TICKET, change.ticket)


def comment(change: Change, new: NewComment) -> None:
    """Make a comment fit its writer. End users only speak publicly, light agents only privately.

    A local note is private, and a note of this desk's own people or of the desk itself.

    Raises `Invalid` for an empty comment or one too many, `NotAllowed` for who may not comment."""
    actor = change.actor
    if not new.body and not new.upload_tokens and not new.attachments:
        raise Invalid.field("comment", _("Comment: cannot be blank"), "BlankValue")
    new.is_public = new.is_public and not new.is_local
    if actor.is_end_user:
        new.is_public = True
    elif actor.is_agent and not change.is_create and _is_only_requester(change):
        new.is_public = True  # on their own request an agent, light or not, speaks as an end user does
    elif actor.only_private_comments:
        new.is_public = False
    new.is_local = new.is_local and not new.is_public and actor.agreement_id is None
    if new.author_id is None:
        new.author_id = actor.user_id or change.ticket.requester_id
    elif new.author_id != actor.user_id and not (actor.is_admin or actor.is_system or actor.agreement_id):
        raise NotAllowed(_("Only admins add comments in somebody else's name."))
    if not change.is_create:
        permission = Permission.COMMENT_PUBLICLY if new.is_public else Permission.COMMENT_PRIVATELY
        permissions.require(actor, permission, change.ticket)
        if any(times >= COMMENTS_MAX for times in _comments(change.ticket.pk)):
            raise Invalid.field(
                "comment", _("Comment: a ticket takes at most %(most)s comments") % {"most": COMMENTS_MAX}
            )


def asked_of_comment(actor: Actor, ticket_id: int, *, is_public: bool) -> list[statements.Asking]:
    """What `comment` will ask of one on a ticket that is there already, for `statements.ahead`."""
    permission = Permission.COMMENT_PUBLICLY if is_public else Permission.COMMENT_PRIVATELY
    return [permissions.asking(actor, permission, ticket_id), _comments.asking(ticket_id)]


@statements.kept(is_prepared=True)
def _comments(ticket_id: int) -> QuerySet[Comment, int]:
    """One row, if there are any: how many."""
    counted = Comment.objects.filter(ticket_id=ticket_id).values("ticket_id").annotate(times=Count("pk"))
    return counted.values_list("times", flat=True)


def choose_organization(change: Change, fields: dict[str, Any]) -> None:
    """Take the organization out of `fields`: the one asked for if the requester is in it, else their default."""
    mine = Membership.objects.filter(user_id=change.ticket.requester_id)
    asked = fields.pop("organization_id", None)
    if asked is not None and (cleaning.is_id(asked) and mine.filter(organization_id=asked).exists()):
        change.ticket.organization_id = int(asked)
        return
    change.ticket.organization_id = mine.filter(is_default=True).values_list("organization_id", flat=True).first()


def choose_brand(change: Change, fields: dict[str, Any]) -> None:
    """Leave the brand asked for in `fields`; else give the default brand, or (for agents) one of theirs."""
    if fields.get("brand_id") is not None:
        return
    fields.pop("brand_id", None)
    default = Brand.objects.filter(is_default=True).values_list("pk", flat=True).first()
    actor = change.actor
    if actor.is_agent and not actor.is_admin and default not in actor.brand_ids and actor.brand_ids:
        default = min(actor.brand_ids)
    change.ticket.brand_id = default


def _is_only_requester(change: Change) -> bool:
    ticket, actor = change.ticket, change.actor
    return ticket.requester_id == actor.user_id and not readable.tickets_as_agent(actor).filter(pk=ticket.pk).exists()
