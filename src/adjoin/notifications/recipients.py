"""Who a rule's mail is meant for. Whether they may read the ticket is asked again when the mail is written."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from adjoin.kernel import prepared
from adjoin.people.models import GroupMembership, User
from adjoin.tickets import chronicle
from adjoin.tickets.changes import Change

_WITH_MAIL = prepared.Statement("SELECT id FROM people_user WHERE id = ANY($1::bigint[]) AND email IS NOT NULL")
TARGETS = {
    "requester_id": _("The requester"),
    "requester_and_ccs": _("The requester and who is copied"),
    "assignee_id": _("The assignee"),
    "current_user": _("The person making the update"),
    "all_agents": _("All agents"),
}


def user_ids(change: Change, target: str) -> list[int]:
    """Ids of the people `target` stands for in this update, in order, each once, without the update's own author.

    The author does not get mail about what they just did, except as requester of a request just received."""
    ticket = change.ticket
    found: list[int | None]
    match target:
        case "requester_id":
            found = [ticket.requester_id]
        case "requester_and_ccs":
            found = [ticket.requester_id, *_ccs(change)]
        case "assignee_id":
            found = [ticket.assignee_id]
        case "current_user":
            return [change.actor.user_id] if change.actor.user_id else []
        case "all_agents":
            found = list(User.objects.active().agents().order_by("pk").values_list("pk", flat=True))
        case _:
            found = [int(target)]
    return _each_once(found, without=None if change.is_create else change.actor.user_id)


def group_user_ids(change: Change, target: str) -> list[int]:
    """Ids of the members of a group, or of the ticket's group for `group_id`, without the update's own author."""
    group_id = (change.ticket.group_id or 0) if target == "group_id" else int(target)
    members = GroupMembership.objects.filter(group_id=group_id, user__is_active=True)
    return _each_once(members.order_by("user_id").values_list("user_id", flat=True), without=change.actor.user_id)


def with_mail(user_ids: list[int]) -> list[int]:
    """Those of them who have an address, in the same order. A partner's people have none."""
    found = {pk for (pk,) in _WITH_MAIL.rows(user_ids)} if user_ids else set()
    return [pk for pk in user_ids if pk in found]


def _ccs(change: Change) -> list[int]:
    if change.ccs is not None:
        return sorted(change.ccs)
    if change.is_create:
        return []
    return chronicle.copied_ids(change.ticket.pk)


def _each_once(ids: Iterable[int | None], *, without: int | None) -> list[int]:
    return list(dict.fromkeys(one for one in ids if one is not None and one != without))
