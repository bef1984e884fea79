"""Telling those who follow an organization of its new requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop

from adjoin.notifications import tasks
from adjoin.people import actions as people

if TYPE_CHECKING:
    from adjoin.tickets.changes import Change

NO_TRIGGER = 0  # in the place of the trigger that asked for a mail
SUBJECT = gettext_noop("[{{ticket.account}}] {{ticket.title}}")
BODY = gettext_noop("""{{ticket.requester.name}} asked for help:

{{ticket.latest_public_comment}}

You follow the requests of this organization. The list of them in the help center has a button to stop.""")


def tell(*, audit_id: int, change: Change, **facts: Any) -> None:
    """A mail to each follower of a new ticket's organization, but for those who hear of it anyway.

    Whether they may read the ticket is asked when the mail is written."""
    ticket = change.ticket
    if not change.is_create or ticket.organization_id is None:
        return
    told = {ticket.requester_id, change.author_id, *(change.ccs or ()), *(change.followers or ())}
    rows = people.followers(ticket.organization_id).order_by("user_id").values_list("user_id", flat=True)
    if user_ids := [user_id for user_id in rows if user_id not in told]:
        tasks.notify.defer(audit_id=audit_id, trigger_id=NO_TRIGGER, user_ids=user_ids, subject=SUBJECT, body=BODY)
